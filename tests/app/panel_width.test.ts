import { describe, expect, test } from 'vitest';
import { clampWidth, parseWidth, widthRange } from '../../app/src/lib/detail/panel_width.js';

describe('the width of the panel', () => {
  test.each([
    [420, 1280, 420],
    [100, 1280, 300],
    [2_000, 1280, 880],
    [420, 900, 420],
    [600, 900, 500],
    [420, 320, 300],
    [420.4, 1280, 420],
  ])('%d px wanted in a page of %d px is %d px', (wanted, page, expected) => {
    expect(clampWidth(wanted, widthRange(page))).toBe(expected);
  });

  test.each([
    ['512', 512],
    [null, 420],
    ['', 420],
    ['-5', 420],
    ['1e9', 420],
    ['123456', 420],
    ['{}', 420],
  ])('remembered as %j is %d px', (text, expected) => {
    expect(parseWidth(text)).toBe(expected);
  });
});
