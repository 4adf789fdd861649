import { describe, expect, it } from 'vitest';
import {
  evictionSide,
  fillQuery,
  firstPageHasRank,
  firstQueries,
  nextFill,
  type WindowExtent,
} from '../../wasm/ts/client/window_filler.js';

const begin = { timestamp: 10, id: 'b' };
const end = { timestamp: 20, id: 'e' };

function extent(changes: Partial<WindowExtent>): WindowExtent {
  return {
    coverage: { begin, end },
    rowCount: 10_000,
    capacityRows: 100_000,
    visible: { begin: 4_000, end: 4_030 },
    heading: undefined,
    ...changes,
  };
}

describe('the first pages', () => {
  it('are 200 rows on each side of a key, or the newest 200', () => {
    expect(firstQueries({ type: 'tail' }, 60, 100_000)).toEqual([
      { start: undefined, stop: undefined, limit: 200, direction: 'backward' },
    ]);
    expect(firstQueries({ type: 'key', key: begin }, 60, 100_000)).toEqual([
      { start: begin, stop: undefined, limit: 200, direction: 'forward' },
      { start: undefined, stop: begin, limit: 200, direction: 'backward' },
    ]);
  });

  it('are the 200 rows on each side of a rank, in one page', () => {
    expect(firstQueries({ type: 'rank', rank: 5_000 }, 60, 100_000)).toEqual([
      { start: undefined, stop: undefined, rank: 4_800, limit: 400, direction: 'forward' },
    ]);
    expect(firstQueries({ type: 'rank', rank: 50 }, 60, 100_000)[0]?.rank).toBe(0);
    for (const capacityRows of [1, 2, 3, 50]) {
      const [query] = firstQueries({ type: 'rank', rank: 100 }, 60, capacityRows);
      const { rank: first = 0, limit = 0 } = query ?? {};
      expect(limit).toBeLessThanOrEqual(capacityRows);
      expect(first).toBeLessThanOrEqual(100);
      expect(first + limit).toBeGreaterThan(100);
    }
  });

  it('have the screens at ranks nearby as well', () => {
    expect(firstPageHasRank(5_000, 5_000, 60, 100_000)).toBe(true);
    expect(firstPageHasRank(5_000, 5_140, 60, 100_000)).toBe(true);
    expect(firstPageHasRank(5_000, 5_141, 60, 100_000)).toBe(false);
    expect(firstPageHasRank(5_000, 4_860, 60, 100_000)).toBe(true);
    expect(firstPageHasRank(5_000, 4_859, 60, 100_000)).toBe(false);
    expect(firstPageHasRank(100, 0, 60, 100_000)).toBe(true);
  });

  it('fill a large screen, and never more than the window', () => {
    expect(firstQueries({ type: 'tail' }, 700, 100_000)[0]?.limit).toBe(700);
    expect(firstQueries({ type: 'tail' }, 60, 50)[0]?.limit).toBe(50);
    expect(firstQueries({ type: 'key', key: begin }, 60, 50).map(({ limit }) => limit)).toEqual([
      25, 25,
    ]);
    expect(firstQueries({ type: 'key', key: begin }, 60, 1).map(({ limit }) => limit)).toEqual([
      1, 1,
    ]);
  });
});

describe('the next page', () => {
  it.each([
    ['continues the nearer side', extent({}), { side: 'older', limit: 5_000 }],
    [
      'continues the newer side where it is nearer',
      extent({ visible: { begin: 7_000, end: 7_030 } }),
      { side: 'newer', limit: 5_000 },
    ],
    [
      'continues the other side where the nearer is open',
      extent({ coverage: { begin: undefined, end } }),
      { side: 'newer', limit: 5_000 },
    ],
    [
      'takes no more than there is room for',
      extent({ rowCount: 98_000, visible: { begin: 40_000, end: 40_030 } }),
      { side: 'older', limit: 2_000 },
    ],
    [
      'is fetched in a full window where the screen comes close to its end',
      extent({ rowCount: 100_000, visible: { begin: 4_999, end: 5_029 } }),
      { side: 'older', limit: 5_000 },
    ],
    [
      'goes ahead of a moving screen where that is less than a page away',
      extent({ visible: { begin: 4_000, end: 5_100 }, heading: 'newer' }),
      { side: 'newer', limit: 5_000 },
    ],
    [
      'leaves what is farther ahead for later',
      extent({ visible: { begin: 4_000, end: 4_030 }, heading: 'newer' }),
      { side: 'older', limit: 5_000 },
    ],
    [
      'goes back where a moving screen has nothing missing ahead',
      extent({ coverage: { begin, end: undefined }, heading: 'newer' }),
      { side: 'older', limit: 5_000 },
    ],
  ])('%s', (_what, given, fill) => {
    expect(nextFill(given)).toEqual(fill);
  });

  it('ends where the range that the feed follows does', () => {
    const range = { begin: { timestamp: 5, id: '' }, end: { timestamp: 30, id: '' } };
    expect(fillQuery({ side: 'older', limit: 7 }, { begin, end }, range)).toEqual({
      start: range.begin,
      stop: begin,
      limit: 7,
      direction: 'backward',
    });
    expect(fillQuery({ side: 'newer', limit: 7 }, { begin, end }, range)).toEqual({
      start: end,
      stop: range.end,
      limit: 7,
      direction: 'forward',
    });
  });

  it.each([
    ['everything is covered', extent({ coverage: { begin: undefined, end: undefined } })],
    ['the window is full', extent({ rowCount: 100_000, visible: { begin: 50_000, end: 50_030 } })],
    ['there is hardly room', extent({ rowCount: 99_500, visible: { begin: 50_000, end: 50_030 } })],
    [
      'the window holds no more than the screen',
      extent({ capacityRows: 30, rowCount: 30, visible: { begin: 0, end: 30 } }),
    ],
  ])('is none where %s', (_what, given) => {
    expect(nextFill(given)).toBeUndefined();
  });

  it('never makes the other side so short that it has to be fetched again', () => {
    for (const capacityRows of [8, 40, 41, 100, 1_000, 200_000]) {
      for (const screenRows of [1, 5, 30]) {
        if (capacityRows - screenRows < 4) continue;
        const visible = { begin: 0, end: screenRows };
        const full = extent({ capacityRows, rowCount: capacityRows, visible });
        const limit = nextFill(full)?.limit ?? 0;
        expect(limit).toBeGreaterThan(0);
        // The page goes in before the screen, and as many rows after it are evicted.
        const moved = { begin: limit, end: limit + screenRows };
        expect(nextFill({ ...full, visible: moved })).toBeUndefined();
      }
    }
  });
});

describe('the side that loses rows', () => {
  it('is the one farther from the screen', () => {
    expect(evictionSide(100, { begin: 80, end: 90 })).toBe('oldest');
    expect(evictionSide(100, { begin: 10, end: 20 })).toBe('newest');
    expect(evictionSide(0, { begin: 0, end: 0 })).toBe('oldest');
  });
});
