import { largestTimestampMs } from '../store/bounds.js';

/** How a column writes times: texts, or numbers since 1970. */
export const timeForms = [
  'iso',
  'month name',
  'day/month/year',
  'month/day/year',
  's',
  'ms',
  'us',
  'ns',
] as const;
export type TimeForm = (typeof timeForms)[number];

/** A time: milliseconds since 1970, and whether that is all that was written. */
export interface Time {
  readonly ms: number;
  readonly isExact: boolean;
}

const timeOfDay = String.raw`(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(AM|PM)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?`;
const dayName = String.raw`(?:[A-Za-z]{3,9}\.?,?\s+)?`;
const monthName = String.raw`([A-Za-z]{3,9})\.?`;

// 2026-11-24T10:30:15.123Z, 2026/11/24 10:30, 2026-11-24
const iso = new RegExp(
  String.raw`^(\d{4}|[+-]\d{6})([-/])(\d\d?)\2(\d\d?)(?:[T\s]\s*${timeOfDay})?$`,
  'i',
);
// 24/11/2026 10:30, 24.11.2026, and the same with the month first
const slashes = new RegExp(String.raw`^(\d\d?)([./-])(\d\d?)\2(\d{4})(?:,?\s+${timeOfDay})?$`, 'i');
// 24 Nov 2026 10:30, Tue, 24 Nov 2026 10:30:15 GMT, 24/Nov/2026:10:30:15 +0000
const dayMonth = new RegExp(
  String.raw`^${dayName}(\d\d?)[\s/-]${monthName}[\s/-](\d{4})(?:[,:]?\s*${timeOfDay})?$`,
  'i',
);
// Nov 24 2026, November 24, 2026 10:30 AM
const monthDay = new RegExp(
  String.raw`^${dayName}${monthName}\s+(\d\d?),?\s+(\d{4})(?:,?\s+${timeOfDay})?$`,
  'i',
);
// Tue Nov 24 10:30:15 2026
const ctime = new RegExp(
  String.raw`^${dayName}${monthName}\s+(\d\d?)\s+${timeOfDay}\s+(\d{4})$`,
  'i',
);

const monthNames = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ...['august', 'september', 'october', 'november', 'december'],
];

/** Powers of ten from a unit to the millisecond. */
const digitsPerMs: Readonly<Record<'s' | 'ms' | 'us' | 'ns', number>> = {
  s: -3,
  ms: 0,
  us: 3,
  ns: 6,
};

const unitLimits = { s: 1e11, ms: 1e14, us: 1e17 } as const;

/** The unit in which a number of this size is a time between 1973 and 5138. */
export function unitOf(size: number): 's' | 'ms' | 'us' | 'ns' {
  if (size < unitLimits.s) return 's';
  if (size < unitLimits.ms) return 'ms';
  return size < unitLimits.us ? 'us' : 'ns';
}

const decimal = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** The number that `text` is, as far as it may be a time; `undefined` where it is none. */
export function timeNumber(text: string): number | undefined {
  return decimal.test(text) ? Number(text) : undefined;
}

/** The time that `text` is in this form; `undefined` where it is none, or farther from 1970 than a date can be. */
export function readTime(text: string, form: TimeForm): Time | undefined {
  switch (form) {
    case 'iso': {
      const [, year, , month, day, ...rest] = iso.exec(text) ?? [];
      return timeOf([year, month, day], rest);
    }
    case 'day/month/year': {
      const [, day, , month, year, ...rest] = slashes.exec(text) ?? [];
      return timeOf([year, month, day], rest);
    }
    case 'month/day/year': {
      const [, month, , day, year, ...rest] = slashes.exec(text) ?? [];
      return timeOf([year, month, day], rest);
    }
    case 'month name':
      return readNamedMonth(text);
    default:
      return readNumber(text, digitsPerMs[form]);
  }
}

type Group = string | undefined;

function readNamedMonth(text: string): Time | undefined {
  const [, day, month, year, ...rest] = dayMonth.exec(text) ?? [];
  if (month !== undefined) return timeOf([year, monthNumber(month), day], rest);
  const [, month2, day2, year2, ...rest2] = monthDay.exec(text) ?? [];
  if (month2 !== undefined) return timeOf([year2, monthNumber(month2), day2], rest2);
  const [, month3, day3, ...rest3] = ctime.exec(text) ?? [];
  return month3 === undefined ? undefined : timeOf([rest3.pop(), monthNumber(month3), day3], rest3);
}

function monthNumber(name: string): Group {
  const lower = name.toLowerCase();
  const index = monthNames.findIndex((month) => month === lower || month.slice(0, 3) === lower);
  if (lower === 'sept') return '9';
  return index < 0 ? undefined : String(index + 1);
}

/** Of what the patterns above find; `rest` are hours, minutes, seconds, fraction, half of the day, zone. */
function timeOf([year, month, day]: readonly Group[], rest: readonly Group[]): Time | undefined {
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // The 30th of February is none, though Date takes it for the 1st of March.
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day))
    return undefined;
  const [hours, minutes, seconds, fraction = '', half, zone] = rest;
  if (hours === undefined) return { ms: date.getTime(), isExact: true };
  const hour = hourOf(Number(hours), half);
  if (hour === undefined || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return undefined;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const minuteCount = hour * 60 + Number(minutes) - offset;
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const ms = date.getTime() + (minuteCount * 60 + Number(seconds ?? 0)) * 1_000 + millis;
  if (!(Math.abs(ms) <= largestTimestampMs)) return undefined;
  return { ms, isExact: !/[1-9]/.test(fraction.slice(3)) };
}

function hourOf(hours: number, half: Group): number | undefined {
  if (half === undefined) return hours <= 23 ? hours : undefined;
  if (hours < 1 || hours > 12) return undefined;
  return (hours % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}

/** Without a zone a time is in UTC, wherever this machine stands. */
function offsetMinutes(zone: Group): number | undefined {
  if (zone === undefined || /^[a-z]/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  const size = hours * 60 + (zone.length > 3 ? minutes : 0);
  if (hours > 23 || minutes > 59) return undefined;
  return zone.startsWith('-') ? -size : size;
}

/** By the digits: a double has not enough of them for nanoseconds. */
function readNumber(text: string, digits: number): Time | undefined {
  const match = decimal.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  // All digits, those before the millisecond and those after it.
  const all = `${whole}${fraction}`.padEnd(whole.length - digits, '0');
  const pointAt = whole.length - digits;
  const before = pointAt <= 0 ? '0' : all.slice(0, pointAt);
  const isExact = !/[1-9]/.test(all.slice(Math.max(0, pointAt)));
  const size = Number(before);
  // What is before 1970 is cut to the millisecond before it, as all times are.
  const ms = sign === '-' ? -size - (isExact ? 0 : 1) : size;
  return Math.abs(ms) <= largestTimestampMs ? { ms: ms + 0, isExact } : undefined;
}
