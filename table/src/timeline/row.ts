import type { CellValue } from 'eventglass';
import { cellText, maxCellCharacters } from './cell_text.js';
import type { TableColumn, TableColumns } from '../columns/table_columns.js';

/** What of an event can change before the reader's eyes. */
export interface RowState {
  /** In ms since 1970. */
  readonly timestamp: number;
  /** Text by column of the table. */
  readonly cells: readonly string[];
}

/** One event as the table shows it. Never changed: a newer state of the event is another object. */
export interface TimelineRow {
  /** Of the event. */
  readonly id: string;
  /** In ms since 1970. */
  readonly timestamp: number;
  /** The engine's number of the row, never used again; -1 in rows from the server. */
  readonly rowId: number;
  /** Sequence number of the event's last mutation; 0 in rows from the server. */
  readonly version: number;
  /** Text by column of the table; `''` for the time. */
  readonly cells: readonly string[];
  /** Counts what the reader saw happen to the event, so that each time can be drawn. */
  readonly changes: number;
  /** As the reader saw it first; `undefined` until it has changed. */
  readonly first: RowState | undefined;
  /** It came into being among rows that were on screen already. */
  readonly isNew: boolean;
  /** When it was found to be gone, in ms as `performance.now()` counts them; it stays in its place for a while. */
  readonly goneSinceMs: number | undefined;
}

/** What the reader has not seen anything happen to. */
const untouched = {
  changes: 0,
  first: undefined,
  isNew: false,
  goneSinceMs: undefined,
} as const;

/** Cuts `text` to the cell limit, between two characters. */
function cutText(text: string): { readonly text: string; readonly isCut: boolean } {
  // A character has one or two UTF-16 units.
  if (text.length <= maxCellCharacters) return { text, isCut: false };
  const characters = Array.from(text.slice(0, 2 * maxCellCharacters + 1));
  if (characters.length <= maxCellCharacters) return { text, isCut: false };
  return { text: characters.slice(0, maxCellCharacters).join(''), isCut: true };
}

function jsonCell(value: unknown, { type, isMoney }: TableColumn): string {
  if (type === 'timestamp') return '';
  if (typeof value === 'string') {
    const cut = cutText(value);
    return cellText(cut.text, cut.isCut, isMoney);
  }
  if (typeof value === 'number' || typeof value === 'boolean')
    return cellText(value, false, isMoney);
  return '';
}

/** The row of an event from a page's JSON; `undefined` if that is not an event. */
export function rowOfJson(event: unknown, columns: TableColumns): TimelineRow | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(event));
  const id = fields.get('id');
  const timestamp = fields.get('timestamp');
  if (typeof id !== 'string' || id === '') return undefined;
  if (typeof timestamp !== 'number' || Number.isNaN(new Date(timestamp).getTime()))
    return undefined;
  const cells = columns.all.map((column) => jsonCell(fields.get(column.name), column));
  return { id, timestamp, rowId: -1, version: 0, cells, ...untouched };
}

/** Rows of a row block that can be read cell by cell. */
export interface RowSource {
  readonly rowCount: number;
  rowId(row: number): number;
  rowVersion(row: number): number;
  key(row: number): { readonly timestamp: number; readonly id: string };
  value(row: number, column: number): CellValue;
  isCut(row: number, column: number): boolean;
}

function blockCells(block: RowSource, row: number, columns: TableColumns): readonly string[] {
  return columns.all.map(({ schemaIndex, type, isMoney }) =>
    type === 'timestamp'
      ? ''
      : cellText(block.value(row, schemaIndex), block.isCut(row, schemaIndex), isMoney),
  );
}

function sameCells(a: readonly string[], b: readonly string[]): boolean {
  return a.every((cell, i) => cell === b[i]);
}

/**
 * The rows of a block. A row of `older` that has not changed is taken over as the same object, so that
 * nothing is drawn again for it.
 */
export function rowsOfBlock(
  block: RowSource,
  older: readonly TimelineRow[],
  columns: TableColumns,
): readonly TimelineRow[] {
  const olderRows = new Map(older.map((row) => [row.id, row]));
  const rows: TimelineRow[] = [];
  for (let i = 0; i < block.rowCount; i++) {
    const { id, timestamp } = block.key(i);
    const rowId = block.rowId(i);
    const version = block.rowVersion(i);
    const known = olderRows.get(id);
    // Versions compare within an epoch only; a row of another epoch has another row id.
    const isSame = known?.rowId === rowId && known.version === version;
    if (isSame && known.goneSinceMs === undefined) {
      rows.push(known);
      continue;
    }
    const cells = blockCells(block, i, columns);
    if (!known) {
      rows.push({ id, timestamp, rowId, version, cells, ...untouched });
    } else {
      const hasSameCells = sameCells(cells, known.cells);
      const isChanged = !hasSameCells || timestamp !== known.timestamp;
      rows.push({
        ...known,
        timestamp,
        rowId,
        version,
        cells: hasSameCells ? known.cells : cells,
        changes: known.changes + (isChanged ? 1 : 0),
        first: isChanged
          ? (known.first ?? { timestamp: known.timestamp, cells: known.cells })
          : known.first,
        goneSinceMs: undefined,
      });
    }
  }
  return rows;
}

/**
 * `rows` with those marked new that stand between rows that `older` has: they came among what was on
 * screen. Rows after the last of those are not: they were scrolled to, or the tail has moved.
 */
export function markNew(
  rows: readonly TimelineRow[],
  older: readonly TimelineRow[],
): readonly TimelineRow[] {
  const olderIds = new Set(older.map((row) => row.id));
  const isOld = (row: TimelineRow) => olderIds.has(row.id);
  const first = rows.findIndex(isOld);
  const last = rows.findLastIndex(isOld);
  return rows.map((row, i) =>
    i > first && i < last && !isOld(row) ? { ...row, isNew: true } : row,
  );
}
