import type { TimelineRow } from './row.js';

/** The id of a row's element; `undefined` for rows from the server, which have no number. */
export function rowElementId({ rowId }: Pick<TimelineRow, 'rowId'>): string | undefined {
  return rowId < 0 ? undefined : `row-${String(rowId)}`;
}
