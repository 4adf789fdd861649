import { parseIsoTime } from './iso_time.js';
import { timestampOfWall, utc, wallMs, type ZoneOffset } from './time_zone.js';

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

/** A time of day that says which zone's it is. */
const ownZone = /:\d\d.*(?:z|[+-]\d\d:?\d\d)$/;

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

/** The text's time on the clocks of the zone that it does not name. */
function parseWallIsoTime(text: string): number | undefined {
  return ownZone.test(text) ? undefined : parseIsoTime(text);
}

function parseRelativeDay(text: string, nowMs: number): number | undefined {
  const match = /^(today|yesterday)(?:\s+(?:at\s+)?(\S+))?$/.exec(text);
  if (!match) return undefined;
  const timeOfDayMs = match[2] === undefined ? 0 : parseTimeOfDay(match[2]);
  if (timeOfDayMs === undefined) return undefined;
  const midnightMs = Math.floor(nowMs / dayMs) * dayMs;
  return midnightMs - (match[1] === 'yesterday' ? dayMs : 0) + timeOfDayMs;
}

/** A time of day alone means the last time that it was that late. */
function parseLastTimeOfDay(text: string, nowMs: number): number | undefined {
  const timeOfDayMs = parseTimeOfDay(text);
  if (timeOfDayMs === undefined) return undefined;
  const today = Math.floor(nowMs / dayMs) * dayMs + timeOfDayMs;
  return today <= nowMs ? today : today - dayMs;
}

function parseAgo(text: string, nowMs: number): number | undefined {
  const duration = /^(?:-\s*(.+)|(.+?)\s+ago)$/.exec(text);
  const durationMs = duration ? parseDuration(duration[1] ?? duration[2] ?? '') : undefined;
  return durationMs === undefined ? undefined : nowMs - durationMs;
}

/** A time that names no zone, on the clocks that show `nowMs` at present. */
function parseWallTime(text: string, nowMs: number): number | undefined {
  return parseWallIsoTime(text) ?? parseLastTimeOfDay(text, nowMs) ?? parseRelativeDay(text, nowMs);
}

/** What is said of a text that is no time. */
export function notATime(text: string): TimeInput {
  const message = text.trim() === '' ? 'Type a time' : 'That is not a time';
  return { type: 'problem', message: `${message}. ${hint}` };
}

/**
 * Reads a time that a person typed or pasted. Times are those of `zone` unless they name one; `nowMs` is the present.
 * What only `readTime` understands is a problem here.
 */
export function parseTimeInput(text: string, nowMs: number, zone: ZoneOffset = utc): TimeInput {
  const input = text.trim().toLowerCase();
  const wall = parseWallTime(input, wallMs(nowMs, zone));
  const timestamp =
    (input === 'now' ? nowMs : undefined) ??
    parseUnixTime(input) ??
    (wall === undefined ? undefined : timestampOfWall(wall, zone)) ??
    parseIsoTime(input) ??
    parseAgo(input, nowMs);
  if (timestamp === undefined || Math.abs(timestamp) > 8.64e15) return notATime(text);
  return { type: 'time', timestamp };
}
