import type { EventKey } from 'eventglass';
import { parseIsoTime } from './iso_time.js';

/** The place that a URL names: the live end, or the event (or moment) at the top of the viewport. */
export type Place = { readonly type: 'live' } | { readonly type: 'key'; readonly key: EventKey };

export const livePlace: Place = { type: 'live' };

/** The smallest key there is: the beginning of any timeline. */
export const firstPlace: Place = { type: 'key', key: { timestamp: -8.64e15, id: '' } };

export interface ParsedPlace {
  readonly place: Place;
  /** What is wrong with the URL, for people; the place is then live. */
  readonly problem: string | undefined;
}

/** An id is at most this long on the wire. */
const maxIdBytes = 1_024;

function bad(problem: string): ParsedPlace {
  return { place: livePlace, problem: `${problem} Showing the live end instead.` };
}

/** Reads the place from a URL's query: `t`, an ISO 8601 time in UTC, and `e`, the id of an event there. */
export function parsePlace(query: URLSearchParams): ParsedPlace {
  const time = query.get('t');
  const id = query.get('e') ?? '';
  if (time === null) {
    return id === ''
      ? { place: livePlace, problem: undefined }
      : bad('The link lacks its time “t”.');
  }
  const timestamp = parseIsoTime(time);
  if (timestamp === undefined) {
    const shown = time.length > 40 ? `${time.slice(0, 40)}…` : time;
    return bad(`“${shown}” in the link is not a time such as 2026-11-20T14:00:00.000Z.`);
  }
  if (new TextEncoder().encode(id).length > maxIdBytes)
    return bad('The id “e” in the link is too long.');
  return { place: { type: 'key', key: { timestamp, id } }, problem: undefined };
}
