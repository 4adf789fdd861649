import { timeOfWall, wallTime, type TimeZone } from 'eventglass/internal/time_zone.js';
import { lengthMs, type TimeRange } from './time_range.js';

/** A round time, and what it is called. */
export interface TimeTick {
  readonly timeMs: number;
  readonly text: string;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const monthMs = 30.4 * dayMs;
const yearMs = 365.25 * dayMs;

/** Steps from one tick to the next; months and years are as long as the calendar says. */
type Step =
  | { readonly unit: 'ms'; readonly count: number; readonly lengthMs: number }
  | { readonly unit: 'month'; readonly count: number; readonly lengthMs: number };

const msSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteMs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourMs),
  ...[1, 2, 4, 7, 14].map((count) => count * dayMs),
];

const yearCounts = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 100_000,
];

const steps: readonly Step[] = [
  ...msSteps.map((count): Step => ({ unit: 'ms', count, lengthMs: count })),
  ...[1, 2, 3, 6].map((count): Step => ({ unit: 'month', count, lengthMs: count * monthMs })),
  ...yearCounts.map((years): Step => ({
    unit: 'month',
    count: years * 12,
    lengthMs: years * yearMs,
  })),
];

/** Weeks begin on Mondays; 1970 began on a Thursday. */
const mondayMs = 4 * dayMs;

/** The first tick of `step` from `timeMs` on. */
function tickFrom(timeMs: number, step: Step, zone: TimeZone): number {
  if (step.lengthMs < dayMs) return alignedFrom(timeMs, step.count, zone);
  let wallMs = wallTickFrom(wallTime(timeMs, zone), step);
  // Where clocks are set back they may have shown it before.
  if (timeOfWall(wallMs, zone) < timeMs) wallMs = wallTickFrom(wallMs + 1, step);
  return timeOfWall(wallMs, zone);
}

/** The first time from `timeMs` on at which clocks show a multiple of `countMs`, which is less than a day. */
function alignedFrom(timeMs: number, countMs: number, zone: TimeZone): number {
  const alignedBy = (offsetMs: number) =>
    Math.ceil((timeMs + offsetMs) / countMs) * countMs - offsetMs;
  const offsetMs = zone.offsetMs(timeMs);
  const aligned = alignedBy(offsetMs);
  const laterMs = zone.offsetMs(aligned);
  if (laterMs === offsetMs) return aligned;
  // Clocks are set on the way: the first multiple after that.
  let later = alignedBy(laterMs);
  while (later < aligned && zone.offsetMs(later) !== laterMs) later += countMs;
  return later;
}

/** The first begin of a day or a month from `wallMs` on that `step` has; both are what clocks show (`wallTime`). */
function wallTickFrom(wallMs: number, step: Step): number {
  if (step.unit === 'ms')
    return Math.ceil((wallMs - mondayMs) / step.count) * step.count + mondayMs;
  const date = new Date(wallMs);
  const months = date.getUTCFullYear() * 12 + date.getUTCMonth();
  const first = Math.floor(months / step.count) * step.count;
  return monthTime(first) < wallMs ? monthTime(first + step.count) : monthTime(first);
}

/** When the month begins that is `months` after January of the year 0; NaN if no Date can tell. */
function monthTime(months: number): number {
  const date = new Date(0);
  return date.setUTCFullYear(Math.floor(months / 12), months - Math.floor(months / 12) * 12, 1);
}

// One language, as in the rows.
const dayFormat = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});
const monthFormat = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });

function clockText(wallMs: number, step: Step): string {
  const text = new Date(wallMs).toISOString().slice(-'00:00:00.000Z'.length, -1);
  if (step.lengthMs >= minuteMs) return text.slice(0, 'hh:mm'.length);
  return step.lengthMs >= secondMs ? text.slice(0, 'hh:mm:ss'.length) : text;
}

/**
 * What tells a tick from its neighbours; of the first, and where a day or year begins, also which one that is. Both times
 * are what clocks show.
 */
function tickText(wallMs: number, previousMs: number | undefined, step: Step): string {
  const year = String(new Date(wallMs).getUTCFullYear());
  const day = dayFormat.format(wallMs);
  if (step.lengthMs < dayMs) {
    const clock = clockText(wallMs, step);
    if (previousMs !== undefined && dayFormat.format(previousMs) === day) return clock;
    return previousMs !== undefined && wallMs % dayMs === 0 ? day : `${day}, ${clock}`;
  }
  if (step.unit === 'month' && step.count % 12 === 0) return year;
  const isNewYear =
    previousMs === undefined || new Date(previousMs).getUTCFullYear() !== Number(year);
  if (step.unit === 'month') {
    const month = monthFormat.format(wallMs);
    return isNewYear ? `${month} ${year}` : month;
  }
  return isNewYear ? `${day}, ${year}` : day;
}

/**
 * Times in `range` that are round in `zone`, at most `maxCount` of them and evenly spread. None if that would take steps of
 * more than 100,000 years.
 */
export function timeTicks(range: TimeRange, maxCount: number, zone: TimeZone): readonly TimeTick[] {
  if (maxCount < 1 || lengthMs(range) <= 0) return [];
  const step = steps.find((one) => one.lengthMs * maxCount >= lengthMs(range));
  if (!step) return [];
  const ticks: TimeTick[] = [];
  let previousMs: number | undefined;
  let timeMs = tickFrom(range.beginMs, step, zone);
  while (timeMs < range.endMs && ticks.length < maxCount) {
    const wallMs = wallTime(timeMs, zone);
    ticks.push({ timeMs, text: tickText(wallMs, previousMs, step) });
    previousMs = wallMs;
    timeMs = tickFrom(timeMs + 1, step, zone);
  }
  return ticks;
}
