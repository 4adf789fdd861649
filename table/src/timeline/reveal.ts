import type { Position, ViewportSize } from './viewport.js';

/** Less than this of a row may be cut off: it is not to be seen. */
const tolerancePx = 0.5;

/** The topmost row of which all is on screen. */
export function firstWholeRank({ index, offsetPx }: Position): number {
  return offsetPx <= tolerancePx ? index : index + 1;
}

/** How far to move so that all of row `rank` is on screen, above the lowest `coveredPx` of it; 0 if it is. */
export function revealPx(
  rank: number,
  { index, offsetPx }: Position,
  { heightPx, rowHeightPx }: ViewportSize,
  coveredPx: number,
): number {
  const topPx = (rank - index) * rowHeightPx - offsetPx;
  if (topPx < 0) return topPx;
  const bottomPx = topPx + rowHeightPx;
  const lowestPx = Math.max(heightPx - coveredPx, rowHeightPx);
  return Math.max(0, bottomPx - lowestPx);
}
