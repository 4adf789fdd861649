import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey, KeyRange } from '../types.js';
import { type Density, rankAtTime, timeAtRank } from './density.js';

/** What is known of the window's place when a range for the feed is chosen. */
export interface WindowSituation {
  readonly coverage: KeyRange;
  /** Of the window's first and last row, in ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly rowCount: number;
  readonly rowsBefore: number;
  /** Events in the timeline. */
  readonly total: number;
  /** The row of the window that is on screen. */
  readonly index: number;
  readonly capacityRows: number;
  readonly density: Density | undefined;
}

/** A rest of the timeline that is at most this share of the window's capacity is followed as well: then nothing lies beyond. */
const SMALL_REST = 1 / 2;
/** Of the window's capacity: what the feed follows at least beyond each end, at the rate of the window's own events. */
const LEAST_MARGIN = 1 / 8;
/** Capacities that the feed may follow before it is told to follow less. What is chosen anew has three at most. */
const MAX_CAPACITIES = 6;
/** A range that is not at most this share of the one before is not worth a subscription. */
const WORTHWHILE_SHARE = 1 / 2;

/**
 * The keys for the feed to follow: one capacity of rows on each side of the screen, so that the window can be filled and moved
 * by as much before the feed has to be told. Wider than the coverage by a millisecond at least. How wide is an estimate, from the
 * density, and from how close the window's own events are; whatever it is, what happens within is told exactly.
 */
export function rangeAround(situation: WindowSituation): KeyRange {
  return { begin: rangeBegin(situation), end: rangeEnd(situation) };
}

/** Whether the feed brings so much from beyond the window that it should be told to follow `narrower`. */
export function isTooWide(
  range: KeyRange,
  narrower: KeyRange,
  { density, total, capacityRows }: WindowSituation,
): boolean {
  if (density === undefined) return false;
  const rows = rowsIn(range, density, total);
  const isMuch = rows > MAX_CAPACITIES * capacityRows;
  return isMuch && rowsIn(narrower, density, total) <= WORTHWHILE_SHARE * rows;
}

function rangeBegin(situation: WindowSituation): EventKey | undefined {
  const { coverage, firstMs, rowsBefore, index, capacityRows, density } = situation;
  const rank = rowsBefore + index - capacityRows;
  if (coverage.begin === undefined || rank <= SMALL_REST * capacityRows) return undefined;
  const byDensity = density && timeAtRank(density, rank);
  const estimates = [byDensity, firstMs - leastMarginMs(situation)].filter(isTime);
  if (estimates.length === 0) return undefined;
  return boundAt(Math.floor(Math.min(...estimates, coverage.begin.timestamp - 1)));
}

function rangeEnd(situation: WindowSituation): EventKey | undefined {
  const { coverage, lastMs, rowsBefore, total, index, capacityRows, density } = situation;
  const rank = rowsBefore + index + capacityRows;
  if (coverage.end === undefined || total - rank <= SMALL_REST * capacityRows) return undefined;
  const byDensity = density && timeAtRank(density, rank);
  const estimates = [byDensity, lastMs + leastMarginMs(situation)].filter(isTime);
  if (estimates.length === 0) return undefined;
  return boundAt(Math.ceil(Math.max(...estimates, coverage.end.timestamp + 1)));
}

function isTime(estimate: number | undefined): estimate is number {
  return Number.isFinite(estimate);
}

/** Milliseconds; NaN where the window's events don't tell. */
function leastMarginMs({ firstMs, lastMs, rowCount, capacityRows }: WindowSituation): number {
  if (lastMs <= firstMs) return NaN;
  return ((lastMs - firstMs) / rowCount) * capacityRows * LEAST_MARGIN;
}

function boundAt(timestamp: number): EventKey | undefined {
  return Math.abs(timestamp) <= MAX_TIMESTAMP_MS ? { timestamp, id: '' } : undefined;
}

/** An estimate of the events in a range. */
function rowsIn({ begin, end }: KeyRange, density: Density, total: number): number {
  const before = begin === undefined ? 0 : rankAtTime(density, begin.timestamp);
  return (end === undefined ? total : rankAtTime(density, end.timestamp)) - before;
}
