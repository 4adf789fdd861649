import type { Cursor, EventKey, RowRange } from './types.js';

/** Milliseconds since 1970 that a JavaScript date can hold, either way. */
export const MAX_TIMESTAMP_MS = 8.64e15;

/** The engine's row indexes are below this. */
export const NOT_FOUND = 0xffffffff;

export function checkInteger(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `eventglass: ${what} ${String(value)} is not an integer from ${String(min)} to ${String(max)}`,
  );
}

/** A range as the engine takes it; ends beyond the window are cut there. */
export function checkRange(range: RowRange): RowRange {
  checkInteger('begin of a row range', range.begin, 0, Number.MAX_SAFE_INTEGER);
  checkInteger('end of a row range', range.end, range.begin, Number.MAX_SAFE_INTEGER);
  return { begin: Math.min(range.begin, NOT_FOUND), end: Math.min(range.end, NOT_FOUND) };
}

export function checkCursor(cursor: Cursor): void {
  checkInteger('seq', cursor.seq, 0, Number.MAX_SAFE_INTEGER);
}

export function checkKey(key: EventKey): EventKey {
  checkInteger('timestamp', key.timestamp, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return key;
}

/** The engine answers no bytes where its heap has no room for them. */
export function checkFits(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length > 0) return bytes;
  throw new RangeError(`eventglass: no memory for the ${what}; read fewer at a time`);
}
