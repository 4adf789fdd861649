import { expect, test } from 'vitest';
import { windowRows } from '../../app/src/lib/window_rows.js';

test.each([
  [undefined, undefined],
  ['', undefined],
  ['1000', 1_000],
  ['1000000', 1_000_000],
  ['4000000', 4_000_000],
])('PUBLIC_WINDOW_ROWS as %s is %s rows', (configured, rows) => {
  expect(windowRows(configured)).toBe(rows);
});

test.each(['999', '4000001', '0', '-5', '1e6', '200,000', '1000.5', ' 1000', 'many', 'NaN'])(
  'PUBLIC_WINDOW_ROWS as %s is refused, by its name',
  (configured) => {
    expect(() => windowRows(configured)).toThrow(/^PUBLIC_WINDOW_ROWS: .* from 1000 to 4000000/);
  },
);
