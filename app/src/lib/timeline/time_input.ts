import { parseIsoTime } from './iso_time.js';

/** What a reader's typing means. */
export type TimeInput =
  | { readonly type: 'time'; readonly timestamp: number }
  | { readonly type: 'problem'; readonly message: string };

const dayMs = 86_400_000;

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

const hint = 'Try 14:00, 2026-11-20 14:00, yesterday 14:00, -2h or a Unix time.';

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

/** Unix time: seconds up to 11 digits (the year 5138), milliseconds above. */
function parseUnixTime(text: string): number | undefined {
  if (!/^\d{9,14}(?:\.\d+)?$/.test(text)) return undefined;
  const digits = text.split('.', 1)[0]?.length ?? 0;
  return Math.round(digits <= 11 ? Number(text) * 1_000 : Number(text));
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

/** Reads a time that a person typed. Times are UTC unless they name a zone; `nowMs` is the present. */
export function parseTimeInput(text: string, nowMs: number): TimeInput {
  const input = text.trim().toLowerCase();
  if (input === '') return { type: 'problem', message: `Type a time (UTC). ${hint}` };
  const timestamp =
    (input === 'now' ? nowMs : undefined) ??
    parseUnixTime(input) ??
    parseIsoTime(input) ??
    parseLastTimeOfDay(input, nowMs) ??
    parseRelativeDay(input, nowMs) ??
    parseAgo(input, nowMs);
  if (timestamp === undefined || Math.abs(timestamp) > 8.64e15) {
    return { type: 'problem', message: `That is not a time. ${hint}` };
  }
  return { type: 'time', timestamp };
}
