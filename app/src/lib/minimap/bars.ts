import type { Density } from 'eventglass/client';
import { lengthMs, pxAtTime, type TimeRange } from './time_range.js';

/** Events of some buckets, one beside the other. */
export interface Bar extends TimeRange {
  readonly count: number;
}

/** A bar is at least this wide: what a pointer can hit, and an eye can tell from the next. */
export const minBarPx = 2;

/** Bars for a strip `widthPx` wide that shows `range`. */
export interface BarSpace {
  readonly range: TimeRange;
  readonly widthPx: number;
}

export function bucketMs({ start, stop, counts }: Density): number {
  return (stop - start) / counts.length;
}

/** Buckets that a bar has, so that it is as wide as it has to be. */
export function bucketsPerBar(density: Density, { range, widthPx }: BarSpace): number {
  const bucketPx = (bucketMs(density) / lengthMs(range)) * widthPx;
  return Math.min(Math.max(1, Math.ceil(minBarPx / bucketPx)), density.counts.length);
}

/**
 * The bars in sight, from the left. Every bucket is in one bar, whole; each bar has as many, counted from the
 * first bucket of all, so that a bar stays the same as the range moves. The last one has what is left.
 */
export function barsOf(density: Density, space: BarSpace): readonly Bar[] {
  const { start, counts } = density;
  const widthMs = bucketMs(density);
  const perBar = bucketsPerBar(density, space);
  const firstBucket = Math.floor((space.range.beginMs - start) / widthMs);
  const endBucket = Math.min(Math.ceil((space.range.endMs - start) / widthMs), counts.length);
  const bars: Bar[] = [];
  const first = Math.floor(Math.max(firstBucket, 0) / perBar) * perBar;
  for (let begin = first; begin < endBucket; begin += perBar) {
    const end = Math.min(begin + perBar, counts.length);
    let count = 0;
    for (let i = begin; i < end; i++) count += counts[i] ?? 0;
    bars.push({ beginMs: start + begin * widthMs, endMs: start + end * widthMs, count });
  }
  return bars;
}

/** The bar that has `timeMs`; `undefined` if there is none. */
export function barAt(timeMs: number, bars: readonly Bar[]): Bar | undefined {
  return bars.find(({ beginMs, endMs }) => beginMs <= timeMs && timeMs < endMs);
}

/** What the bars from one time to another have together; `undefined` if there are none. */
export function barsBetween(fromMs: number, toMs: number, bars: readonly Bar[]): Bar | undefined {
  const [beginMs, endMs] = fromMs < toMs ? [fromMs, toMs] : [toMs, fromMs];
  const between = bars.filter((bar) => bar.endMs > beginMs && bar.beginMs <= endMs);
  const first = between[0];
  const last = between.at(-1);
  if (!first || !last) return undefined;
  const count = between.reduce((sum, bar) => sum + bar.count, 0);
  return { beginMs: first.beginMs, endMs: last.endMs, count };
}

function largestCount(bars: readonly Bar[]): number {
  return bars.reduce((largest, { count }) => Math.max(largest, count), 0);
}

/**
 * How high a bar is where the largest is `heightPx`, in whole pixels: by the square root, so that a hundredth is still
 * a tenth as high, and one event is a pixel.
 */
export function barHeightPx(count: number, largest: number, heightPx: number): number {
  if (count <= 0 || largest <= 0) return 0;
  return Math.max(1, Math.round(Math.sqrt(count / largest) * heightPx));
}

/** Where a bar is drawn, in device pixels. */
export interface BarRect {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What bars are drawn on: CSS pixels wide, `heightPx` device pixels high. */
export interface BarCanvas extends BarSpace {
  readonly heightPx: number;
  readonly devicePixelRatio: number;
}

/** Bars this wide have a gap between them, in CSS pixels: they are counts, and not a curve. */
const gapFromPx = 5;

/** Bars as rectangles on whole device pixels, one beside the other; those of no events are left out. */
export function barRects(bars: readonly Bar[], canvas: BarCanvas): readonly BarRect[] {
  const { range, widthPx, heightPx, devicePixelRatio } = canvas;
  const largest = largestCount(bars);
  const deviceWidthPx = Math.round(widthPx * devicePixelRatio);
  const gapPx = Math.max(1, Math.round(devicePixelRatio));
  return bars.flatMap(({ beginMs, endMs, count }) => {
    if (count === 0) return [];
    const leftPx = Math.round(pxAtTime(beginMs, range, deviceWidthPx));
    const rightPx = Math.round(pxAtTime(endMs, range, deviceWidthPx));
    const isWide = rightPx - leftPx >= gapFromPx * devicePixelRatio;
    const width = Math.max(1, rightPx - leftPx - (isWide ? gapPx : 0));
    return [{ leftPx, widthPx: width, heightPx: barHeightPx(count, largest, heightPx) }];
  });
}
