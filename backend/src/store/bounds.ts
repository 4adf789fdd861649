import type { EventKey } from 'eventglass';

/** Milliseconds: the farthest from 1970 that a JavaScript Date can be. */
export const largestTimestampMs = 8.64e15;

/** Bytes: an id's 1,024 and the U+0000 that a bound right after it ends with. */
const maxBoundIdBytes = 1_025;

const isoTime =
  /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

function isRealDate(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function parseIsoTime(text: string): number | undefined {
  const match = isoTime.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hours, , , zone] = match;
  // Date.parse takes the 30th of February for the 1st of March, and 24:00 for the next day.
  if (!isRealDate(Number(year), Number(month), Number(day)) || Number(hours) > 23) return undefined;
  // A time without a zone is UTC here; Date.parse would take the zone of this machine.
  const withZone = hours !== undefined && zone === undefined ? `${text}Z` : text;
  const time = Date.parse(withZone.toUpperCase().replace(',', '.'));
  return Number.isNaN(time) ? undefined : time;
}

/** Milliseconds since 1970 of `text`: an integer, or ISO 8601, in UTC where it names no zone. */
export function parseTime(text: string): number | undefined {
  if (!/^-?\d+$/.test(text)) return parseIsoTime(text);
  const time = Number(text);
  return Math.abs(time) <= largestTimestampMs ? time : undefined;
}

/**
 * The key that `text` names: a time, or `timestamp,id` with the id percent-encoded.
 * `undefined` where it is neither.
 */
export function parseBound(text: string): EventKey | undefined {
  const comma = text.indexOf(',');
  // The fraction of an ISO time may begin with a comma as well.
  if (comma < 0 || !/^-?\d+$/.test(text.slice(0, comma))) {
    const time = parseTime(text);
    return time === undefined ? undefined : { timestamp: time, id: '' };
  }
  const timestamp = parseTime(text.slice(0, comma));
  if (timestamp === undefined) return undefined;
  try {
    const id = decodeURIComponent(text.slice(comma + 1));
    return Buffer.byteLength(id) <= maxBoundIdBytes ? { timestamp, id } : undefined;
  } catch {
    return undefined;
  }
}

/** How a bound is written: `timestamp,id`, the time alone where the id is empty, or `open`. */
export function formatBound(key: EventKey | undefined): string {
  if (key === undefined) return 'open';
  return key.id === '' ? String(key.timestamp) : `${key.timestamp},${encodeURIComponent(key.id)}`;
}

/** Below 0, 0 or above 0, as `a` is before, at or after `b`. */
export function compareKeys(a: EventKey, b: EventKey): number {
  return a.timestamp - b.timestamp || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id));
}

/** The smallest key after `key`. */
export function successorOf(key: EventKey): EventKey {
  return { timestamp: key.timestamp, id: `${key.id}\u0000` };
}
