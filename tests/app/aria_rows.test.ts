import { describe, expect, test } from 'vitest';
import { ariaRowCount, ariaRowIndex } from '../../table/src/grid/aria_rows.js';

describe('rows as WAI-ARIA counts them', () => {
  test('begin with the head, and end with the last of the timeline', () => {
    expect(ariaRowIndex(0)).toBe(2);
    expect(ariaRowIndex(9_999_999)).toBe(ariaRowCount(10_000_000));
  });

  test('are the head alone where nothing has happened, and unknown where nobody has counted', () => {
    expect(ariaRowCount(0)).toBe(1);
    expect(ariaRowCount(undefined)).toBe(-1);
  });
});
