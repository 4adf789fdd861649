/**
 * Times as the page writes them. Server and browser write the same: nothing here goes by a language, and the names of
 * zones come with the page.
 */
import { wallTime, type TimeZone } from 'eventglass/internal/time_zone.js';

/** `2026-11-20 14:03:22.123`: what clocks in `zone` show. */
export function timestampText(timestamp: number, zone: TimeZone): string {
  return new Date(wallTime(timestamp, zone)).toISOString().slice(0, -1).replace('T', ' ');
}

/** `2026-11-20 14:03:22`: a time that is not known to the millisecond. */
export function estimateText(timestamp: number, zone: TimeZone): string {
  return timestampText(timestamp, zone).slice(0, -'.000'.length);
}

const clockLength = '00:00:00.000'.length;

/** `14:03:22.123`: the time of day alone. */
export function clockText(timestamp: number, zone: TimeZone): string {
  return timestampText(timestamp, zone).slice(-clockLength);
}

/** When something was that is at `timestamp` now: the time of day alone, unless that was another day. */
export function formerTimeText(former: number, timestamp: number, zone: TimeZone): string {
  const text = timestampText(former, zone);
  const isSameDay =
    text.slice(0, -clockLength) === timestampText(timestamp, zone).slice(0, -clockLength);
  return isSameDay ? text.slice(-clockLength) : text;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const yearMs = 365.25 * dayMs;

/** Nearer than this a time is now. Clocks of servers are apart by as much. */
const nowMs = 10 * secondMs;

function distanceText(ms: number): string {
  // Whole tens of seconds: what changes every second is not calm.
  if (ms < minuteMs) return `${String(Math.floor(ms / nowMs) * 10)} s`;
  if (ms < hourMs) return `${String(Math.floor(ms / minuteMs))} min`;
  if (ms < dayMs) return `${String(Math.floor(ms / hourMs))} h`;
  if (ms < yearMs) return `${String(Math.floor(ms / dayMs))} d`;
  return `${String(Math.floor(ms / yearMs))} y`;
}

/** `3 min ago`, as of `presentMs`. */
export function relativeText(timestamp: number, presentMs: number): string {
  const distanceMs = Math.abs(presentMs - timestamp);
  if (distanceMs < nowMs) return 'just now';
  return timestamp < presentMs
    ? `${distanceText(distanceMs)} ago`
    : `in ${distanceText(distanceMs)}`;
}
