import type { Density } from 'eventglass/client';
import { bucketMs, minBarPx, type BarSpace } from './bars.js';
import { lengthMs } from './time_range.js';

/** Equal parts of a time, in ms since 1970. */
export interface Buckets {
  readonly start: number;
  readonly stop: number;
  readonly count: number;
}

export function bucketsOf({ start, stop, counts }: Density): Buckets {
  return { start, stop, count: counts.length };
}

/** The parts of the whole timeline do while they are no wider than this on the strip. */
const maxCoarsePx = 2 * minBarPx;

/** CSS pixels: a backend counts 10,000 parts at once, and what is counted is three times as long as the strip. */
const maxStripPx = 6_000;

/**
 * Finer parts to count what the strip shows by, and about as much on either side: a range that moves by less has the same ones.
 * They are 2 to 4 px wide, or a millisecond. `undefined` where those of `density` are fine enough.
 */
export function fineBuckets(density: Density, { range, widthPx }: BarSpace): Buckets | undefined {
  const pxPerMs = Math.min(widthPx, maxStripPx) / lengthMs(range);
  if (bucketMs(density) * pxPerMs <= maxCoarsePx) return undefined;
  const widthMs = Math.max(1, 2 ** Math.ceil(Math.log2(minBarPx / pxPerMs)));
  const blockMs = widthMs * 2 ** Math.max(0, Math.floor(Math.log2(lengthMs(range) / widthMs)));
  const start = Math.floor(range.beginMs / blockMs) * blockMs;
  const stop = Math.ceil(range.endMs / blockMs) * blockMs;
  return { start, stop, count: (stop - start) / widthMs };
}
