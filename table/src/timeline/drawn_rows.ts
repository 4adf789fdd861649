import type { RowRange } from 'eventglass';
import type { BlockUpdate } from 'eventglass/client';
import type { TableColumns } from '../columns/table_columns.js';
import { countGone, withGoneRows, withoutLeft, type BoundedRows } from './gone_rows.js';
import { markNew, rowsOfBlock, type TimelineRow } from './row.js';
import type { PlacedRows } from './viewport.js';

/** The rows that are drawn, and what they are a part of. Positions count those that are gone and still drawn. */
export interface DrawnRows extends PlacedRows<TimelineRow> {
  /** Rows that the engine holds. */
  readonly loadedCount: number;
  /** Rows of the whole timeline, and those that are gone. */
  readonly rowCount: number;
  /** Those of `rows` that are gone. */
  readonly goneCount: number;
}

export const noRows: DrawnRows = { begin: 0, rows: [], loadedCount: 0, rowCount: 0, goneCount: 0 };

/** What the reader has before them: ranks on screen, and when, as `performance.now()` counts. */
export interface Seen {
  readonly visible: RowRange;
  readonly nowMs: number;
}

function bounded({ begin, rows, rowCount }: DrawnRows): BoundedRows {
  return { begin, rows, hasFirst: begin === 0, hasLast: begin + rows.length >= rowCount };
}

/** The rows of a block that shows another place or filter than `older` ones: there nothing is new, and nothing gone. */
export function rowsElsewhere(
  update: BlockUpdate,
  older: DrawnRows,
  columns: TableColumns,
): DrawnRows {
  const { block, rowsBefore, totalCount } = update;
  const loadedCount = block.viewRowCount;
  return {
    begin: rowsBefore + block.begin,
    rows: rowsOfBlock(block, older.rows, columns),
    loadedCount,
    rowCount: Math.max(totalCount, rowsBefore + loadedCount),
    goneCount: 0,
  };
}

/** The rows of a block that takes the place of `older` ones: with `seen`, those that have gone from the screen stay for a while. */
export function rowsOfUpdate(
  update: BlockUpdate,
  older: DrawnRows,
  seen: Seen | undefined,
  columns: TableColumns,
): DrawnRows {
  const plain = rowsElsewhere(update, older, columns);
  const newer = { ...plain, rows: markNew(plain.rows, older.rows) };
  if (!seen) return newer;
  const rows = withGoneRows(bounded(newer), bounded(older), seen.visible, seen.nowMs);
  const goneCount = rows.length - newer.rows.length;
  return { ...newer, rows, rowCount: newer.rowCount + goneCount, goneCount };
}

/** `older` without the rows that have been gone for long enough. */
export function rowsLeft(older: DrawnRows, nowMs: number): DrawnRows {
  if (older.goneCount === 0) return older;
  const rows = withoutLeft(older.rows, nowMs);
  const goneCount = countGone(rows);
  return { ...older, rows, rowCount: older.rowCount - older.goneCount + goneCount, goneCount };
}
