import fc from 'fast-check';
import { expect, test } from 'vitest';

import { RangeVersions } from '../../backend/src/source/range_versions.js';

const minuteMs = 60_000;
const dayMs = 86_400_000;

function keyRange(begin: number, end: number) {
  return { begin: { timestamp: begin, id: '' }, end: { timestamp: end, id: '' } };
}

/** Times before and after 1970, at and beside the bounds of minutes, so far apart that they share a place, and anywhere. */
const anyTime = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map((minute) => minute * minuteMs),
  fc.integer({ min: -5 * minuteMs, max: 5 * minuteMs }),
  fc.integer({ min: -2, max: 2 }).map((n) => n * 65_536 * minuteMs),
  fc.maxSafeInteger().map((n) => Math.trunc(n / 2)),
);

test('a range is at least as new as the newest mutation in it', () => {
  fc.assert(
    fc.property(
      fc.array(anyTime, { maxLength: 30 }),
      fc.array(fc.tuple(anyTime, anyTime), { minLength: 1 }),
      (times, ranges) => {
        const versions = new RangeVersions(7);
        times.forEach((time, i) => versions.note(time, 8 + i));
        for (const [a, b] of ranges) {
          const [begin, end] = [Math.min(a, b), Math.max(a, b)];
          const last = times.findLastIndex((time) => begin <= time && time < end);
          const version = versions.versionOf(keyRange(begin, end), Infinity);
          expect(version).toBeGreaterThanOrEqual(last < 0 ? 7 : 8 + last);
          expect(version).toBeLessThanOrEqual(7 + times.length);
        }
      },
    ),
  );
});

test('a range keeps its version while other minutes change', () => {
  const versions = new RangeVersions(7);
  versions.note(10 * minuteMs, 8);
  const range = keyRange(10 * minuteMs, 12 * minuteMs);
  for (let minute = -100; minute < 100; minute++) {
    if (minute < 10 || minute > 12) versions.note(minute * minuteMs, 1_000 + minute);
  }
  versions.note(NaN, 2_000);
  expect(versions.versionOf(range, Infinity)).toBe(8);
  versions.note(11 * minuteMs + 1, 2_001);
  expect(versions.versionOf(range, Infinity)).toBe(2_001);
});

test('a range that is open or longer than 45 days counts as touched by everything', () => {
  const versions = new RangeVersions(7);
  versions.note(NaN, 9);
  expect(versions.versionOf(keyRange(0, 45 * dayMs), Infinity)).toBe(7);
  expect(versions.versionOf(keyRange(0, 46 * dayMs), Infinity)).toBe(9);
  const end = { timestamp: 0, id: '' };
  expect(versions.versionOf({ begin: undefined, end }, Infinity)).toBe(9);
});

test('a range that reaches the newest two minutes has no version', () => {
  const versions = new RangeVersions(7);
  const newestMs = 100 * minuteMs;
  const begin = { timestamp: 0, id: '' };
  expect(versions.versionOf(keyRange(0, 98 * minuteMs), newestMs)).toBe(7);
  expect(versions.versionOf(keyRange(0, 98 * minuteMs + 1), newestMs)).toBeUndefined();
  expect(versions.versionOf({ begin, end: undefined }, newestMs)).toBeUndefined();
  expect(versions.versionOf(keyRange(0, 1), -Infinity)).toBeUndefined();
});
