import type { RowRange } from 'eventglass';
import type { TimelineRow } from './row.js';
import type { PlacedRows } from './viewport.js';

/** How long a row that is gone stays in its place: long enough to be noticed and read. */
export const goneRowMs = 4_000;

/** Of the rows on screen, one in so many may be gone ones: where more go at once, the screen shows something else. */
const leastRowsPerGone = 3;

/** Rows, and whether the first and the last of the whole timeline are among them. */
export interface BoundedRows extends PlacedRows<TimelineRow> {
  readonly hasFirst: boolean;
  readonly hasLast: boolean;
}

/** A row that is gone, and the one that it stands after: `undefined` for the timeline's beginning. */
interface Place {
  readonly row: TimelineRow;
  readonly after: string | undefined;
}

/**
 * `newer`, and between them the rows of `older` on screen that they lack, greyed out from `nowMs` on. A row is gone if
 * those on both sides of it are there, or the timeline has an end there: others are merely not loaded.
 *
 * Rows that were gone already stay until their time is over.
 */
export function withGoneRows(
  newer: BoundedRows,
  older: BoundedRows,
  visible: RowRange,
  nowMs: number,
): readonly TimelineRow[] {
  const maxCount = Math.floor((visible.end - visible.begin) / leastRowsPerGone);
  const places = bounded(placesOfGone(newer, older, visible, nowMs), maxCount, nowMs);
  if (places.length === 0) return newer.rows;
  const rows: TimelineRow[] = [];
  const putAfter = (id: string | undefined) => {
    for (const { row, after } of places) if (after === id) rows.push(row);
  };
  putAfter(undefined);
  for (const row of newer.rows) {
    rows.push(row);
    putAfter(row.id);
  }
  return rows;
}

/** At most `maxCount` places: those of rows that were gone before, where not all can be had. */
function bounded(places: readonly Place[], maxCount: number, nowMs: number): readonly Place[] {
  if (places.length <= maxCount) return places;
  return places.filter(({ row }) => row.goneSinceMs !== nowMs).slice(0, maxCount);
}

function placesOfGone(
  newer: BoundedRows,
  older: BoundedRows,
  visible: RowRange,
  nowMs: number,
): readonly Place[] {
  const present = new Map(newer.rows.map((row) => [row.id, row.timestamp]));
  const places: Place[] = [];
  let pending: Place[] = [];
  let after: string | undefined;
  let isBounded = older.hasFirst && newer.hasFirst;
  for (const [i, row] of older.rows.entries()) {
    const timestamp = present.get(row.id);
    if (timestamp === row.timestamp) {
      places.push(...pending);
      pending = [];
      after = row.id;
      isBounded = true;
      continue;
    }
    // It is elsewhere now, and seen there.
    if (timestamp !== undefined || !isBounded) continue;
    const rank = older.begin + i;
    const isOnScreen = rank >= visible.begin && rank < visible.end;
    if (isStaying(row, nowMs)) pending.push({ row, after });
    else if (isOnScreen && row.goneSinceMs === undefined)
      pending.push({ row: { ...row, goneSinceMs: nowMs }, after });
  }
  if (older.hasLast && newer.hasLast) places.push(...pending);
  return places;
}

/** Whether a row that is gone has not been there for its time yet. */
function isStaying({ goneSinceMs }: TimelineRow, nowMs: number): boolean {
  return goneSinceMs !== undefined && nowMs - goneSinceMs < goneRowMs;
}

/** `rows` without those whose time is over. */
export function withoutLeft(rows: readonly TimelineRow[], nowMs: number): readonly TimelineRow[] {
  return rows.filter((row) => row.goneSinceMs === undefined || isStaying(row, nowMs));
}

export function countGone(rows: readonly TimelineRow[]): number {
  return rows.reduce((count, { goneSinceMs }) => count + (goneSinceMs === undefined ? 0 : 1), 0);
}

/** The rank of each of `rows`, the first of which is `begin`: one that is gone takes none up. */
export function ranksOf(rows: readonly TimelineRow[], begin: number): readonly number[] {
  let next = begin;
  return rows.map(({ goneSinceMs }) => (goneSinceMs === undefined ? next++ : next));
}

/** When the next of `rows` that is gone is to leave, as `performance.now()` counts. */
export function nextLeavingMs(rows: readonly TimelineRow[]): number | undefined {
  const times = rows.flatMap(({ goneSinceMs }) => (goneSinceMs === undefined ? [] : [goneSinceMs]));
  return times.length === 0 ? undefined : Math.min(...times) + goneRowMs;
}
