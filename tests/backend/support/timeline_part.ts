import type { KeyRange } from 'eventglass';
import fc from 'fast-check';

import type { Event } from '../../../backend/src/event_schema.js';
import { timelineBegin, timelineMinutes, variedEvents } from './changing_timeline.js';
import { naiveFilters } from './naive_pages.js';
import { type Place, compareEvents } from './naive_timeline.js';

/** Ranges of keys and a filter, and what they mean. */
export interface NaivePart {
  readonly ranges: readonly KeyRange[];
  readonly filter: string;
  /** Of who asks for it. */
  readonly address: string;
  readonly isInRanges: (event: Event) => boolean;
  readonly has: (event: Event) => boolean;
}

export function partOf(
  ranges: readonly KeyRange[],
  [filter, matches]: (typeof naiveFilters)[number] = ['', () => true],
): NaivePart {
  const isInRanges = (event: Event): boolean =>
    ranges.some(
      ({ begin, end }) =>
        (begin === undefined || compareEvents(event, begin) >= 0) &&
        (end === undefined || compareEvents(event, end) < 0),
    );
  return {
    ranges,
    filter,
    address: '',
    isInRanges,
    has: (event) => isInRanges(event) && matches(event),
  };
}

const events = variedEvents();
const anyId = fc.constantFrom(...events.map(({ id }) => id));

/** The place of an event, right after one, or anywhere: a time alone as well. */
export const anyPlace: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom(...events).map(({ timestamp, id }) => ({ timestamp, id })),
  fc.constantFrom(...events).map(({ timestamp, id }) => ({ timestamp, id: `${id}\u0000` })),
  fc.record({
    timestamp: fc.nat(timelineMinutes).map((minute) => timelineBegin + minute * 60_000),
    id: fc.oneof(fc.constant(''), anyId),
  }),
);

/** 0 to 4 of the ranges that up to six places divide all keys into: open at the ends, apart or side by side. */
const anyRanges: fc.Arbitrary<readonly KeyRange[]> = fc
  .record({
    places: fc.uniqueArray(anyPlace, {
      maxLength: 6,
      comparator: (a, b) => compareEvents(a, b) === 0,
    }),
    chosen: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
  })
  .map(({ places, chosen }) => {
    const bounds = [...places].sort(compareEvents);
    return [undefined, ...bounds]
      .map((begin, i) => ({ begin, end: bounds[i] }))
      .filter((_, i) => chosen[i])
      .slice(0, 4);
  });

/** A fifth of them without a filter. */
export const anyPart: fc.Arbitrary<NaivePart> = fc
  .tuple(anyRanges, fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }))
  .map(([ranges, filter]) => partOf(ranges, filter));
