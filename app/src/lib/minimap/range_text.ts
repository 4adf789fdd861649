import { estimateText, timestampText } from '@eventglass/table/time/time_text.js';
import type { TimeZone } from 'eventglass/internal/time_zone.js';
import type { TimeRange } from './time_range.js';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** `43.2 min`: in the unit that fits, to three digits. */
export function durationText(ms: number): string {
  const [name, unitMs] = units.find(([, length]) => ms >= length) ?? ['ms', 1];
  return `${String(Number((ms / unitMs).toPrecision(3)))} ${name}`;
}

/** `2026-11-20 14:03:22 – 14:46:34`, as clocks in `zone` show, to the second, or to the millisecond where that is needed. */
export function rangeText({ beginMs, endMs }: TimeRange, zone: TimeZone): string {
  const text = endMs - beginMs < 10_000 ? timestampText : estimateText;
  const begin = text(Math.round(beginMs), zone);
  const end = text(Math.round(endMs), zone);
  const [day, clock] = end.split(' ');
  return `${begin} – ${begin.startsWith(`${day ?? ''} `) ? (clock ?? '') : end}`;
}
