/**
 * The native scroller's space and how it maps to the timeline's.
 *
 * The timeline is as many pixels high as its rows are, which no element can be. The scroller's content
 * is that high only up to a limit; beyond it, both ends still move pixel for pixel, and the middle is
 * compressed evenly:
 *
 *     timeline   |--- margin ---|------------------ middle ------------------|--- margin ---|
 *     scroller   |--- margin ---|------ middle ------|--- margin ---|
 *
 * The scroller is an input device and a scrollbar. Rows are never placed by it.
 */

/**
 * The scroller's content at most. Well under what browsers can lay out (Chromium: 16.7 M px at device
 * pixel ratio 2; Firefox: 8.9 M px), and small enough for scrollTop to be exact to the pixel.
 */
export const maxContentHeightPx = 8_000_000;

/** Pixels at either end that are not compressed: further than one flick of a finger goes. */
export const marginPx = 100_000;

export interface ScrollSpace {
  /** The largest position of the viewport's top edge. */
  readonly timelinePx: number;
  /** The largest scrollTop. */
  readonly scrollerPx: number;
  /** The height of the scroller's content. */
  readonly contentHeightPx: number;
}

/** The space for a timeline of `timelineHeightPx` seen through a viewport of `viewportHeightPx`. */
export function scrollSpace(timelineHeightPx: number, viewportHeightPx: number): ScrollSpace {
  const timelinePx = Math.max(0, timelineHeightPx - viewportHeightPx);
  const scrollerPx = Math.min(timelinePx, maxContentHeightPx - viewportHeightPx);
  return { timelinePx, scrollerPx, contentHeightPx: viewportHeightPx + scrollerPx };
}

/** Timeline pixels per scroller pixel in the middle; 1 where nothing is compressed. */
function middleScale(space: ScrollSpace): number {
  if (space.timelinePx === space.scrollerPx) return 1;
  return (space.timelinePx - 2 * marginPx) / (space.scrollerPx - 2 * marginPx);
}

/** The scrollTop that shows the position `px`. Positions outside the space are clamped. */
export function scrollTopAt(space: ScrollSpace, px: number): number {
  const clamped = Math.min(Math.max(px, 0), space.timelinePx);
  if (clamped <= marginPx || middleScale(space) === 1) return clamped;
  const fromEnd = space.timelinePx - clamped;
  if (fromEnd <= marginPx) return space.scrollerPx - fromEnd;
  return marginPx + (clamped - marginPx) / middleScale(space);
}

/** The position in the timeline, in px, that `scrollTop` stands for. Inverse of `scrollTopAt`. */
export function pxAtScrollTop(space: ScrollSpace, scrollTop: number): number {
  const clamped = Math.min(Math.max(scrollTop, 0), space.scrollerPx);
  if (clamped <= marginPx || middleScale(space) === 1) return clamped;
  const fromEnd = space.scrollerPx - clamped;
  if (fromEnd <= marginPx) return space.timelinePx - fromEnd;
  return marginPx + (clamped - marginPx) * middleScale(space);
}
