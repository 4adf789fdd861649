import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey } from '../types.js';
import { utf8Decoder } from '../utf8.js';

/** Where the reader is. */
export type Target =
  /** At the last rows, following the tail. */
  | { readonly type: 'live' }
  /** The row `rowOffset` after the first row at or after `key` is at the top. */
  | { readonly type: 'key'; readonly key: EventKey; readonly rowOffset: number }
  /** This row is at the top. Once answered, the target is the row that was there, wherever it moves. */
  | { readonly type: 'index'; readonly index: number };

/** What the reader looks at. */
export interface ViewportRequest {
  /** Counts up. */
  readonly id: number;
  readonly target: Target;
  /** Rows on screen. */
  readonly rowCount: number;
  /** Rows on each side of them. */
  readonly overscanRows: number;
}

/** Rows: a 4K screen in portrait holds 480 rows of 8 px; bounds the size of a block. */
const MAX_VIEWPORT_ROWS = 1_000;
/** Bytes of UTF-8: an id's 1,024, and the U+0000 of a bound right after it. */
const MAX_ID_BYTES = 1_025;

/** The request with every number in its range, so that no later step has to ask. */
export function normalizeRequest(request: ViewportRequest): ViewportRequest {
  return {
    id: request.id,
    target: normalizeTarget(request.target),
    rowCount: clampInteger(request.rowCount, 1, MAX_VIEWPORT_ROWS),
    overscanRows: clampInteger(request.overscanRows, 0, MAX_VIEWPORT_ROWS),
  };
}

function normalizeTarget(target: Target): Target {
  switch (target.type) {
    case 'live':
      return target;
    case 'index':
      return { type: 'index', index: clampInteger(target.index, 0, Number.MAX_SAFE_INTEGER) };
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
  const utf8 = new TextEncoder().encode(key.id);
  // Decoded again, because URLs refuse the lone surrogates that a string may hold.
  return {
    timestamp,
    id: utf8.length > MAX_ID_BYTES ? '' : utf8Decoder.decode(utf8),
  };
}

function clampInteger(value: number, min: number, max: number): number {
  return Number.isNaN(value) ? min : Math.round(Math.min(Math.max(value, min), max));
}
