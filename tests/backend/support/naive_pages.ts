import type { Event } from '../../../backend/src/event_schema.js';
import { type Place, compareEvents } from './naive_timeline.js';

/** The parameters of a page, understood. */
export interface NaiveRequest {
  readonly start?: Place;
  readonly after?: Place;
  readonly rank?: number;
  readonly stop?: Place;
  readonly limit?: number;
  readonly direction?: 'forward' | 'backward';
}

/** Which of `events`, in order, a page has. */
export function naivePage(events: readonly Event[], request: NaiveRequest): readonly Event[] {
  const { start, after, rank, stop, limit = Infinity, direction } = request;
  const isBackward = direction === 'backward';
  const inRange = events.filter((event, index) => {
    if (start !== undefined && compareEvents(event, start) < 0) return false;
    if (after !== undefined && compareEvents(event, after) <= 0) return false;
    if (stop !== undefined && compareEvents(event, stop) >= 0) return false;
    return rank === undefined || (isBackward ? index < rank : index >= rank);
  });
  return isBackward ? inRange.slice(Math.max(0, inRange.length - limit)) : inRange.slice(0, limit);
}

/** The place that a bound in a header names; `undefined` where it is open. */
export function placeOf(bound: string): Place | undefined {
  if (bound === 'open') return undefined;
  const [timestamp, ...id] = bound.split(',');
  return { timestamp: Number(timestamp), id: decodeURIComponent(id.join(',')) };
}

/** How a place is written in a parameter, before it is encoded as one. */
export function boundOf({ timestamp, id }: Place): string {
  return `${timestamp},${encodeURIComponent(id)}`;
}

/** How many of `events` are before `place`; where it is open, the timeline's begin is meant. */
export function rankOf(events: readonly Event[], place: Place | undefined): number {
  if (place === undefined) return 0;
  return events.filter((event) => compareEvents(event, place) < 0).length;
}

/** Where words are looked for. */
function wordsOf(event: Partial<Event>): readonly string[] {
  const { message, source, type, severity, actor } = event;
  return [message, source, type, severity, actor].filter((text) => text !== undefined);
}

/** Filters, and what they mean. */
export const naiveFilters: readonly (readonly [string, (event: Event) => boolean])[] = [
  ['severity:error', ({ severity }) => severity === 'error'],
  ['-severity:info amount>=2', ({ severity, amount = NaN }) => severity !== 'info' && amount >= 2],
  ['source:shop OR type:made.2', ({ source, type }) => source === 'shop' || type === 'made.2'],
  ['RUN', (event) => wordsOf(event).some((text) => text.toLowerCase().includes('run'))],
  ['Ads', (event) => wordsOf(event).some((text) => text.toLowerCase().includes('ads'))],
  [
    '"+" NOT amount:*',
    (event) => wordsOf(event).some((text) => text.includes('+')) && event.amount === undefined,
  ],
  ['time<2025-01-15T00:02', ({ timestamp }) => timestamp < Date.UTC(2025, 0, 15, 0, 2)],
  ['severity:none', () => false],
];
