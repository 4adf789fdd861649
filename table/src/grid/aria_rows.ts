/** Rows of the grid before the timeline's first: the head. WAI-ARIA counts it, and counts from 1. */
const headRows = 1;

/** `aria-rowindex` of the row `rank`. */
export function ariaRowIndex(rank: number): number {
  return headRows + rank + 1;
}

/** `aria-rowcount` of a timeline of `rowCount` rows; -1, for unknown, if that is `undefined`. */
export function ariaRowCount(rowCount: number | undefined): number {
  return rowCount === undefined ? -1 : headRows + rowCount;
}
