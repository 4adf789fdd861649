import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timeTicks } from '../../app/src/lib/minimap/time_ticks.js';
import { timeZone, utc, wallTime } from 'eventglass/internal/time_zone.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function textsOf(begin: string, lengthMs: number, maxCount: number, zone = utc): readonly string[] {
  const beginMs = Date.parse(begin);
  return timeTicks({ beginMs, endMs: beginMs + lengthMs }, maxCount, zone).map(({ text }) => text);
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

  test.each([
    {
      name: 'hours where clocks are set forward',
      zone: 'Europe/Berlin',
      begin: '2026-03-28T23:30:00Z',
      lengthMs: 4 * hourMs,
      texts: ['Mar 29, 01:00', '03:00', '04:00', '05:00'],
    },
    {
      name: 'hours where clocks are set back',
      zone: 'Europe/Berlin',
      begin: '2026-10-24T22:30:00Z',
      lengthMs: 4 * hourMs,
      texts: ['Oct 25, 01:00', '02:00', '02:00', '03:00'],
    },
    {
      name: 'every other hour where one of them is left out',
      zone: 'Europe/Berlin',
      begin: '2026-03-28T22:30:00Z',
      lengthMs: 8 * hourMs,
      texts: ['Mar 29, 00:00', '04:00', '06:00', '08:00'],
    },
    {
      name: 'hours where clocks are set back by half of one',
      zone: 'Australia/Lord_Howe',
      begin: '2026-04-04T13:10:00Z',
      lengthMs: 4 * hourMs,
      texts: ['Apr 5, 01:00', '02:00', '03:00'],
    },
    {
      name: 'hours of a zone half an hour off',
      zone: 'Asia/Kolkata',
      begin: '2026-11-20T15:03:22Z',
      lengthMs: dayMs,
      texts: ['Nov 21, 00:00', '06:00', '12:00', '18:00'],
    },
    {
      name: 'days, which begin at midnight also where clocks are set',
      zone: 'Europe/Berlin',
      begin: '2026-03-27T23:30:00Z',
      lengthMs: 4 * dayMs,
      texts: ['Mar 29, 2026', 'Mar 30', 'Mar 31', 'Apr 1'],
    },
    {
      name: 'days, of which one begins at 1',
      zone: 'America/Sao_Paulo',
      begin: '2017-10-13T04:00:00Z',
      lengthMs: 4 * dayMs,
      texts: ['Oct 14, 2017', 'Oct 15', 'Oct 16', 'Oct 17'],
    },
    {
      name: 'months',
      zone: 'Asia/Kathmandu',
      begin: '2026-11-03T12:00:00Z',
      lengthMs: 120 * dayMs,
      texts: ['Dec 2026', 'Jan 2027', 'Feb', 'Mar'],
    },
  ])('are $name', ({ zone, begin, lengthMs, texts }) => {
    expect(textsOf(begin, lengthMs, 4, timeZone(zone))).toEqual(texts);
  });

  test('are on whole hours and midnights of their zone', () => {
    const zone = timeZone('Australia/Lord_Howe');
    const beginMs = Date.parse('2026-03-01T00:10:00Z');
    for (const lengthMs of [5 * hourMs, 3 * dayMs, 300 * dayMs]) {
      for (const { timeMs } of timeTicks({ beginMs, endMs: beginMs + lengthMs }, 8, zone)) {
        expect(wallTime(timeMs, zone) % hourMs).toBe(0);
        if (lengthMs > 10 * dayMs) expect(wallTime(timeMs, zone) % dayMs).toBe(0);
      }
    }
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
        const ticks = timeTicks(range, maxCount, utc);
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
