import type { RowRange } from 'eventglass';

/**
 * Where the viewport's top edge is: `offsetPx` below the top of row `index`, counted from the first row of
 * the whole timeline: a rank.
 *
 * Rows are counted, not pixels, so that a place among 10^9 rows is as exact as one among ten.
 * 0 <= offsetPx < the height of a row.
 */
export interface Position {
  readonly index: number;
  readonly offsetPx: number;
}

/** What can be seen: its height, and that of every row. */
export interface ViewportSize {
  readonly heightPx: number;
  readonly rowHeightPx: number;
}

export const topPosition: Position = { index: 0, offsetPx: 0 };

/** The position `px` below the top of row 0. */
export function positionAtPx(px: number, rowHeightPx: number): Position {
  const index = Math.floor(px / rowHeightPx);
  return { index, offsetPx: px - index * rowHeightPx };
}

/** Pixels from the top of row 0. Exact to a thousandth of a pixel up to 10^9 rows. */
export function positionPx(position: Position, rowHeightPx: number): number {
  return position.index * rowHeightPx + position.offsetPx;
}

export function comparePositions(a: Position, b: Position): number {
  return a.index - b.index || a.offsetPx - b.offsetPx;
}

/** The position at which the last of `rowCount` rows ends at the viewport's lower edge. */
export function bottomPosition(rowCount: number, size: ViewportSize): Position {
  const px = rowCount * size.rowHeightPx - size.heightPx;
  return px <= 0 ? topPosition : positionAtPx(px, size.rowHeightPx);
}

/**
 * `position` moved down by `deltaPx`. It stops at the first and the last row; a position that is
 * past the bottom already, as a link may ask for, is not pulled back by moving down.
 */
export function movedBy(
  position: Position,
  deltaPx: number,
  rowCount: number,
  size: ViewportSize,
): Position {
  const rows = Math.floor((position.offsetPx + deltaPx) / size.rowHeightPx);
  const moved = {
    index: position.index + rows,
    offsetPx: position.offsetPx + deltaPx - rows * size.rowHeightPx,
  };
  if (comparePositions(moved, topPosition) < 0) return topPosition;
  const bottom = bottomPosition(rowCount, size);
  if (deltaPx <= 0 || comparePositions(moved, bottom) <= 0) return moved;
  return comparePositions(position, bottom) > 0 ? position : bottom;
}

/**
 * The position after the viewport's size has changed: the row at the top stays there. Only where rows
 * reached down to the lower edge and would no more, they follow it.
 */
export function resizedPosition(
  position: Position,
  from: ViewportSize,
  to: ViewportSize,
  rowCount: number,
): Position {
  const { index, offsetPx } = position;
  const resized = { index, offsetPx: (offsetPx * to.rowHeightPx) / from.rowHeightPx };
  const wasFilled = comparePositions(position, bottomPosition(rowCount, from)) <= 0;
  const bottom = bottomPosition(rowCount, to);
  return wasFilled && comparePositions(resized, bottom) > 0 ? bottom : resized;
}

/** The ranks that the viewport shows a part of, whether or not such rows exist. */
export function visibleRange(position: Position, size: ViewportSize): RowRange {
  const rows = Math.ceil((position.offsetPx + size.heightPx) / size.rowHeightPx);
  return { begin: position.index, end: position.index + Math.max(rows, 1) };
}

/** The parts of `visible` above and below the rows of `delivered`, as far as there are any. */
export function missingRanges(visible: RowRange, delivered: RowRange): readonly RowRange[] {
  const above = { begin: visible.begin, end: Math.min(visible.end, delivered.begin) };
  const below = { begin: Math.max(visible.begin, delivered.end), end: visible.end };
  return [above, below].filter(({ begin, end }) => begin < end);
}

/** The most rows that a viewport of this size can show a part of. */
export function visibleRowCount(size: ViewportSize): number {
  return Math.ceil(size.heightPx / size.rowHeightPx) + 1;
}

/**
 * How far the top of row `begin` is below the viewport's top edge, for drawing: on a device pixel, so
 * that text stays sharp. `rowHeightPx` is a whole number of device pixels (`deviceRowHeightPx`),
 * therefore a row is drawn at the same pixel whichever row the drawing starts at.
 */
export function drawnTopPx(
  begin: number,
  position: Position,
  rowHeightPx: number,
  devicePixelRatio: number,
): number {
  const offsetPx = Math.round(position.offsetPx * devicePixelRatio) / devicePixelRatio;
  return (begin - position.index) * rowHeightPx - offsetPx;
}

/** The height nearest to `rowHeightPx` that is a whole number of device pixels, at least one. */
export function deviceRowHeightPx(rowHeightPx: number, devicePixelRatio: number): number {
  return Math.max(1, Math.round(rowHeightPx * devicePixelRatio)) / devicePixelRatio;
}

/** A row, as far as finding it again is concerned. */
export interface Identified {
  readonly id: string;
  readonly timestamp: number;
}

/** Rows with the rank of the first. */
export interface PlacedRows<Row extends Identified> {
  readonly begin: number;
  readonly rows: readonly Row[];
}

/** The ranks of `placed`. */
export function rangeOf({ begin, rows }: PlacedRows<Identified>): RowRange {
  return { begin, end: begin + rows.length };
}

/** Whether there is a row in both. */
export function overlaps(a: RowRange, b: RowRange): boolean {
  return Math.max(a.begin, b.begin) < Math.min(a.end, b.end);
}

/**
 * By how many rows the newer rows are further down than the older ones, told by a row that is in both at
 * the same place in time: the topmost such row of `visible` (ranks in the older rows), or else of all;
 * `undefined` where there is none. Adding it to the viewport's position keeps that row at its pixel.
 */
export function indexShift(
  older: PlacedRows<Identified>,
  newer: PlacedRows<Identified>,
  visible: RowRange,
): number | undefined {
  const newerRows = new Map(newer.rows.map((row, i) => [row.id, { row, index: newer.begin + i }]));
  const shiftBy = (range: RowRange): number | undefined => {
    const first = Math.max(range.begin - older.begin, 0);
    const end = Math.min(range.end - older.begin, older.rows.length);
    for (let i = first; i < end; i++) {
      const row = older.rows[i];
      const found = row && newerRows.get(row.id);
      if (found?.row.timestamp === row?.timestamp && found) return found.index - (older.begin + i);
    }
    return undefined;
  };
  return shiftBy(visible) ?? shiftBy(rangeOf(older));
}

/** Rows: placed from here on, none is so far down that pixels lose their exactness, and most stay where they are. */
const layerRowCount = 1_024;

/** The rank at the top of the layer that rows from `begin` on are placed in. Goes on in steps, so that a row keeps its place. */
export function layerRank(begin: number): number {
  return begin - (begin % layerRowCount);
}
