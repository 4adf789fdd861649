import type { Column } from 'eventglass';

/** A column of a timeline. */
export interface TimelineColumn extends Column {
  /** Events may lack it. The id and the timestamp never are. */
  readonly optional?: boolean;
  /** Its texts are JSON; `GET /data?id=…` answers what they stand for. */
  readonly json?: boolean;
}

/**
 * What the events of a timeline consist of: one value for the whole life of a backend, handed to whatever reads or
 * writes events.
 */
export interface TimelineSchema {
  /** Of the timeline, for people. */
  readonly name: string;
  /** In display order. The id's is called `id` and the timestamp's `timestamp`, in every timeline. */
  readonly columns: readonly TimelineColumn[];
}

/** Columns whose values can be counted. */
export function dictionaryColumns({ columns }: TimelineSchema): readonly string[] {
  return columns.filter(({ type }) => type === 'dictionary').map(({ name }) => name);
}
