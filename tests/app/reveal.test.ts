import { describe, expect, test } from 'vitest';
import { firstWholeRank, revealPx } from '../../table/src/timeline/reveal.js';

const size = { heightPx: 100, rowHeightPx: 20 };

describe('a row is brought on screen by', () => {
  test.each([
    [10, 0, 0, 0],
    [14, 0, 0, 0],
    [9, 0, 0, -20],
    [10, 7, 0, -7],
    [15, 0, 0, 20],
    [15, 7, 0, 13],
    [14, 7, 0, 0],
    [0, 0, 0, -200],
    [12, 0, 50, 10],
    [11, 0, 50, 0],
    [9, 0, 50, -20],
    [10, 0, 100, 0],
  ])('row %d at offset %d px, %d px covered: %d px', (rank, offsetPx, coveredPx, expected) => {
    expect(revealPx(rank, { index: 10, offsetPx }, size, coveredPx)).toBe(expected);
  });
});

describe('the topmost whole row', () => {
  test.each([
    [0, 10],
    [0.3, 10],
    [1, 11],
    [19, 11],
  ])('at offset %d px is %d', (offsetPx, rank) => {
    expect(firstWholeRank({ index: 10, offsetPx })).toBe(rank);
  });
});
