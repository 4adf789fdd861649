import { TableColumns } from '@eventglass/table/columns/table_columns.js';
import type { TimelineStart } from '@eventglass/table/timeline/timeline.svelte.js';
import type { Schema } from 'eventglass';
import type { ParsedAddress } from './address.js';
import type { TimelineRow } from '@eventglass/table/timeline/row.js';

/** What the server knows when the page is asked for. */
export interface FirstRows {
  /** What the timeline's events consist of. */
  readonly schema: Schema;
  readonly address: ParsedAddress;
  readonly rows: readonly TimelineRow[];
  /** Events that match the filter before the first of `rows`. */
  readonly firstRank: number;
  /** Events that match the filter; `undefined` if the backend did not answer. */
  readonly matchCount: number | undefined;
  /** Why there are no rows, for people. */
  readonly problem: string | undefined;
}

/** The timeline of a page that has them. */
export function timelineStart({
  schema,
  address: parsed,
  rows,
  ...counts
}: FirstRows): TimelineStart {
  const { address, problem: notice } = parsed;
  const { place, filter } = address;
  return { columns: new TableColumns(schema), place, filter, notice, rows, ...counts };
}
