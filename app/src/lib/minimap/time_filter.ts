import { filterWithTerm } from '../timeline/filter_terms.js';
import type { TimeRange } from './time_range.js';

/** A time range as `timeTerm` writes it, at the end of a filter and joined to the rest by AND. */
const lastTimeTerm = /(?:^|(?<!(?:^|\s)(?:NOT|OR))\s)time:[\d:.T-]+\.\.[\d:.T-]+$/;

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, -1);
}

/** The term of the filter language (docs/filter.md) that events in `range` match. */
export function timeTerm({ beginMs, endMs }: TimeRange): string {
  // Both ends of the language's ranges are included.
  return `time:${isoTime(Math.ceil(beginMs))}..${isoTime(Math.ceil(endMs) - 1)}`;
}

/** `filter` with only events in `range`, which takes the place of a range that it got here before. */
export function filterWithTime(filter: string, range: TimeRange): string {
  const rest = filter.trim().replace(lastTimeTerm, '').trim();
  return filterWithTerm(rest, timeTerm(range));
}
