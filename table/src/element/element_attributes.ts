import type { EventKey } from 'eventglass';
import { parseIsoTime } from 'eventglass/internal/iso_time.js';
import { firstPlace, livePlace, type Place } from '../timeline/place.js';

/** One of the words that an attribute can have; as in HTML, another is as none. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  text: string | null | undefined,
): Word | undefined {
  return words.find((word) => word === text);
}

/** Throws a TypeError where `text` is no whole number above 0. */
export function countOf(name: string, text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^0*[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new TypeError(`eventglass: ${name} is a whole number above 0, not ${JSON.stringify(text)}`);
}

/** Throws a TypeError where `count` is no whole number above 0. */
export function checkedCount(name: string, count: number | undefined): number | undefined {
  if (count === undefined || (Number.isSafeInteger(count) && count > 0)) return count;
  throw new TypeError(`eventglass: ${name} is a whole number above 0, not ${String(count)}`);
}

function isPlace(value: object): value is Place {
  const { type, key } = value as { readonly type?: unknown; readonly key?: Partial<EventKey> };
  if (type === 'live') return true;
  const hasTime = Number.isFinite(key?.timestamp) && typeof key?.id === 'string';
  return type === 'key' && hasTime;
}

/**
 * `live`, `first`, a time such as `2026-11-20T14:00:00Z`, or a place as `placechange` tells it; nothing is `live`. Throws a TypeError
 * where `value` is something else.
 */
export function placeOf(value: Place | string | null | undefined): Place {
  if (value === null || value === undefined || value === '' || value === 'live') return livePlace;
  if (value === 'first') return firstPlace;
  if (typeof value === 'object') {
    if (isPlace(value)) return value;
  } else {
    const timestamp = parseIsoTime(value);
    if (timestamp !== undefined) return { type: 'key', key: { timestamp, id: '' } };
  }
  throw new TypeError(
    `eventglass: a place is live, first or a time such as 2026-11-20T14:00:00Z, not ${JSON.stringify(value)}`,
  );
}
