import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DensityTime, estimatedTimestamp } from '../../table/src/timeline/density_time.js';

const counts = fc.array(fc.oneof(fc.constant(0), fc.nat(5), fc.nat(1_000_000)), {
  minLength: 1,
  maxLength: 300,
});

const densities = fc
  .record({
    start: fc.integer({ min: -8.64e15, max: 8.64e15 - 1e12 }),
    lengthMs: fc.integer({ min: 1, max: 1e12 }),
    before: fc.nat(1_000),
    counts,
  })
  .map(({ lengthMs, ...density }) => ({ ...density, stop: density.start + lengthMs }));

interface TestDensity {
  readonly start: number;
  readonly stop: number;
  readonly before: number;
  readonly counts: readonly number[];
}

function densityTimeOf(density: TestDensity): DensityTime {
  return new DensityTime({ ...density, counts: Uint32Array.from(density.counts) });
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

/** Some ranks: all around the bounds of parts, and some before and after all. */
function ranksOf({ before, counts: parts }: TestDensity): readonly number[] {
  const bounds = parts.map((_, part) => before + sum(parts.slice(0, part)));
  const end = before + sum(parts);
  const near = [...bounds, end].flatMap((rank) => [rank - 1, rank, rank + 1]);
  return [...new Set([0, ...near, end + 1_000])].filter((rank) => rank >= 0).sort((a, b) => a - b);
}

describe('the time of a rank', () => {
  test.each([
    { rank: 0, time: 1_000 },
    { rank: 10, time: 1_000 },
    { rank: 11, time: 1_050 },
    { rank: 12, time: 1_300 },
    { rank: 13, time: 1_325 },
    { rank: 15, time: 1_375 },
    { rank: 16, time: 1_400 },
    { rank: 999, time: 1_400 },
  ])('of row $rank is $time', ({ rank, time }) => {
    const density = { start: 1_000, stop: 1_400, before: 10, counts: [2, 0, 0, 4] };
    expect(densityTimeOf(density).timeOf(rank)).toBe(time);
  });

  test('is within the density, and never goes back', () => {
    fc.assert(
      fc.property(densities, (density) => {
        const densityTime = densityTimeOf(density);
        let last = density.start;
        for (const rank of ranksOf(density)) {
          const time = densityTime.timeOf(rank);
          expect(time).toBeGreaterThanOrEqual(last);
          expect(time).toBeLessThanOrEqual(density.stop);
          last = time;
        }
      }),
    );
  });

  test('is in the part that counts it, and at its begin for the first event there', () => {
    fc.assert(
      fc.property(densities, fc.nat(), (density, seed) => {
        const { start, stop, before, counts: parts } = density;
        const part = seed % parts.length;
        const count = parts[part] ?? 0;
        if (count === 0) return;
        const densityTime = densityTimeOf(density);
        const first = before + sum(parts.slice(0, part));
        const boundOf = (index: number) => start + index * ((stop - start) / parts.length);
        expect(densityTime.timeOf(first)).toBe(boundOf(part));
        const last = densityTime.timeOf(first + count - 1);
        expect(last).toBeGreaterThanOrEqual(boundOf(part));
        expect(last).toBeLessThanOrEqual(boundOf(part + 1));
        // A part is never wider than its share: the event after its last is not in it.
        expect(densityTime.timeOf(first + count)).toBeGreaterThanOrEqual(
          Math.min(boundOf(part + 1), stop),
        );
      }),
    );
  });

  test('is that of the events themselves, to the width of a part', () => {
    const timestamps = fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 1 });
    fc.assert(
      fc.property(timestamps, fc.integer({ min: 1, max: 50 }), (list, parts) => {
        const sorted = [...list].sort((a, b) => a - b);
        const width = 10_000 / parts;
        const partCounts = Array.from({ length: parts }, (_, part) => {
          const isIn = (time: number) => part * width <= time && time < (part + 1) * width;
          return sorted.filter(isIn).length;
        });
        const density = { start: 0, stop: 10_000, before: 0, counts: partCounts };
        const densityTime = densityTimeOf(density);
        for (const [rank, time] of sorted.entries()) {
          expect(Math.abs(densityTime.timeOf(rank) - time)).toBeLessThanOrEqual(width + 1e-6);
        }
      }),
    );
  });

  test('without any event is the begin or the end', () => {
    const densityTime = densityTimeOf({ start: 5, stop: 9, before: 3, counts: [0, 0] });
    expect(densityTime.timeOf(2)).toBe(5);
    expect(densityTime.timeOf(3)).toBe(9);
  });
});

describe('the rank at a time', () => {
  test.each([
    { time: 999, rank: 0 },
    { time: 1_000, rank: 10 },
    { time: 1_050, rank: 11 },
    { time: 1_100, rank: 12 },
    { time: 1_299, rank: 12 },
    { time: 1_325, rank: 13 },
    { time: 1_400, rank: 16 },
    { time: 9_999, rank: 16 },
  ])('$time is $rank', ({ time, rank }) => {
    const density = { start: 1_000, stop: 1_400, before: 10, counts: [2, 0, 0, 4] };
    expect(densityTimeOf(density).rankOf(time)).toBe(rank);
  });

  test('is the one that has that time', () => {
    fc.assert(
      fc.property(densities, (density) => {
        // Shorter ones have ranks that no number of milliseconds tells apart.
        fc.pre(density.stop - density.start > 1e9);
        const densityTime = densityTimeOf(density);
        const { before, counts: parts } = density;
        for (const rank of ranksOf(density)) {
          if (rank < before || rank >= before + sum(parts)) continue;
          const back = densityTime.rankOf(densityTime.timeOf(rank));
          expect(Math.abs(back - rank)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('never goes down as time goes on', () => {
    const fractions = fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(densities, fractions, (density, list) => {
        const densityTime = densityTimeOf(density);
        let last = 0;
        for (const fraction of [...list].sort((a, b) => a - b)) {
          const time = density.start + fraction * (density.stop - density.start);
          const rank = densityTime.rankOf(time);
          expect(rank).toBeGreaterThanOrEqual(last);
          last = rank;
        }
      }),
    );
  });
});

describe('the estimated time of a missing row', () => {
  const densityTime = densityTimeOf({ start: 0, stop: 1_000, before: 0, counts: [100] });
  const rows = [
    { id: 'a', timestamp: 250 },
    { id: 'b', timestamp: 600 },
  ];

  test.each([
    { name: 'far above known rows', rank: 10, timestamp: 100 },
    { name: 'above a known row that is earlier than the estimate', rank: 39, timestamp: 250 },
    { name: 'below a known row that is later than the estimate', rank: 42, timestamp: 600 },
    { name: 'far below known rows', rank: 90, timestamp: 900 },
  ])('$name is $timestamp', ({ rank, timestamp }) => {
    expect(estimatedTimestamp(rank, densityTime, { begin: 40, rows })).toBe(timestamp);
  });

  test('is a whole number of milliseconds, with no row known too', () => {
    const thirds = densityTimeOf({ start: 0, stop: 100, before: 0, counts: [3] });
    expect(estimatedTimestamp(1, thirds, { begin: 0, rows: [] })).toBe(33);
  });
});
