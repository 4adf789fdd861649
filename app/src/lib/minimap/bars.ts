import type { Density } from 'eventglass/client';
import { lengthMs, pxAtTime, type TimeRange } from './time_range.js';

/** How many of a bar's events are warnings, and how many are errors or worse. */
interface SeverityCounts {
  readonly warningCount: number;
  readonly severeCount: number;
}

/** Events of some buckets, one beside the other. */
export interface Bar extends TimeRange {
  readonly count: number;
  /** `undefined` while nobody has counted them. */
  readonly severity?: SeverityCounts | undefined;
  /** Those that a search finds; `undefined` where there is none. */
  readonly matchCount?: number | undefined;
}

type Counts = ArrayLike<number>;

/** Parts of the events, by the buckets of all of them; `undefined` where nobody has counted them. */
export interface PartCounts {
  readonly warnings?: Counts | undefined;
  readonly severe?: Counts | undefined;
  readonly matches?: Counts | undefined;
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

function sumBetween(counts: Counts, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += counts[i] ?? 0;
  return sum;
}

/** Parts are counted a moment before or after the whole: they are no more than that. */
function severityOf(
  count: number,
  { warnings, severe }: PartCounts,
  begin: number,
  end: number,
): SeverityCounts | undefined {
  if (!warnings || !severe) return undefined;
  const severeCount = Math.min(sumBetween(severe, begin, end), count);
  const warningCount = Math.min(sumBetween(warnings, begin, end), count - severeCount);
  return { warningCount, severeCount };
}

/**
 * The bars in sight, from the left. Every bucket is in one bar, whole; each bar has as many, counted from the
 * first bucket of all, so that a bar stays the same as the range moves. The last one has what is left.
 */
export function barsOf(density: Density, space: BarSpace, parts: PartCounts = {}): readonly Bar[] {
  const { start, counts } = density;
  const widthMs = bucketMs(density);
  const perBar = bucketsPerBar(density, space);
  const firstBucket = Math.floor((space.range.beginMs - start) / widthMs);
  const endBucket = Math.min(Math.ceil((space.range.endMs - start) / widthMs), counts.length);
  const bars: Bar[] = [];
  const first = Math.floor(Math.max(firstBucket, 0) / perBar) * perBar;
  for (let begin = first; begin < endBucket; begin += perBar) {
    const end = Math.min(begin + perBar, counts.length);
    const count = sumBetween(counts, begin, end);
    bars.push({
      beginMs: start + begin * widthMs,
      endMs: start + end * widthMs,
      count,
      severity: severityOf(count, parts, begin, end),
      matchCount: parts.matches && Math.min(sumBetween(parts.matches, begin, end), count),
    });
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
  return { ...togetherOf(between), beginMs: first.beginMs, endMs: last.endMs };
}

/** What bars have together, as far as it is known of each. */
function togetherOf(bars: readonly Bar[]): Pick<Bar, 'count' | 'severity' | 'matchCount'> {
  let [count, warningCount, severeCount, matchCount] = [0, 0, 0, 0];
  let [isSeverityKnown, areMatchesKnown] = [true, true];
  for (const bar of bars) {
    count += bar.count;
    matchCount += bar.matchCount ?? 0;
    warningCount += bar.severity?.warningCount ?? 0;
    severeCount += bar.severity?.severeCount ?? 0;
    isSeverityKnown &&= bar.severity !== undefined;
    areMatchesKnown &&= bar.matchCount !== undefined;
  }
  return {
    count,
    severity: isSeverityKnown ? { warningCount, severeCount } : undefined,
    matchCount: areMatchesKnown ? matchCount : undefined,
  };
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

/** How much of a bar is a part of its events, in whole pixels: one at least, where there is any. */
function partHeightPx(partCount: number, count: number, barPx: number): number {
  return partCount === 0 ? 0 : Math.max(1, Math.round((partCount / count) * barPx));
}

/** Where a bar is drawn, in device pixels. */
interface BarRect {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Up to here it is errors and worse, and up to `warnedPx` warnings: their share of its height. */
  readonly severePx: number;
  readonly warnedPx: number;
  /** A search finds something in it. */
  readonly hasMatch: boolean;
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
  return bars.flatMap(({ beginMs, endMs, count, severity, matchCount = 0 }) => {
    if (count === 0) return [];
    const { warningCount, severeCount } = severity ?? { warningCount: 0, severeCount: 0 };
    const barPx = barHeightPx(count, largest, heightPx);
    const leftPx = Math.round(pxAtTime(beginMs, range, deviceWidthPx));
    const rightPx = Math.round(pxAtTime(endMs, range, deviceWidthPx));
    const isWide = rightPx - leftPx >= gapFromPx * devicePixelRatio;
    const width = Math.max(1, rightPx - leftPx - (isWide ? gapPx : 0));
    return [
      {
        leftPx,
        widthPx: width,
        heightPx: barPx,
        severePx: partHeightPx(severeCount, count, barPx),
        warnedPx: partHeightPx(severeCount + warningCount, count, barPx),
        hasMatch: matchCount > 0,
      },
    ];
  });
}
