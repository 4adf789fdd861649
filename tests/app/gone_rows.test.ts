import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  goneRowMs,
  nextLeavingMs,
  ranksOf,
  withGoneRows,
  withoutLeft,
  type BoundedRows,
} from '../../table/src/timeline/gone_rows.js';
import type { TimelineRow } from '../../table/src/timeline/row.js';

function rowOf(id: string, goneSinceMs?: number): TimelineRow {
  return {
    id,
    timestamp: 5,
    rowId: 1,
    version: 1,
    cells: [],
    changes: 0,
    first: undefined,
    isNew: false,
    goneSinceMs,
  };
}

/** Rows by the letters of `ids`, the first of rank `begin`. */
function rowsOf(ids: string, begin = 10, ends: Partial<BoundedRows> = {}): BoundedRows {
  const rows = Array.from(ids, (id) => rowOf(id));
  return { begin, rows, hasFirst: false, hasLast: false, ...ends };
}

const everything = { begin: 0, end: 1_000 };

/** Ids in order, those of rows that are gone in parentheses. */
function textOf(rows: readonly TimelineRow[]): string {
  return rows.map(({ id, goneSinceMs }) => (goneSinceMs === undefined ? id : `(${id})`)).join('');
}

describe('rows that are gone', () => {
  test.each([
    ['abcdef', 'abdef', 'ab(c)def'],
    ['abcdef', 'abef', 'ab(c)(d)ef'],
    ['abcdef', 'axbef', 'axb(c)(d)ef'],
    // What came takes its place after the one that went.
    ['abcdef', 'abxef', 'ab(c)(d)xef'],
    // Those at the ends are perhaps just not loaded.
    ['abcdef', 'bcde', 'bcde'],
    ['abcdef', 'cde', 'cde'],
    ['abcdef', 'xyz', 'xyz'],
    ['abcdef', 'defghi', 'defghi'],
    // Elsewhere.
    ['abcdef', 'acdefb', 'acdefb'],
  ])('of %s and then %s are drawn as %s', (older, newer, drawn) => {
    expect(textOf(withGoneRows(rowsOf(newer), rowsOf(older), everything, 7))).toBe(drawn);
  });

  test('the ends of the timeline are known to be ends', () => {
    const ends = { hasFirst: true, hasLast: true };
    const both = withGoneRows(rowsOf('bcd', 0, ends), rowsOf('abcde', 0, ends), everything, 7);
    expect(textOf(both)).toBe('(a)bcd(e)');
    const older = rowsOf('abcde', 0, ends);
    expect(textOf(withGoneRows(rowsOf('bcd', 0), older, everything, 7))).toBe('bcd');
  });

  test('only those that were on screen are kept', () => {
    const drawn = withGoneRows(
      rowsOf('aceg', 10),
      rowsOf('abcdefg', 10),
      { begin: 12, end: 18 },
      7,
    );
    expect(textOf(drawn)).toBe('ac(d)e(f)g');
  });

  test('at most a third of the screen is gone rows: where more go at once, none is kept', () => {
    const visible = { begin: 10, end: 16 };
    const older = rowsOf('abcdef', 10);
    expect(textOf(withGoneRows(rowsOf('acef', 10), older, visible, 7))).toBe('a(b)c(d)ef');
    expect(textOf(withGoneRows(rowsOf('aef', 10), older, visible, 7))).toBe('aef');
    const one = { ...older, rows: withGoneRows(rowsOf('acdef', 10), older, visible, 7) };
    expect(textOf(withGoneRows(rowsOf('af', 10), one, visible, 8))).toBe('a(b)f');
  });

  test('they stay for their time, through other changes, and leave then', () => {
    const one = withGoneRows(rowsOf('acd'), rowsOf('abcd'), everything, 100);
    const older = { ...rowsOf(''), rows: one };
    const two = withGoneRows(rowsOf('acxd'), older, everything, 99 + goneRowMs);
    expect(textOf(two)).toBe('a(b)cxd');
    expect(two[1]).toBe(one[1]);
    expect(nextLeavingMs(two)).toBe(100 + goneRowMs);
    expect(textOf(withoutLeft(two, 99 + goneRowMs))).toBe('a(b)cxd');
    expect(textOf(withoutLeft(two, 100 + goneRowMs))).toBe('acxd');
    expect(textOf(withGoneRows(rowsOf('acxd'), older, everything, 100 + goneRowMs))).toBe('acxd');
    expect(nextLeavingMs(rowsOf('abc').rows)).toBeUndefined();
  });

  test('one that comes back is a row like any other', () => {
    const older = { ...rowsOf(''), rows: [rowOf('a'), rowOf('b', 3), rowOf('c')] };
    expect(textOf(withGoneRows(rowsOf('abc'), older, everything, 7))).toBe('abc');
  });

  test('ranks count those that are there', () => {
    expect(ranksOf([rowOf('a'), rowOf('b', 1), rowOf('c', 1), rowOf('d')], 7)).toEqual([
      7, 8, 8, 8,
    ]);
  });

  test('whatever comes and goes, all rows that are there are drawn in their order', () => {
    const anyIds = fc.uniqueArray(fc.constantFrom(...Array.from('abcdefghij')), { maxLength: 10 });
    fc.assert(
      fc.property(
        fc.array(anyIds, { minLength: 1, maxLength: 6 }),
        fc.nat(12),
        fc.boolean(),
        (states, end, atEnds) => {
          const ends = { hasFirst: atEnds, hasLast: atEnds };
          let drawn = rowsOf('', 0, ends);
          for (const [i, ids] of states.entries()) {
            const newer = rowsOf(ids.join(''), 0, ends);
            const rows = withGoneRows(newer, drawn, { begin: 0, end }, i * 1_500);
            expect(rows.filter(({ goneSinceMs }) => goneSinceMs === undefined)).toEqual(newer.rows);
            expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
            const gone = rows.filter(({ goneSinceMs }) => goneSinceMs !== undefined);
            expect(gone.length).toBeLessThanOrEqual(end / 3);
            drawn = { ...newer, rows };
          }
        },
      ),
    );
  });
});
