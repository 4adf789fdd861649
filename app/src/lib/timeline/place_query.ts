import { parseIsoTime } from 'eventglass/internal/iso_time.js';
import { livePlace, type Place } from '@eventglass/table/timeline/place.js';

export interface ParsedPlace {
  readonly place: Place;
  /** What is wrong with the URL, for people; the place is then live. */
  readonly problem: string | undefined;
}

/** An id is at most this long on the wire. */
const maxIdBytes = 1_024;

/** A row of the largest size is less high. */
const maxOffsetPx = 200;

/** `-15m`, `-1h`, `-2d`: so long before the link is opened. */
const ago = /^-(\d{1,6})([smhd])$/;
const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** The time that a URL names, in ms since 1970. */
function parseTime(text: string, nowMs: number): number | undefined {
  const [, count, unit] = ago.exec(text) ?? [];
  if (count === undefined) return parseIsoTime(text);
  return nowMs - Number(count) * unitMs[unit as keyof typeof unitMs];
}

function bad(problem: string): ParsedPlace {
  return { place: livePlace, problem: `${problem} Showing the live end instead.` };
}

/**
 * Reads the place from a URL's query: `t`, an ISO 8601 time in UTC or how long ago, `e`, the id of an event there, and `o`,
 * how many pixels of its row are above the top edge.
 */
export function parsePlace(query: URLSearchParams, nowMs = Date.now()): ParsedPlace {
  const time = query.get('t');
  const id = query.get('e') ?? '';
  if (time === null) {
    return id === ''
      ? { place: livePlace, problem: undefined }
      : bad('The link lacks its time “t”.');
  }
  const timestamp = parseTime(time, nowMs);
  if (timestamp === undefined) {
    const shown = time.length > 40 ? `${time.slice(0, 40)}…` : time;
    return bad(`“${shown}” in the link is not a time such as 2026-11-20T14:00:00.000Z.`);
  }
  if (new TextEncoder().encode(id).length > maxIdBytes)
    return bad('The id “e” in the link is too long.');
  const place: Place = { type: 'key', key: { timestamp, id } };
  const offsetPx = Number(query.get('o'));
  const isOffset = Number.isInteger(offsetPx) && offsetPx > 0 && offsetPx <= maxOffsetPx;
  return { place: isOffset ? { ...place, offsetPx } : place, problem: undefined };
}
