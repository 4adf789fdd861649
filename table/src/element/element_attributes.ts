import { parseIsoTime } from 'eventglass/internal/iso_time.js';
import { firstPlace, livePlace, type Place } from '../timeline/place.js';

/** One of the words that an attribute can have; as in HTML, another is as none. */
export function wordOf<Word extends string>(
  words: readonly Word[],
  text: string | null | undefined,
): Word | undefined {
  return words.find((word) => word === text);
}

/** Throws a TypeError where `text` is no whole number. */
export function countOf(name: string, text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new TypeError(`eventglass: ${name} is a whole number, not ${JSON.stringify(text)}`);
}

/** `live`, `first`, or a time such as `2026-11-20T14:00:00Z`. Throws a TypeError where `text` is something else. */
export function placeOf(text: string): Place {
  if (text === '' || text === 'live') return livePlace;
  if (text === 'first') return firstPlace;
  const timestamp = parseIsoTime(text);
  if (timestamp !== undefined) return { type: 'key', key: { timestamp, id: '' } };
  throw new TypeError(
    `eventglass: a place is live, first or a time such as 2026-11-20T14:00:00Z, not ${JSON.stringify(text)}`,
  );
}
