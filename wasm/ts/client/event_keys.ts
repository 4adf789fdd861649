import type { EventKey, KeyRange } from '../types.js';

/** The order of events; see docs/protocol.md. Below 0, 0 or above 0, as `a` is before, at or after `b`. */
export function compareKeys(a: EventKey, b: EventKey): number {
  return a.timestamp - b.timestamp || compareIds(a.id, b.id);
}

export function equalKeys(a: EventKey, b: EventKey): boolean {
  return a.timestamp === b.timestamp && a.id === b.id;
}

export function rangeHasKey(range: KeyRange, key: EventKey): boolean {
  const isBefore = range.begin !== undefined && compareKeys(key, range.begin) < 0;
  const isAfter = range.end !== undefined && compareKeys(key, range.end) >= 0;
  return !isBefore && !isAfter;
}

/** The smallest key after `key`. */
export function successorOf(key: EventKey): EventKey {
  return { timestamp: key.timestamp, id: `${key.id}\u0000` };
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
