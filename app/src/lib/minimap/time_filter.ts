import type { TimeRange } from './time_range.js';

/** A time range as `timeTerm` writes it, at the end of a filter and joined to the rest by AND. */
const lastTimeTerm = /(?:^|(?<!(?:^|\s)(?:NOT|OR))\s)time:[\d:.T-]+\.\.[\d:.T-]+$/;

/** Whether a part of `filter` begins or ends at an OR, outside quotes and parentheses. */
function isAlternative(filter: string): boolean {
  const outer = filter.replace(/"(?:\\.|[^"\\])*"/g, '""');
  let depth = 0;
  return outer.split(/([()]|\s+)/).some((token) => {
    depth += Number(token === '(') - Number(token === ')');
    return depth === 0 && token === 'OR';
  });
}

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
  if (rest === '') return timeTerm(range);
  return `${isAlternative(rest) ? `(${rest})` : rest} ${timeTerm(range)}`;
}
