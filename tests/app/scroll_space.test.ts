import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  marginPx,
  maxContentHeightPx,
  pxAtScrollTop,
  scrollSpace,
  scrollTopAt,
} from '../../table/src/grid/scroll_space.js';

const rowHeightPx = 28;

const spaces = fc
  .record({
    rowCount: fc.oneof(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 0, max: 1_000_000_000 }),
    ),
    viewportPx: fc.integer({ min: 50, max: 4_000 }),
  })
  .map(({ rowCount, viewportPx }) => scrollSpace(rowCount * rowHeightPx, viewportPx));

const fractions = fc.double({ min: 0, max: 1, noNaN: true });

describe('scroll space', () => {
  test.each([
    { rowCount: 0, contentHeightPx: 600 },
    { rowCount: 10, contentHeightPx: 600 },
    { rowCount: 100, contentHeightPx: 2_800 },
    { rowCount: 100_000, contentHeightPx: 2_800_000 },
    { rowCount: 1_000_000, contentHeightPx: maxContentHeightPx },
    { rowCount: 1_000_000_000, contentHeightPx: maxContentHeightPx },
  ])('$rowCount rows make $contentHeightPx px of content', ({ rowCount, contentHeightPx }) => {
    expect(scrollSpace(rowCount * rowHeightPx, 600).contentHeightPx).toBe(contentHeightPx);
  });

  test('both ends of the timeline are the ends of the scroller', () => {
    fc.assert(
      fc.property(spaces, (space) => {
        expect(scrollTopAt(space, 0)).toBe(0);
        expect(scrollTopAt(space, space.timelinePx)).toBe(space.scrollerPx);
        expect(pxAtScrollTop(space, 0)).toBe(0);
        expect(pxAtScrollTop(space, space.scrollerPx)).toBe(space.timelinePx);
      }),
    );
  });

  test('moving down in one is moving down in the other', () => {
    fc.assert(
      fc.property(spaces, fractions, fractions, (space, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(scrollTopAt(space, low * space.timelinePx)).toBeLessThanOrEqual(
          scrollTopAt(space, high * space.timelinePx),
        );
        expect(pxAtScrollTop(space, low * space.scrollerPx)).toBeLessThanOrEqual(
          pxAtScrollTop(space, high * space.scrollerPx),
        );
      }),
    );
  });

  test('there and back is within half a pixel of the scroller', () => {
    fc.assert(
      fc.property(spaces, fractions, (space, fraction) => {
        const scrollTop = fraction * space.scrollerPx;
        const back = scrollTopAt(space, pxAtScrollTop(space, scrollTop));
        expect(Math.abs(back - scrollTop)).toBeLessThan(0.5);
      }),
    );
  });

  test('near either end, and wherever all rows fit, a pixel is a pixel', () => {
    fc.assert(
      fc.property(spaces, fractions, (space, fraction) => {
        const fits = space.timelinePx === space.scrollerPx;
        const px = fraction * (fits ? space.timelinePx : Math.min(marginPx, space.timelinePx));
        expect(scrollTopAt(space, px)).toBeCloseTo(px, 3);
        const fromEnd = space.scrollerPx - scrollTopAt(space, space.timelinePx - px);
        expect(fromEnd).toBeCloseTo(px, 3);
      }),
    );
  });

  test('positions outside are the nearest end', () => {
    const space = scrollSpace(1e9, 600);
    expect(scrollTopAt(space, -5)).toBe(0);
    expect(scrollTopAt(space, 2e9)).toBe(space.scrollerPx);
    expect(pxAtScrollTop(space, -5)).toBe(0);
    expect(pxAtScrollTop(space, Infinity)).toBe(space.timelinePx);
  });
});
