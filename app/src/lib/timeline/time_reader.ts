import { timestampText } from '@eventglass/table/time/time_text.js';
import { wallTime, type TimeZone } from 'eventglass/internal/time_zone.js';
import { notATime, parseTimeInput, type TimeInput } from 'eventglass/internal/time_input.js';
import { durationText } from '../minimap/range_text.js';

/** Longer texts are no times, and take a while to find that out of. */
const maxCharacters = 80;

/**
 * Reads a time that a person typed or pasted, as `parseTimeInput` does, and the ways in which people say times as well.
 * The parser of those is loaded when it is needed first; where that fails, they are not times.
 */
export async function readTime(text: string, nowMs: number, zone: TimeZone): Promise<TimeInput> {
  const time = parseTimeInput(text, nowMs, zone);
  const input = text.trim();
  if (time.type === 'time' || input === '' || input.length > maxCharacters) return time;
  const spoken = await import('./spoken_time.js').catch(() => undefined);
  return spoken?.parseSpokenTime(input, { nowMs, zone }) ?? notATime(text, zone);
}

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

/** `Fri 2026-11-20 14:03:22.000 UTC, 2 h ago`, and how it was read. */
export function understoodText(
  time: Extract<TimeInput, { readonly type: 'time' }>,
  nowMs: number,
  zone: TimeZone,
): string {
  const { timestamp, note } = time;
  const agoMs = nowMs - timestamp;
  const distance =
    Math.abs(agoMs) < 1_000
      ? 'now'
      : agoMs > 0
        ? `${durationText(agoMs)} ago`
        : `in ${durationText(-agoMs)}`;
  const text = `${weekday.format(wallTime(timestamp, zone))} ${timestampText(timestamp, zone)} ${zone.name}, ${distance}`;
  return note === undefined ? text : `${text}. ${note}`;
}
