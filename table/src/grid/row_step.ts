import type { Identified, PlacedRows } from '../timeline/viewport.js';

/** Rows on screen and around it, of a timeline of `rowCount` rows. */
export interface CountedRows extends PlacedRows<Identified> {
  readonly rowCount: number;
}

/** Where a step leads: to a row, nowhere, or to where the rows are not known. */
export type Step =
  | { readonly type: 'row'; readonly index: number }
  | { readonly type: 'end' }
  | { readonly type: 'away' };

/** Times that are the same are told apart by UTF-16 units: by code points they differ beyond U+FFFF only. */
function isBefore(a: Identified, b: Identified): boolean {
  return a.timestamp < b.timestamp || (a.timestamp === b.timestamp && a.id < b.id);
}

function stepTo(index: number, { begin, rows, rowCount }: CountedRows): Step {
  if (index >= 0 && index < rows.length) return { type: 'row', index };
  const rank = begin + index;
  return { type: rank < 0 || rank >= rowCount ? 'end' : 'away' };
}

/**
 * One step up (-1) or down (1) from the event `from`, which need not be there any more: its place in time
 * counts then. `index` counts in `drawn.rows`.
 */
export function stepFrom(from: Identified, count: 1 | -1, drawn: CountedRows): Step {
  const { begin, rows, rowCount } = drawn;
  const index = rows.findIndex(({ id }) => id === from.id);
  if (index >= 0) return stepTo(index + count, drawn);
  const after = rows.filter((row) => isBefore(row, from)).length;
  const isKnown =
    rows.length > 0 &&
    (after > 0 || begin === 0) &&
    (after < rows.length || begin + after >= rowCount);
  if (!isKnown) return { type: 'away' };
  return stepTo(count > 0 ? after : after - 1, drawn);
}
