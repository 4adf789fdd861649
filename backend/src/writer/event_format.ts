import type { CellValue } from 'eventglass';

import type { TimelineColumn } from '../timeline_schema.js';

/** An event by the columns of a schema: `cells[i]` is what it has in column `i`, id and timestamp included. */
export interface EventRecord {
  readonly id: string;
  readonly timestamp: number;
  readonly cells: readonly CellValue[];
}

/**
 * How events of a schema are read and written: one text for one content, so that texts can be compared. Names of
 * fields are data here, `__proto__` as good as any.
 */
export class EventFormat {
  readonly schema: readonly TimelineColumn[];
  readonly idColumn: number;
  readonly timestampColumn: number;
  /** By column: `"name":` */
  readonly #heads: readonly string[];

  constructor(schema: readonly TimelineColumn[]) {
    this.schema = schema;
    this.idColumn = schema.findIndex(({ type }) => type === 'id');
    this.timestampColumn = schema.findIndex(({ type }) => type === 'timestamp');
    this.#heads = schema.map(({ name }) => `${JSON.stringify(name)}:`);
  }

  /** REQUIRES: id and timestamp are among the cells. */
  record(cells: readonly CellValue[]): EventRecord {
    const [id, timestamp] = [cells[this.idColumn], cells[this.timestampColumn]];
    if (typeof id !== 'string' || typeof timestamp !== 'number') {
      throw new TypeError('an event without id or timestamp');
    }
    return { id, timestamp, cells };
  }

  /** An event as the engine or the archive wrote it. */
  read(json: string): EventRecord {
    return this.recordOf(JSON.parse(json) as object);
  }

  /** An event whose values are known to be good; what the schema does not name is left out. */
  recordOf(event: object): EventRecord {
    const values = new Map<string, unknown>(Object.entries(event));
    return this.record(this.schema.map(({ name }) => (values.get(name) ?? undefined) as CellValue));
  }

  /** New values by column, out of an object that is known to be good. */
  changesOf(set: object): ReadonlyMap<number, CellValue> {
    const values = Object.entries(set) as [string, CellValue | null][];
    const columns = values.map(
      ([name, value]) => [this.#columnOf(name), value ?? undefined] as const,
    );
    return new Map(columns.filter(([column]) => column >= 0));
  }

  #columnOf(name: string): number {
    return this.schema.findIndex((column) => column.name === name);
  }

  write({ cells }: EventRecord): string {
    const members = cells.flatMap((cell, i) =>
      cell === undefined ? [] : [`${this.#heads[i] ?? ''}${JSON.stringify(cell)}`],
    );
    return `{${members.join(',')}}`;
  }

  /** What makes `before` into `after`, as the `set` of an update. */
  writeChanges(before: EventRecord, after: EventRecord): string {
    const members = this.differences(before, after).map(
      (i) => `${this.#heads[i] ?? ''}${JSON.stringify(after.cells[i] ?? null)}`,
    );
    return `{${members.join(',')}}`;
  }

  /** Columns in which the two differ. */
  differences(before: EventRecord, after: EventRecord): readonly number[] {
    return [...after.cells.keys()].filter((i) => before.cells[i] !== after.cells[i]);
  }
}
