import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey, KeyRange } from '../types.js';

/** The first of all keys. */
export const MIN_KEY: EventKey = { timestamp: -MAX_TIMESTAMP_MS, id: '' };

/** The order of events; see docs/protocol.md. Below 0, 0 or above 0, as `a` is before, at or after `b`. */
export function compareKeys(a: EventKey, b: EventKey): number {
  return a.timestamp - b.timestamp || compareIds(a.id, b.id);
}

export function equalKeys(a: EventKey, b: EventKey): boolean {
  return a.timestamp === b.timestamp && a.id === b.id;
}

/** Of bounds that may be open. */
export function equalBounds(a: EventKey | undefined, b: EventKey | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalKeys(a, b);
}

export function rangeHasKey(range: KeyRange, key: EventKey): boolean {
  const isBefore = range.begin !== undefined && compareKeys(key, range.begin) < 0;
  const isAfter = range.end !== undefined && compareKeys(key, range.end) >= 0;
  return !isBefore && !isAfter;
}

/** Whether every key of `inner` is in `range`. */
export function rangeHasRange(range: KeyRange, inner: KeyRange): boolean {
  const { begin, end } = range;
  const beginsWithin =
    begin === undefined || (inner.begin !== undefined && compareKeys(inner.begin, begin) >= 0);
  const endsWithin =
    end === undefined || (inner.end !== undefined && compareKeys(inner.end, end) <= 0);
  return beginsWithin && endsWithin;
}

/** Whether a key splits the range, or bounds it: events are either before it or not, as far as the range goes. */
export function rangeHasBound(range: KeyRange, key: EventKey): boolean {
  return rangeHasKey(range, key) || equalBounds(range.end, key);
}

/** Whether there is no hole between two ranges. */
export function rangesTouch(a: KeyRange, b: KeyRange): boolean {
  return isAtOrBefore(a.begin, b.end) && isAtOrBefore(b.begin, a.end);
}

/** Whether a range has no keys. */
export function isEmptyRange({ begin, end }: KeyRange): boolean {
  return begin !== undefined && end !== undefined && compareKeys(begin, end) >= 0;
}

/** The smallest key after `key`. */
export function successorOf(key: EventKey): EventKey {
  return { timestamp: key.timestamp, id: `${key.id}\u0000` };
}

/** Of the begin of one range and the end of another; open ones reach everything. */
function isAtOrBefore(begin: EventKey | undefined, end: EventKey | undefined): boolean {
  return begin === undefined || end === undefined || compareKeys(begin, end) <= 0;
}

/** UTF-8 sorts by code points, UTF-16 does not: surrogates stand for what comes after U+FFFF. */
function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = codePointRank(a.charCodeAt(i)) - codePointRank(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function codePointRank(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit < 0xe000 ? codeUnit + 0x2000 : codeUnit - 0x800;
}
