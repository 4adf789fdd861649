/** What whole pixels of a box can be off by, as a part of one. */
const roundingShare = 0.005;

/** How many pixels on screen one of the element's own is wide: zoom and transforms around it make more or less of it. */
export function scaleOf(element: HTMLElement): number {
  const { offsetWidth } = element;
  if (offsetWidth === 0) return 1;
  const scale = element.getBoundingClientRect().width / offsetWidth;
  return Math.abs(scale - 1) < roundingShare ? 1 : scale;
}
