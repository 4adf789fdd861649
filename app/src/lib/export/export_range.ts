import { timestampText } from '@eventglass/table/time/time_text.js';
import type { TimeZone } from 'eventglass/internal/time_zone.js';
import { readTime } from '../timeline/time_reader.js';
import type { TimelineRow } from '@eventglass/table/timeline/row.js';
import type { TimeRange } from '../minimap/time_range.js';
import { boundText } from '../bound_text.js';

/** Which of the events that match are wanted. */
export type RangeChoice = 'all' | 'screen' | 'time';

/** Bounds of the events, half-open; `undefined` for an open one. */
export interface Bounds {
  readonly start: string | undefined;
  readonly stop: string | undefined;
}

export type RangeAnswer =
  | { readonly type: 'bounds'; readonly bounds: Bounds }
  | { readonly type: 'problem'; readonly field: 'from' | 'to'; readonly message: string };

/** From the first of these rows to the last; `undefined` where there are none. */
export function boundsOfRows(rows: readonly TimelineRow[]): Bounds | undefined {
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last) return undefined;
  return { start: boundText(first), stop: boundText(last, true) };
}

/** A range of time as it stands in the two fields at first, as clocks in `zone` show it. */
export function fieldTexts(
  { beginMs, endMs }: TimeRange,
  zone: TimeZone,
): { from: string; to: string } {
  return {
    from: timestampText(Math.floor(beginMs), zone),
    to: timestampText(Math.ceil(endMs), zone),
  };
}

/** The bounds that are typed; an empty field leaves that end open. */
export async function readBounds(
  from: string,
  to: string,
  clock: { readonly nowMs: number; readonly zone: TimeZone },
): Promise<RangeAnswer> {
  const { nowMs, zone } = clock;
  const begin = from.trim() === '' ? undefined : await readTime(from, nowMs, zone);
  const end = to.trim() === '' ? undefined : await readTime(to, nowMs, zone);
  if (begin?.type === 'problem') return { type: 'problem', field: 'from', message: begin.message };
  if (end?.type === 'problem') return { type: 'problem', field: 'to', message: end.message };
  if (begin && end && end.timestamp <= begin.timestamp) {
    return { type: 'problem', field: 'to', message: 'That is not after the begin.' };
  }
  const text = (timestamp: number | undefined) =>
    timestamp === undefined ? undefined : String(timestamp);
  return {
    type: 'bounds',
    bounds: { start: text(begin?.timestamp), stop: text(end?.timestamp) },
  };
}
