import { pxAtTime, type TimeRange } from './time_range.js';

/** A part of the strip, in CSS pixels. */
export interface Span {
  readonly leftPx: number;
  readonly widthPx: number;
}

/** Where the viewport is marked. */
export interface ViewportMark extends Span {
  /** The viewport is in sight; otherwise the mark stands at the edge that it is beyond. */
  readonly isInSight: boolean;
}

/** As wide as the mark is at least. */
const minMarkPx = 3;

/** The mark of `times` on a strip that shows `range`: as wide as they are, around their middle. */
export function viewportMark(times: TimeRange, range: TimeRange, widthPx: number): ViewportMark {
  const beginPx = pxAtTime(times.beginMs, range, widthPx);
  const endPx = pxAtTime(times.endMs, range, widthPx);
  const isInSight = endPx >= 0 && beginPx <= widthPx;
  const markPx = Math.max(minMarkPx, Math.min(endPx, widthPx) - Math.max(beginPx, 0));
  const middlePx = (Math.max(beginPx, 0) + Math.min(endPx, widthPx)) / 2;
  const leftPx = Math.min(Math.max(middlePx - markPx / 2, 0), widthPx - minMarkPx);
  return { leftPx, widthPx: isInSight ? markPx : minMarkPx, isInSight };
}

/** What is in sight of `times`; `undefined` if nothing is. */
export function spanOf(times: TimeRange, range: TimeRange, widthPx: number): Span | undefined {
  const leftPx = Math.max(pxAtTime(times.beginMs, range, widthPx), 0);
  const rightPx = Math.min(pxAtTime(times.endMs, range, widthPx), widthPx);
  return leftPx < rightPx ? { leftPx, widthPx: rightPx - leftPx } : undefined;
}
