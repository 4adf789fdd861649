import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  barAt,
  barHeightPx,
  barRects,
  barsBetween,
  barsOf,
  bucketsPerBar,
  minBarPx,
} from '../../app/src/lib/minimap/bars.js';
import { clampedRange, type TimeRange } from '../../app/src/lib/minimap/time_range.js';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

interface TestDensity {
  readonly start: number;
  readonly stop: number;
  readonly counts: readonly number[];
}

function densityOf({ start, stop, counts }: TestDensity) {
  return { start, stop, before: 0, counts: Uint32Array.from(counts) };
}

const densities = fc
  .record({
    start: fc.integer({ min: -1e12, max: 1e12 }),
    lengthMs: fc.integer({ min: 1, max: 1e12 }),
    counts: fc.array(fc.oneof(fc.constant(0), fc.nat(1_000)), { minLength: 1, maxLength: 400 }),
  })
  .map(({ lengthMs, ...density }) => densityOf({ ...density, stop: density.start + lengthMs }));

const widths = fc.integer({ min: 1, max: 3_000 });
const shares = fc.double({ min: 0, max: 1, noNaN: true });

/** Eight buckets of 10 ms. */
const density = densityOf({ start: 100, stop: 180, counts: [1, 2, 3, 4, 5, 6, 7, 8] });
const whole = { beginMs: 100, endMs: 180 };

describe('bars', () => {
  test.each([
    {
      name: 'one a bucket',
      range: [100, 180],
      widthPx: 80,
      perBar: 1,
      sums: [1, 2, 3, 4, 5, 6, 7, 8],
    },
    {
      name: 'as wide as they have to be',
      range: [100, 180],
      widthPx: 16,
      perBar: 1,
      sums: [1, 2, 3, 4, 5, 6, 7, 8],
    },
    { name: 'of two buckets', range: [100, 180], widthPx: 8, perBar: 2, sums: [3, 7, 11, 15] },
    {
      name: 'of three, the last with what is left',
      range: [100, 180],
      widthPx: 6,
      perBar: 3,
      sums: [6, 15, 15],
    },
    { name: 'all in one', range: [100, 180], widthPx: 1, perBar: 8, sums: [36] },
    { name: 'of a part', range: [125, 145], widthPx: 80, perBar: 1, sums: [3, 4, 5] },
    {
      name: 'of a part, the same as those of all',
      range: [110, 170],
      widthPx: 6,
      perBar: 2,
      sums: [3, 7, 11, 15],
    },
    { name: 'up to a bound', range: [120, 140], widthPx: 80, perBar: 1, sums: [3, 4] },
    { name: 'of a time before all', range: [0, 100], widthPx: 80, perBar: 1, sums: [] },
    { name: 'of a time after all', range: [180, 300], widthPx: 80, perBar: 1, sums: [] },
  ])('are $name', ({ range: [beginMs = 0, endMs = 0], widthPx, perBar, sums }) => {
    const space = { range: { beginMs, endMs }, widthPx };
    expect(bucketsPerBar(density, space)).toBe(perBar);
    expect(barsOf(density, space).map(({ count }) => count)).toEqual(sums);
  });

  test('have all events between them, and each as much room as it needs', () => {
    fc.assert(
      fc.property(densities, widths, (any, widthPx) => {
        const range = { beginMs: any.start, endMs: any.stop };
        const bars = barsOf(any, { range, widthPx });
        expect(sum(bars.map(({ count }) => count))).toBe(sum([...any.counts]));
        expect(bars.length * minBarPx).toBeLessThan(widthPx + 2 * minBarPx);
        expect(bars[0]?.beginMs).toBe(any.start);
        expect(bars.at(-1)?.endMs).toBeCloseTo(any.stop, 2);
        for (const [i, bar] of bars.entries()) {
          if (i > 0) expect(bar.beginMs).toBe(bars[i - 1]?.endMs);
        }
      }),
    );
  });

  test('of a part are all that are in sight, and begin where those of another part do', () => {
    fc.assert(
      fc.property(densities, widths, shares, shares, (any, widthPx, from, length) => {
        const all: TimeRange = { beginMs: any.start, endMs: any.stop };
        const lengthMs = (any.stop - any.start) * Math.max(length, 0.05);
        const beginMs = any.start + from * (any.stop - any.start);
        const range = clampedRange({ beginMs, endMs: beginMs + lengthMs }, all);
        const space = { range, widthPx };
        const bars = barsOf(any, space);
        const widthMs = ((any.stop - any.start) / any.counts.length) * bucketsPerBar(any, space);
        expect(bars[0]?.beginMs).toBeLessThanOrEqual(range.beginMs + 1e-3);
        expect(bars.at(-1)?.endMs).toBeGreaterThanOrEqual(range.endMs - 1e-3);
        for (const bar of bars) {
          const place = (bar.beginMs - any.start) / widthMs;
          expect(place).toBeCloseTo(Math.round(place), 3);
        }
      }),
    );
  });
});

describe('the bar at a time', () => {
  const bars = barsOf(density, { range: whole, widthPx: 80 });
  test.each([
    { timeMs: 99, count: undefined },
    { timeMs: 100, count: 1 },
    { timeMs: 109.9, count: 1 },
    { timeMs: 110, count: 2 },
    { timeMs: 180, count: undefined },
  ])('$timeMs has $count', ({ timeMs, count }) => {
    expect(barAt(timeMs, bars)?.count).toBe(count);
  });

  test.each([
    { from: 115, to: 135, range: [110, 140], count: 9 },
    { from: 135, to: 115, range: [110, 140], count: 9 },
    { from: 112, to: 113, range: [110, 120], count: 2 },
    { from: 0, to: 999, range: [100, 180], count: 36 },
  ])('from $from to $to are whole bars', ({ from, to, range: [beginMs, endMs], count }) => {
    expect(barsBetween(from, to, bars)).toEqual({ beginMs, endMs, count });
  });

  test('is none beside all bars', () => {
    expect(barsBetween(10, 20, bars)).toBeUndefined();
  });
});

describe('the height of a bar', () => {
  test.each([
    { count: 0, largest: 100, heightPx: 0 },
    { count: 0, largest: 0, heightPx: 0 },
    { count: 100, largest: 100, heightPx: 40 },
    { count: 25, largest: 100, heightPx: 20 },
    { count: 1, largest: 100, heightPx: 4 },
    { count: 1, largest: 1_000_000, heightPx: 1 },
  ])('of $count is $heightPx px where $largest are 40 px', ({ count, largest, heightPx }) => {
    expect(barHeightPx(count, largest, 40)).toBe(heightPx);
  });
});

describe('drawn bars', () => {
  test('of some pixels have a gap between them, of few none; a bar of no events is left out', () => {
    const counted = densityOf({ start: 0, stop: 40, counts: [4, 0, 1, 4] });
    const range = { beginMs: 0, endMs: 40 };
    const rectsOf = (widthPx: number) =>
      barRects(barsOf(counted, { range, widthPx }), {
        range,
        widthPx,
        heightPx: 20,
        devicePixelRatio: 1,
      }).map(({ leftPx, widthPx: width, heightPx }) => [leftPx, width, heightPx]);
    expect(rectsOf(40)).toEqual([
      [0, 9, 20],
      [20, 9, 10],
      [30, 9, 20],
    ]);
    expect(rectsOf(16)).toEqual([
      [0, 4, 20],
      [8, 4, 10],
      [12, 4, 20],
    ]);
  });

  test.each([1, 1.25, 1.5, 2, 3])(
    'are on whole device pixels, none over another, at ratio %d',
    (devicePixelRatio) => {
      fc.assert(
        fc.property(densities, fc.integer({ min: 2, max: 3_000 }), (any, widthPx) => {
          const range = { beginMs: any.start, endMs: any.stop };
          const bars = barsOf(any, { range, widthPx });
          const canvas = { range, widthPx, heightPx: 26, devicePixelRatio };
          const rects = barRects(bars, canvas);
          expect(rects.length).toBe(bars.filter(({ count }) => count > 0).length);
          let endPx = 0;
          for (const rect of rects) {
            expect(Number.isInteger(rect.leftPx) && Number.isInteger(rect.widthPx)).toBe(true);
            expect(rect.leftPx).toBeGreaterThanOrEqual(endPx);
            expect(rect.widthPx).toBeGreaterThanOrEqual(1);
            expect(rect.heightPx).toBeGreaterThanOrEqual(1);
            expect(rect.heightPx).toBeLessThanOrEqual(26);
            endPx = rect.leftPx + rect.widthPx;
          }
        }),
      );
    },
  );
});

describe('parts of bars', () => {
  const space = { range: whole, widthPx: 8 };
  const zeros = [0, 0, 0, 0, 0, 0, 0, 0];

  test('are sums of the same buckets, and no more than the whole', () => {
    const warnings = [1, 0, 1, 2, 9, 9, 0, 0];
    const severe = [0, 1, 0, 0, 1, 0, 99, 0];
    const matches = [0, 0, 1, 1, 0, 99, 0, 0];
    const bars = barsOf(density, space, { warnings, severe, matches });
    expect(
      bars.map(({ count, severity, matchCount }) => [
        count,
        severity?.warningCount,
        severity?.severeCount,
        matchCount,
      ]),
    ).toEqual([
      [3, 1, 1, 0],
      [7, 3, 0, 2],
      [11, 10, 1, 11],
      [15, 0, 15, 0],
    ]);
    expect(barsBetween(100, 139, bars)).toEqual({
      beginMs: 100,
      endMs: 140,
      count: 10,
      severity: { warningCount: 4, severeCount: 1 },
      matchCount: 2,
    });
  });

  test.each([
    { name: 'nobody has counted', parts: {} },
    { name: 'are counted by half', parts: { warnings: zeros } },
  ])('that $name are not told of', ({ parts }) => {
    const bars = barsOf(density, space, parts);
    expect(bars.every(({ severity, matchCount }) => !severity && matchCount === undefined)).toBe(
      true,
    );
    expect(barsBetween(100, 139, bars)?.severity).toBeUndefined();
  });

  test.each([
    { warnings: 0, severe: 0, expected: [20, 0, 0] },
    { warnings: 50, severe: 25, expected: [20, 5, 15] },
    { warnings: 0, severe: 1, expected: [20, 1, 1] },
    { warnings: 1, severe: 0, expected: [20, 0, 1] },
    { warnings: 0, severe: 100, expected: [20, 20, 20] },
  ])('$warnings warnings and $severe errors of 100 are $expected px', (one) => {
    const counted = densityOf({ start: 0, stop: 10, counts: [100] });
    const range = { beginMs: 0, endMs: 10 };
    const parts = { warnings: [one.warnings], severe: [one.severe] };
    const [rect] = barRects(barsOf(counted, { range, widthPx: 10 }, parts), {
      range,
      widthPx: 10,
      heightPx: 20,
      devicePixelRatio: 1,
    });
    expect([rect?.heightPx, rect?.severePx, rect?.warnedPx]).toEqual(one.expected);
  });

  test('are one above the other and within their bar', () => {
    const partsOf = (counts: Uint32Array) => fc.array(fc.nat(1_000), { minLength: counts.length });
    fc.assert(
      fc.property(
        densities.chain((any) =>
          fc.tuple(fc.constant(any), partsOf(any.counts), partsOf(any.counts)),
        ),
        ([any, warnings, severe]) => {
          const range = { beginMs: any.start, endMs: any.stop };
          const canvas = { range, widthPx: 300, heightPx: 26, devicePixelRatio: 1 };
          for (const rect of barRects(barsOf(any, canvas, { warnings, severe }), canvas)) {
            expect(rect.severePx).toBeLessThanOrEqual(rect.warnedPx);
            expect(rect.warnedPx).toBeLessThanOrEqual(rect.heightPx);
          }
        },
      ),
    );
  });

  test('that a search finds have a tick', () => {
    const bars = barsOf(density, space, { matches: [0, 1, 0, 0, 0, 0, 0, 1] });
    const rects = barRects(bars, { ...space, heightPx: 20, devicePixelRatio: 1 });
    expect(rects.map(({ hasMatch }) => hasMatch)).toEqual([true, false, false, true]);
  });
});
