import { casual, GB, type ParsedResult } from 'chrono-node/en';
import { timeOfWall, wallTime, type TimeZone } from 'eventglass/internal/time_zone.js';
import { notATime, type TimeInput } from 'eventglass/internal/time_input.js';

/** A day and a month in digits, either of which could be the other. */
const numericDate = /\b(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})\b/;

/** `3 April 2026`: no other day, however it is read. */
const dayFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** Words for what is still to come. */
const futureWords = /\b(?:next|tomorrow|in|from now|later)\b/i;

type ParsedComponents = ParsedResult['start'];

/** Words for a distance from now, which is exact also where it is one of days. */
const distanceWords = /\b(?:ago|from now|in)\b/i;

/** How chrono is told the present and the zone, and what it makes of them. */
interface Reference {
  readonly nowMs: number;
  readonly zone: TimeZone;
}

function isAmbiguous(text: string): boolean {
  const [, first, , second] = numericDate.exec(text) ?? [];
  if (first === undefined || second === undefined || first === second) return false;
  return Number(first) <= 12 && Number(second) <= 12;
}

/** A day without a time of day begins at midnight; chrono takes noon. */
function dayBegins(wall: number, parts: ParsedComponents): number {
  const isDay = (['day', 'month', 'weekday', 'year'] as const).some((part) =>
    parts.isCertain(part),
  );
  if (!isDay || parts.isCertain('hour')) return wall;
  return Math.floor(wall / 86_400_000) * 86_400_000;
}

/** What is said without a year, week or day is the last that there was. */
function inThePast(wall: number, parts: ParsedComponents, nowWall: number): number {
  if (wall <= nowWall || parts.isCertain('year')) return wall;
  const date = new Date(wall);
  if (parts.isCertain('month')) date.setUTCFullYear(date.getUTCFullYear() - 1);
  else date.setUTCDate(date.getUTCDate() - (parts.isCertain('weekday') ? 7 : 1));
  return date.getTime();
}

function timestampOf(text: string, parts: ParsedComponents, { nowMs, zone }: Reference): number {
  const timestamp = parts.date().getTime();
  if (parts.isCertain('timezoneOffset')) return timestamp;
  // chrono has gone by the zone's clocks as they are at present.
  const spoken = timestamp + zone.offsetMs(nowMs);
  const wall = distanceWords.test(text) ? spoken : dayBegins(spoken, parts);
  const wanted = futureWords.test(text) ? wall : inThePast(wall, parts, wallTime(nowMs, zone));
  return timeOfWall(wanted, zone);
}

/** Reads times as people say them and as other programs write them: "last monday 9:30", "Fri, 20 Nov 2026 14:03:22 +0100". */
export function parseSpokenTime(text: string, reference: Reference): TimeInput {
  const { nowMs, zone } = reference;
  // As they stand in logs and on dashboards.
  const input = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(' @ ', ' ');
  // Dates in ISO's order are read by its rules, or not at all.
  if (/^[+-]?\d{4,}-/.test(input)) return notATime(text, zone);
  const present = { instant: new Date(nowMs), timezone: zone.offsetMs(nowMs) / 60_000 };
  // In digits the day comes first, as in most of the world; with its name, the month may.
  const chrono = numericDate.test(input) ? GB : casual;
  const [result] = chrono.parse(input, present);
  if (result?.text !== input) return notATime(text, zone);
  const timestamp = timestampOf(input, result.start, reference);
  if (!isAmbiguous(input)) return { type: 'time', timestamp };
  const day = dayFormat.format(wallTime(timestamp, zone));
  return { type: 'time', timestamp, note: `Day before month: read as ${day}.` };
}
