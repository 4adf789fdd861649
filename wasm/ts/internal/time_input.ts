import { timeOfWall, wallTime, type TimeZone } from './time_zone.js';
import { parseIsoTime } from './iso_time.js';

/** What a reader's typing means. */
export type TimeInput =
  | {
      readonly type: 'time';
      readonly timestamp: number;
      /** How something was read that can be read otherwise, for people. */
      readonly note?: string;
    }
  | { readonly type: 'problem'; readonly message: string };

const dayMs = 86_400_000;

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

const hint = 'Try 14:00, 2026-11-20 14:00, yesterday 14:00, last monday, -2h or a Unix time.';

/** `14:00`, `14:00:05` or `14:00:05.123` as ms since midnight. */
function parseTimeOfDay(text: string): number | undefined {
  const timestamp = parseIsoTime(`1970-01-01T${text}`);
  return timestamp !== undefined && /^\d\d?:/.test(text) && timestamp < dayMs
    ? timestamp
    : undefined;
}

/** `2h`, `1h30m` or `90 s` as ms. */
function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?\s*[smhdw]\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*([smhdw])/g)) {
    sum += Number(count) * (unitMs[unit ?? ''] ?? 0);
  }
  return sum;
}

/** Unix time, by its length: seconds up to 11 digits (the year 5138), milliseconds to 14, microseconds to 17, nanoseconds above. */
function parseUnixTime(text: string): number | undefined {
  if (!/^\d{9,19}(?:\.\d+)?$/.test(text)) return undefined;
  const digits = text.split('.', 1)[0]?.length ?? 0;
  if (digits <= 11) return Math.round(Number(text) * 1_000);
  if (digits <= 14) return Math.round(Number(text));
  // Digits below the millisecond are dropped, before they are more than a number can hold.
  return Number(text.slice(0, digits - (digits <= 17 ? 3 : 6)));
}

/** When clocks in `zone` show a time of day, on the day that they show at `nowMs` or one that is `days` later. */
function timeOfDay(timeOfDayMs: number, days: number, nowMs: number, zone: TimeZone): number {
  const day = Math.floor(wallTime(nowMs, zone) / dayMs) + days;
  return timeOfWall(day * dayMs + timeOfDayMs, zone);
}

function parseRelativeDay(text: string, nowMs: number, zone: TimeZone): number | undefined {
  const match = /^(today|yesterday)(?:\s+(?:at\s+)?(\S+))?$/.exec(text);
  if (!match) return undefined;
  const timeOfDayMs = match[2] === undefined ? 0 : parseTimeOfDay(match[2]);
  if (timeOfDayMs === undefined) return undefined;
  return timeOfDay(timeOfDayMs, match[1] === 'yesterday' ? -1 : 0, nowMs, zone);
}

/** A time of day alone means the last time that it was that late. */
function parseLastTimeOfDay(text: string, nowMs: number, zone: TimeZone): number | undefined {
  const timeOfDayMs = parseTimeOfDay(text);
  if (timeOfDayMs === undefined) return undefined;
  const today = timeOfDay(timeOfDayMs, 0, nowMs, zone);
  return today <= nowMs ? today : timeOfDay(timeOfDayMs, -1, nowMs, zone);
}

function parseAgo(text: string, nowMs: number): number | undefined {
  const duration = /^(?:-\s*(.+)|(.+?)\s+ago)$/.exec(text);
  const durationMs = duration ? parseDuration(duration[1] ?? duration[2] ?? '') : undefined;
  return durationMs === undefined ? undefined : nowMs - durationMs;
}

/** What is said of a text that is no time. */
export function notATime(text: string, zone: TimeZone): TimeInput {
  const message = text.trim() === '' ? `Type a time (${zone.name})` : 'That is not a time';
  return { type: 'problem', message: `${message}. ${hint}` };
}

/**
 * Reads a time that a person typed or pasted. Times are those of `zone` unless they name one; `nowMs` is the present.
 * What only `readTime` understands is a problem here.
 */
export function parseTimeInput(text: string, nowMs: number, zone: TimeZone): TimeInput {
  const input = text.trim().toLowerCase();
  const timestamp =
    (input === 'now' ? nowMs : undefined) ??
    parseUnixTime(input) ??
    parseIsoTime(input, zone) ??
    parseLastTimeOfDay(input, nowMs, zone) ??
    parseRelativeDay(input, nowMs, zone) ??
    parseAgo(input, nowMs);
  if (timestamp === undefined || Math.abs(timestamp) > 8.64e15) return notATime(text, zone);
  return { type: 'time', timestamp };
}
