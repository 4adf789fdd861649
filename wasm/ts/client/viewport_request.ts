import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey } from '../types.js';
import { utf8Decoder } from '../utf8.js';

/** Where the reader is. */
export type Target =
  /** At the last rows, following the tail. */
  | LiveTarget
  /** The row `rowOffset` after the first row at or after `key` is at the top. */
  | KeyTarget
  /**
   * The event with this rank in the whole timeline, loaded or not, is at the top. Once answered, the target is the row that was
   * there, wherever it moves.
   */
  | RankTarget;

/** The live end. */
export interface LiveTarget {
  /** Tells it from other targets. */
  readonly type: 'live';
}

/** A place that is named by a key. */
export interface KeyTarget {
  /** Tells it from other targets. */
  readonly type: 'key';
  /** There need not be an event with it. */
  readonly key: EventKey;
  /** Rows from the first one at or after `key`. */
  readonly rowOffset: number;
}

/** A place that is named by a rank. */
export interface RankTarget {
  /** Tells it from other targets. */
  readonly type: 'rank';
  /** Events before it. */
  readonly rank: number;
}

/** What the reader looks at. */
export interface ViewportRequest {
  /** Counts up. */
  readonly id: number;
  /** What is to be at the top. */
  readonly target: Target;
  /** Rows on screen. */
  readonly rowCount: number;
  /** Rows on each side of them. */
  readonly overscanRows: number;
  /** The timeline is that of the events that match; see docs/filter.md. Default `''`: all events. */
  readonly filter?: string;
}

/** A request whose every part is there, and in its range. */
export type NormalRequest = Required<ViewportRequest>;

/** Rows: a 4K screen in portrait holds 480 rows of 8 px; bounds the size of a block. */
const MAX_VIEWPORT_ROWS = 1_000;
/** Bytes of UTF-8: an id's 1,024, and the U+0000 of a bound right after it. */
const MAX_ID_BYTES = 1_025;

/** The request with every number in its range, so that no later step has to ask. */
export function normalizeRequest(request: ViewportRequest): NormalRequest {
  return {
    id: request.id,
    target: normalizeTarget(request.target),
    rowCount: clampInteger(request.rowCount, 1, MAX_VIEWPORT_ROWS),
    overscanRows: clampInteger(request.overscanRows, 0, MAX_VIEWPORT_ROWS),
    filter: normalizeFilter(request.filter ?? ''),
  };
}

function normalizeTarget(target: Target): Target {
  switch (target.type) {
    case 'live':
      return target;
    case 'rank':
      return { type: 'rank', rank: clampInteger(target.rank, 0, Number.MAX_SAFE_INTEGER) };
    case 'key':
      return {
        type: 'key',
        key: normalizeKey(target.key),
        rowOffset: clampInteger(target.rowOffset, -MAX_VIEWPORT_ROWS, MAX_VIEWPORT_ROWS),
      };
  }
}

function normalizeKey(key: EventKey): EventKey {
  const timestamp = clampInteger(key.timestamp, -MAX_TIMESTAMP_MS, MAX_TIMESTAMP_MS);
  const isTooLong = new TextEncoder().encode(key.id).length > MAX_ID_BYTES;
  return { timestamp, id: isTooLong ? '' : wellFormed(key.id) };
}

function normalizeFilter(filter: string): string {
  return filter.trim() === '' ? '' : wellFormed(filter);
}

/** The text without the lone surrogates that a string may hold, and URLs refuse. */
function wellFormed(text: string): string {
  return utf8Decoder.decode(new TextEncoder().encode(text));
}

function clampInteger(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.round(Math.min(Math.max(value, min), max));
}
