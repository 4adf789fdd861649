import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bottomPosition,
  deviceRowHeightPx,
  drawnTopPx,
  indexShift,
  missingRanges,
  movedBy,
  overlaps,
  positionAtPx,
  positionPx,
  resizedPosition,
  topPosition,
  visibleRange,
  visibleRowCount,
} from '../../table/src/timeline/viewport.js';

const size = { heightPx: 600, rowHeightPx: 28 };

const rowCounts = fc.oneof(
  fc.integer({ min: 0, max: 100 }),
  fc.integer({ min: 0, max: 1_000_000_000 }),
);

describe('the position', () => {
  test.each([
    { rowCount: 0, index: 0, offsetPx: 0 },
    { rowCount: 21, index: 0, offsetPx: 0 },
    { rowCount: 22, index: 0, offsetPx: 16 },
    { rowCount: 100_000, index: 99_978, offsetPx: 16 },
    { rowCount: 1_000_000_000, index: 999_999_978, offsetPx: 16 },
  ])(
    'at the bottom of $rowCount rows is row $index + $offsetPx px',
    ({ rowCount, ...position }) => {
      expect(bottomPosition(rowCount, size)).toEqual(position);
    },
  );

  test.each([
    { name: 'one row down', from: [10, 0], px: 28, to: [11, 0] },
    { name: 'one row up', from: [10, 5], px: -28, to: [9, 5] },
    { name: 'half a pixel', from: [10, 27.75], px: 0.5, to: [11, 0.25] },
    { name: 'past the first row', from: [3, 4], px: -1_000, to: [0, 0] },
    {
      name: 'past the last row',
      from: [90, 0],
      px: 5_000,
      to: [78, 16],
      rowCount: 100,
      start: [70, 0],
    },
    { name: 'down from below the bottom', from: [95, 0], px: 10, to: [95, 0], rowCount: 100 },
    { name: 'up from below the bottom', from: [95, 0], px: -28, to: [94, 0], rowCount: 100 },
  ])('moves: $name', ({ from, px, to, rowCount = 1_000, start = from }) => {
    const position = { index: start[0] ?? 0, offsetPx: start[1] ?? 0 };
    expect(movedBy(position, px, rowCount, size)).toEqual({ index: to[0], offsetPx: to[1] });
  });

  test('every row is reachable: a row above the bottom can be at the top', () => {
    fc.assert(
      fc.property(rowCounts, fc.double({ min: 0, max: 1, noNaN: true }), (rowCount, fraction) => {
        const bottom = bottomPosition(rowCount, size);
        const row = Math.floor(fraction * bottom.index);
        const position = movedBy(topPosition, row * size.rowHeightPx, rowCount, size);
        expect(position).toEqual({ index: row, offsetPx: 0 });
      }),
    );
  });

  test('the last row is on screen at the bottom, to the pixel', () => {
    fc.assert(
      fc.property(rowCounts, (rowCount) => {
        const bottom = movedBy(topPosition, 1e12, rowCount, size);
        expect(bottom).toEqual(bottomPosition(rowCount, size));
        const lastRowEndPx = drawnTopPx(rowCount, bottom, size.rowHeightPx, 1);
        expect(lastRowEndPx).toBe(Math.min(size.heightPx, rowCount * size.rowHeightPx));
      }),
    );
  });

  test('in pixels and back is the same place, among 10^9 rows too', () => {
    fc.assert(
      fc.property(rowCounts, fc.integer({ min: 0, max: 27 }), (index, offsetPx) => {
        const position = { index, offsetPx };
        expect(positionAtPx(positionPx(position, 28), 28)).toEqual(position);
      }),
    );
  });

  test('moving there and back ends where it began', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 1e9 }),
        fc.integer({ min: -9_999, max: 9_999 }),
        (index, px) => {
          const from = { index, offsetPx: 7 };
          const there = movedBy(from, px, 2e9, size);
          expect(movedBy(there, -px, 2e9, size)).toEqual(from);
        },
      ),
    );
  });
});

describe('the position after a change of size', () => {
  const taller = { heightPx: 1_000, rowHeightPx: 28 };
  test.each([
    { name: 'stays', from: [10, 5], to: taller, position: [10, 5] },
    {
      name: 'keeps its part of a row',
      from: [10, 7],
      to: { heightPx: 600, rowHeightPx: 56 },
      position: [10, 14],
    },
    { name: 'leaves no blank below the last row', from: [78, 16], to: taller, position: [64, 8] },
    { name: 'may be past the end if it was', from: [98, 0], to: taller, position: [98, 0] },
  ])('$name', ({ from, to, position }) => {
    const [index = 0, offsetPx = 0] = from;
    const resized = resizedPosition({ index, offsetPx }, size, to, 100);
    expect(resized).toEqual({ index: position[0], offsetPx: position[1] });
  });
});

describe('the missing rows', () => {
  const visible = { begin: 10, end: 30 };
  test.each([
    { name: 'none', delivered: [5, 40], missing: [] },
    { name: 'above', delivered: [15, 40], missing: [[10, 15]] },
    { name: 'below', delivered: [5, 25], missing: [[25, 30]] },
    {
      name: 'on both sides',
      delivered: [12, 18],
      missing: [
        [10, 12],
        [18, 30],
      ],
    },
    { name: 'all, above', delivered: [50, 60], missing: [[10, 30]] },
    { name: 'all, below', delivered: [2, 8], missing: [[10, 30]] },
  ])('are $name', ({ delivered: [begin = 0, end = 0], missing }) => {
    expect(missingRanges(visible, { begin, end })).toEqual(
      missing.map(([first, last]) => ({ begin: first, end: last })),
    );
  });
});

describe('two ranges', () => {
  const range = { begin: 10, end: 20 };
  test.each([
    { begin: 0, end: 10, isShared: false },
    { begin: 0, end: 11, isShared: true },
    { begin: 12, end: 13, isShared: true },
    { begin: 19, end: 30, isShared: true },
    { begin: 20, end: 30, isShared: false },
    { begin: 15, end: 15, isShared: false },
  ])('[10, 20) and [$begin, $end) share a row: $isShared', ({ begin, end, isShared }) => {
    expect(overlaps(range, { begin, end })).toBe(isShared);
    expect(overlaps({ begin, end }, range)).toBe(isShared);
  });
});

describe('the visible range', () => {
  test.each([
    { offsetPx: 0, begin: 5, end: 27 },
    { offsetPx: 16, begin: 5, end: 27 },
    { offsetPx: 17, begin: 5, end: 28 },
  ])('with $offsetPx px above the edge is [$begin, $end)', ({ offsetPx, begin, end }) => {
    expect(visibleRange({ index: 5, offsetPx }, size)).toEqual({ begin, end });
  });

  test('never has more rows than are asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_000 }),
        fc.double({ min: 0, max: 27.99, noNaN: true }),
        (heightPx, offsetPx) => {
          const one = { heightPx, rowHeightPx: 28 };
          const { begin, end } = visibleRange({ index: 0, offsetPx }, one);
          expect(end - begin).toBeLessThanOrEqual(visibleRowCount(one));
        },
      ),
    );
  });
});

describe('drawing', () => {
  test.each([0.25, 0.5, 0.67, 0.75, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5])(
    'at device pixel ratio %d a row is on a device pixel, whichever row drawing starts at',
    (ratio) => {
      const rowHeightPx = deviceRowHeightPx(28, ratio);
      fc.assert(
        fc.property(
          fc.integer({ min: 0, max: 1e9 }),
          fc.double({ min: 0, max: 27, noNaN: true }),
          fc.integer({ min: 0, max: 60 }),
          (index, offsetPx, overscan) => {
            const position = { index, offsetPx };
            const topPx = drawnTopPx(index, position, rowHeightPx, ratio);
            const fromFurtherUp =
              drawnTopPx(index - overscan, position, rowHeightPx, ratio) + overscan * rowHeightPx;
            expect(Math.abs(topPx * ratio - Math.round(topPx * ratio))).toBeLessThan(1e-6);
            expect(fromFurtherUp).toBeCloseTo(topPx, 6);
          },
        ),
      );
    },
  );
});

describe('the shift of rows between two blocks', () => {
  const row = (id: string, timestamp = 0) => ({ id, timestamp });
  const older = { begin: 100, rows: ['a', 'b', 'c', 'd', 'e'].map((id) => row(id)) };
  const visible = { begin: 102, end: 104 };

  test.each([
    { name: 'nothing changed', begin: 100, ids: 'abcde', shift: 0 },
    { name: 'a row came above', begin: 100, ids: 'axbcde', shift: 1 },
    { name: 'rows came far above', begin: 150, ids: 'abcde', shift: 50 },
    { name: 'a row went above', begin: 100, ids: 'acde', shift: -1 },
    { name: 'the top row went', begin: 100, ids: 'abde', shift: -1 },
    { name: 'every visible row went', begin: 100, ids: 'xabe', shift: 1 },
    { name: 'all is new', begin: 7, ids: 'xyz', shift: undefined },
  ])('is $shift where $name', ({ begin, ids, shift }) => {
    const newer = { begin, rows: ids.split('').map((id) => row(id)) };
    expect(indexShift(older, newer, visible)).toBe(shift);
  });

  test('is told by any row in both where the reader has scrolled away from all', () => {
    const newer = { begin: 5_100, rows: ['b', 'c', 'x', 'd'].map((id) => row(id)) };
    expect(indexShift(older, newer, { begin: 2, end: 4 })).toBe(4_999);
  });

  test('is not told by a row that moved in time', () => {
    const newer = { begin: 100, rows: [row('c', 5), row('d'), row('e')] };
    expect(indexShift(older, newer, visible)).toBe(-2);
  });

  test('keeps the topmost surviving row at its pixel under any inserts, deletes and moves', () => {
    const changes = fc.array(
      fc.record({ at: fc.nat(199), kind: fc.constantFrom('insert', 'delete', 'move') }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 1e9 }), fc.nat(20), (list, base, top) => {
        const before = Array.from({ length: 200 }, (_, i) => row(`r${String(i)}`));
        const after = [...before];
        for (const [n, { at, kind }] of list.entries()) {
          const index = Math.min(at, after.length - 1);
          if (kind === 'insert') after.splice(index, 0, row(`n${String(n)}`));
          else if (kind === 'delete') after.splice(index, 1);
          else {
            const [moved] = after.splice(index, 1);
            if (moved) after.push(row(moved.id, moved.timestamp + 1));
          }
        }
        // The blocks hold rows 50 to 120 before, and 40 to 150 after.
        const position = { index: base + 60 + top, offsetPx: 9 };
        const olderBlock = { begin: base + 50, rows: before.slice(50, 120) };
        const newerBlock = { begin: base + 40, rows: after.slice(40, 150) };
        const seen = visibleRange(position, size);
        const shift = indexShift(olderBlock, newerBlock, seen);

        const isThere = new Set(newerBlock.rows.map((r) => `${r.id}@${String(r.timestamp)}`));
        const anchorAt = before.findIndex(
          (r, i) => base + i >= seen.begin && base + i < seen.end && isThere.has(`${r.id}@0`),
        );
        if (anchorAt < 0) return;
        const anchor = before[anchorAt];
        const newIndex = newerBlock.begin + newerBlock.rows.findIndex((r) => r.id === anchor?.id);
        expect(shift).toBeDefined();
        const shifted = { index: position.index + (shift ?? 0), offsetPx: position.offsetPx };
        expect(drawnTopPx(newIndex, shifted, 28, 1)).toBe(
          drawnTopPx(base + anchorAt, position, 28, 1),
        );
      }),
    );
  });
});
