import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeTicks } from '../../app/src/lib/minimap/time_ticks.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function textsOf(begin: string, lengthMs: number, maxCount: number): readonly string[] {
  const beginMs = Date.parse(begin);
  return timeTicks({ beginMs, endMs: beginMs + lengthMs }, maxCount).map(({ text }) => text);
}

describe('time labels', () => {
  test.each([
    {
      name: 'milliseconds',
      begin: '2026-11-20T14:03:22.123Z',
      lengthMs: 15,
      texts: ['Nov 20, 14:03:22.125', '14:03:22.130', '14:03:22.135'],
    },
    {
      name: 'seconds',
      begin: '2026-11-20T14:03:22.123Z',
      lengthMs: 50_000,
      texts: ['Nov 20, 14:03:30', '14:03:45', '14:04:00'],
    },
    {
      name: 'minutes',
      begin: '2026-11-20T14:03:22Z',
      lengthMs: hourMs / 2,
      texts: ['Nov 20, 14:10', '14:20', '14:30'],
    },
    {
      name: 'hours over midnight',
      begin: '2026-11-20T15:03:22Z',
      lengthMs: dayMs,
      texts: ['Nov 20, 18:00', 'Nov 21', '06:00', '12:00'],
    },
    {
      name: 'days over the new year',
      begin: '2026-12-30T12:00:00Z',
      lengthMs: 4 * dayMs,
      texts: ['Dec 31, 2026', 'Jan 1, 2027', 'Jan 2', 'Jan 3'],
    },
    {
      name: 'weeks, from Monday',
      begin: '2026-11-03T12:00:00Z',
      lengthMs: 26 * dayMs,
      texts: ['Nov 9, 2026', 'Nov 16', 'Nov 23'],
    },
    {
      name: 'months',
      begin: '2026-11-03T12:00:00Z',
      lengthMs: 120 * dayMs,
      texts: ['Dec 2026', 'Jan 2027', 'Feb', 'Mar'],
    },
    {
      name: 'years',
      begin: '1969-06-03T12:00:00Z',
      lengthMs: 3.5 * 365.25 * dayMs,
      texts: ['1970', '1971', '1972'],
    },
    {
      name: 'decades',
      begin: '1965-06-03T12:00:00Z',
      lengthMs: 36 * 365.25 * dayMs,
      texts: ['1970', '1980', '1990', '2000'],
    },
  ])('are $name', ({ begin, lengthMs, texts }) => {
    expect(textsOf(begin, lengthMs, 4)).toEqual(texts);
  });

  test('are none where there is no room, or no time', () => {
    expect(textsOf('2026-11-20', dayMs, 0)).toEqual([]);
    expect(textsOf('2026-11-20', 0, 5)).toEqual([]);
  });

  test('are in the range, evenly spread, and no more than asked for', () => {
    const begins = fc.integer({ min: -8.64e15, max: 8.64e15 - 1e10 });
    const lengths = fc.oneof(fc.integer({ min: 1, max: 1e10 }), fc.integer({ min: 1, max: 1e15 }));
    fc.assert(
      fc.property(begins, lengths, fc.integer({ min: 1, max: 12 }), (beginMs, length, maxCount) => {
        const range = { beginMs, endMs: Math.min(beginMs + length, 8.64e15) };
        const ticks = timeTicks(range, maxCount);
        expect(ticks.length).toBeLessThanOrEqual(maxCount);
        const times = ticks.map(({ timeMs }) => timeMs);
        const steps = times.slice(1).map((timeMs, i) => timeMs - (times[i] ?? NaN));
        // Months have 28 to 31 days.
        if (steps.length > 0) expect(Math.max(...steps)).toBeLessThan(Math.min(...steps) * 1.12);
        for (const timeMs of times) {
          expect(timeMs).toBeGreaterThanOrEqual(range.beginMs);
          expect(timeMs).toBeLessThan(range.endMs);
        }
      }),
    );
  });
});
