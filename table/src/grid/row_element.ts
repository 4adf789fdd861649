import type { TimelineRow } from '../timeline/row.js';

/** The id of a row's element in the table `uid`; `undefined` for rows from the server, which have no number. */
export function rowElementId(
  uid: string,
  { rowId }: Pick<TimelineRow, 'rowId'>,
): string | undefined {
  return rowId < 0 ? undefined : `${uid}-row-${String(rowId)}`;
}
