import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utc } from 'eventglass/internal/time_zone.js';
import { durationText, rangeText } from '../../app/src/lib/minimap/range_text.js';
import {
  clampedRange,
  followingRange,
  lengthMs,
  pannedRange,
  pxAtTime,
  rangeWith,
  timeAtPx,
  zoomedRange,
} from '../../app/src/lib/minimap/time_range.js';

const whole = { beginMs: 1_000, endMs: 11_000 };

const ranges = fc
  .record({
    beginMs: fc.integer({ min: -8.64e15, max: 8.64e15 - 1e12 }),
    length: fc.integer({ min: 1_000, max: 1e12 }),
  })
  .map(({ beginMs, length }) => ({ beginMs, endMs: beginMs + length }));

const shares = fc.double({ min: 0, max: 1, noNaN: true });

describe('a pixel of the strip', () => {
  test.each([
    { px: 0, timeMs: 1_000 },
    { px: 50, timeMs: 6_000 },
    { px: 100, timeMs: 11_000 },
    { px: -10, timeMs: 0 },
    { px: 110, timeMs: 12_000 },
  ])('$px of 100 is the time $timeMs', ({ px, timeMs }) => {
    expect(timeAtPx(px, whole, 100)).toBe(timeMs);
    expect(pxAtTime(timeMs, whole, 100)).toBeCloseTo(px, 9);
  });

  test('to a time and back is the same pixel', () => {
    fc.assert(
      fc.property(ranges, shares, fc.integer({ min: 1, max: 8_000 }), (range, share, widthPx) => {
        const px = share * widthPx;
        // Times around 1e15 are told to an eighth of a millisecond.
        const precisionPx = (2 / lengthMs(range)) * widthPx;
        const back = pxAtTime(timeAtPx(px, range, widthPx), range, widthPx);
        expect(Math.abs(back - px)).toBeLessThanOrEqual(Math.max(precisionPx, 1e-6));
      }),
    );
  });
});

describe('a zoomed range', () => {
  const limits = { whole, leastMs: 200 };
  const range = { beginMs: 4_000, endMs: 6_000 };
  test.each([
    { name: 'closer', timeMs: 5_000, factor: 0.5, to: [4_500, 5_500] },
    { name: 'closer at its begin', timeMs: 4_000, factor: 0.5, to: [4_000, 5_000] },
    { name: 'away', timeMs: 5_000, factor: 2, to: [3_000, 7_000] },
    { name: 'away over the begin of all', timeMs: 6_000, factor: 3, to: [1_000, 7_000] },
    { name: 'away over the end of all', timeMs: 4_000, factor: 4, to: [3_000, 11_000] },
    { name: 'to all', timeMs: 5_000, factor: 99, to: [1_000, 11_000] },
    { name: 'to the least', timeMs: 5_000, factor: 0.001, to: [4_900, 5_100] },
  ])('goes $name', ({ timeMs, factor, to: [beginMs, endMs] }) => {
    expect(zoomedRange(range, timeMs, factor, limits)).toEqual({ beginMs, endMs });
  });

  test('of a whole that is shorter than the least is the whole', () => {
    expect(zoomedRange(whole, 2_000, 0.1, { whole, leastMs: 1e6 })).toEqual(whole);
  });

  test('stays in the whole, and keeps the time at its pixel where nothing is in its way', () => {
    const factors = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(shares, shares, shares, factors, (begin, length, at, factor) => {
        const inner = clampedRange(
          { beginMs: begin * 1e6, endMs: begin * 1e6 + Math.max(1_000, length * 1e6) },
          { beginMs: 0, endMs: 1e6 },
        );
        const timeMs = inner.beginMs + at * lengthMs(inner);
        const limit = { whole: { beginMs: 0, endMs: 1e6 }, leastMs: 100 };
        const zoomed = zoomedRange(inner, timeMs, factor, limit);
        expect(zoomed.beginMs).toBeGreaterThanOrEqual(-1e-6);
        expect(zoomed.endMs).toBeLessThanOrEqual(1e6 + 1e-6);
        expect(lengthMs(zoomed)).toBeGreaterThanOrEqual(100 - 1e-6);
        if (zoomed.beginMs <= 0 || zoomed.endMs >= 1e6) return;
        expect(pxAtTime(timeMs, zoomed, 1_000)).toBeCloseTo(pxAtTime(timeMs, inner, 1_000), 3);
      }),
    );
  });
});

describe('a range', () => {
  const range = { beginMs: 4_000, endMs: 6_000 };
  test.each([
    { share: 0.5, begin: 5_000 },
    { share: -1, begin: 2_000 },
    { share: -5, begin: 1_000 },
    { share: 9, begin: 9_000 },
  ])('moved by $share of its length begins at $begin', ({ share, begin }) => {
    expect(pannedRange(range, share, whole)).toEqual({ beginMs: begin, endMs: begin + 2_000 });
  });

  test.each([
    { timeMs: 5_000, begin: 4_000 },
    { timeMs: 6_000, begin: 4_000 },
    { timeMs: 3_500, begin: 3_500 },
    { timeMs: 7_000, begin: 5_000 },
  ])('that has to have $timeMs begins at $begin', ({ timeMs, begin }) => {
    expect(rangeWith(timeMs, range)).toEqual({ beginMs: begin, endMs: begin + 2_000 });
  });
});

describe('what a range is called', () => {
  const begin = Date.parse('2026-11-20T14:03:22.123Z');
  test.each([
    { ms: 2_592_000, text: '2026-11-20 14:03:22 – 14:46:34' },
    { ms: 86_400_000, text: '2026-11-20 14:03:22 – 2026-11-21 14:03:22' },
    { ms: 500, text: '2026-11-20 14:03:22.123 – 14:03:22.623' },
  ])('is $text for $ms ms', ({ ms, text }) => {
    expect(rangeText({ beginMs: begin, endMs: begin + ms }, utc)).toBe(text);
  });

  test.each([
    { ms: 0.25, text: '0.25 ms' },
    { ms: 999, text: '999 ms' },
    { ms: 1_500, text: '1.5 s' },
    { ms: 2_592_123, text: '43.2 min' },
    { ms: 7_200_000, text: '2 h' },
    { ms: 123_456_789, text: '1.43 d' },
  ])('is $text long for $ms ms', ({ ms, text }) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe('a range that moves along with what was in sight', () => {
  const range = { beginMs: 100, endMs: 200 };
  test.each([
    {
      name: 'stays while it is in sight',
      before: [120, 130],
      times: [90, 105],
      expected: [100, 200],
    },
    { name: 'stays while it is longer', before: [50, 300], times: [60, 310], expected: [100, 200] },
    { name: 'goes back with it', before: [100, 110], times: [80, 90], expected: [80, 180] },
    { name: 'goes on with it', before: [190, 200], times: [210, 220], expected: [120, 220] },
    { name: 'goes far', before: [190, 200], times: [9_000, 9_010], expected: [8_910, 9_010] },
    { name: 'stays where it was moved to', before: [10, 20], times: [0, 10], expected: [100, 200] },
  ])('$name', ({ before, times, expected }) => {
    const rangeOf = ([beginMs = 0, endMs = 0]: readonly number[]) => ({ beginMs, endMs });
    expect(followingRange(range, rangeOf(before), rangeOf(times))).toEqual(rangeOf(expected));
  });
});
