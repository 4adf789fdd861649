import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fineBuckets } from '../../app/src/lib/minimap/fine_buckets.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Thirty days in a thousand parts of 43 minutes. */
const month = { start: 0, stop: 30 * dayMs, before: 0, counts: new Uint32Array(1_000) };

describe('finer parts of time', () => {
  test('are not needed where those of the whole are a few pixels wide', () => {
    const whole = { beginMs: 0, endMs: 30 * dayMs };
    expect(fineBuckets(month, { range: whole, widthPx: 1_200 })).toBeUndefined();
    const half = { beginMs: 0, endMs: 10 * dayMs };
    expect(fineBuckets(month, { range: half, widthPx: 1_200 })).toBeUndefined();
  });

  test('cover what is shown, 2 to 4 px each, and stay as it moves a little', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 29 * dayMs, noNaN: true }),
        fc.double({ min: 1_000, max: dayMs, noNaN: true }),
        fc.integer({ min: 200, max: 12_000 }),
        (beginMs, length, widthPx) => {
          const range = { beginMs, endMs: beginMs + length };
          const fine = fineBuckets(month, { range, widthPx });
          if (!fine) throw new Error('the whole has parts of 43 minutes');
          const { start, stop, count } = fine;
          expect([start, stop, count].every(Number.isInteger)).toBe(true);
          expect(count).toBeLessThanOrEqual(10_000);
          expect(start).toBeLessThanOrEqual(range.beginMs);
          expect(stop).toBeGreaterThanOrEqual(range.endMs);
          expect(stop - start).toBeLessThanOrEqual(3 * length + 1);
          const widthMs = (stop - start) / count;
          const partPx = (widthMs / length) * widthPx;
          if (widthMs > 1) expect(partPx).toBeLessThan(widthPx > 6_000 ? 8 : 4 + 1e-6);
          if (widthPx <= 6_000) expect(partPx).toBeGreaterThanOrEqual(2 - 1e-6);
          // By as much as the range has on either side.
          const byMs = Math.min(beginMs - start, stop - range.endMs);
          const moved = { beginMs: beginMs - byMs, endMs: range.endMs - byMs };
          expect(fineBuckets(month, { range: moved, widthPx })?.start).toBe(start);
        },
      ),
    );
  });
});
