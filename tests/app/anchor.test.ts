import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Anchor } from '../../table/src/timeline/anchor.js';
import { AnchorWorld, screenRowCount } from './support/anchor_world.js';

const rowsAt = (begin: number, ids: string) => ({
  begin,
  rowCount: 100_000,
  rows: ids.split('').map((id) => ({ id, timestamp: 0 })),
});
const rank = (value: number) => ({ type: 'rank', rank: value }) as const;
const key = (id: string, rowOffset = 0) =>
  ({ type: 'key', key: { id, timestamp: 0 }, rowOffset }) as const;

describe('what is asked for', () => {
  const known = rowsAt(1_000, 'abcde');

  test.each([
    { name: 'a known row', row: 1_002, target: key('c') },
    { name: 'a row below the known ones', row: 1_504, target: key('e', 500) },
    { name: 'a row above the known ones', row: 500, target: key('a', -500) },
    { name: 'a row far below', row: 1_505, target: rank(1_505) },
    { name: 'a row far above', row: 499, target: rank(499) },
  ])('is told by the nearest known row, as far as one is near: $name', ({ row, target }) => {
    expect(new Anchor().target(row, known)).toEqual(target);
  });

  test('is a rank where no row is known', () => {
    expect(new Anchor().target(3, rowsAt(0, ''))).toEqual(rank(3));
  });

  test('stays the same rank while the reader scrolls about it, so that its answer can come', () => {
    const anchor = new Anchor();
    anchor.asked(1, rank(50_000), 50_000);
    expect(anchor.target(50_100, known)).toEqual(rank(50_000));
    expect(anchor.target(49_900, known)).toEqual(rank(50_000));
    expect(anchor.target(50_101, known)).toEqual(rank(50_101));
    anchor.asked(2, key('a'), 1_000);
    expect(anchor.target(50_100, known)).toEqual(rank(50_100));
  });
});

describe('the viewport', () => {
  const screen = (begin: number) => ({ begin, end: begin + 2 });

  test('follows its rows where others came above, wherever an answer says that its target is', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('c'), 102);
    const answer = { requestId: 1, topRank: 90 };
    expect(anchor.follow(rowsAt(100, 'abcd'), rowsAt(103, 'abcd'), screen(102), answer)).toBe(3);
  });

  test('follows the answer where every row that was known is gone', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('c'), 102);
    const answer = { requestId: 1, topRank: 40 };
    expect(anchor.follow(rowsAt(100, 'abcd'), rowsAt(40, 'xyz'), screen(102), answer)).toBe(-62);
  });

  test('follows the answer of a place jumped to, from then on', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('x'), undefined);
    anchor.landed(1, 500);
    const answer = { requestId: 1, topRank: 507 };
    expect(anchor.follow(rowsAt(500, 'xy'), rowsAt(507, 'z'), screen(500), answer)).toBe(7);
  });

  test('is at the row that had the rank asked for, once that has come', () => {
    const anchor = new Anchor();
    anchor.asked(1, rank(50_000), 50_000);
    const answer = { requestId: 1, topRank: 50_003 };
    expect(anchor.follow(rowsAt(0, 'ab'), rowsAt(50_002, 'xyz'), screen(50_000), answer)).toBe(3);
  });

  test('is told shifts once: rows first, then the answer of an earlier request', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('a'), 100);
    anchor.asked(2, key('b'), 101);
    const first = { requestId: 1, topRank: 105 };
    expect(anchor.follow(rowsAt(100, 'abc'), rowsAt(105, 'abc'), screen(101), first)).toBe(5);
    const second = { requestId: 2, topRank: 108 };
    expect(anchor.follow(rowsAt(105, 'abc'), rowsAt(108, 'xyz'), screen(106), second)).toBe(2);
  });

  test.each([
    { name: 'rows of the place before', requestId: 1, topRank: 107 },
    { name: 'the live end', requestId: 2, topRank: 99 },
    { name: 'a request that is forgotten', requestId: 0, topRank: 5_000 },
  ])('stays at its rank far from all known rows, whatever happens to those: $name', (answer) => {
    const anchor = new Anchor();
    anchor.asked(1, key('a'), 100);
    anchor.asked(2, { type: 'live' }, 100);
    anchor.asked(3, rank(50_000), 50_000);
    expect(anchor.follow(rowsAt(100, 'abc'), rowsAt(107, 'abc'), screen(50_000), answer)).toBe(0);
  });

  test('keeps its rows where those of a place come that the reader has left', () => {
    const anchor = new Anchor();
    anchor.asked(1, rank(50_000), 50_000);
    anchor.asked(2, key('a'), 100);
    const [older, elsewhere] = [rowsAt(100, 'abc'), rowsAt(50_000, 'xyz')];
    const left = { requestId: 1, topRank: 50_000 };
    expect(anchor.follow(older, elsewhere, screen(100), left)).toBeUndefined();
    // Nothing of what they said counts: the next rows are told by those that stayed.
    const next = { requestId: 2, topRank: 101 };
    expect(anchor.follow(older, rowsAt(101, 'abc'), screen(100), next)).toBe(1);
  });

  test('takes rows that came far above with its own for its own, by an older answer too', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('b'), 101);
    anchor.asked(2, key('c'), 102);
    const answer = { requestId: 1, topRank: 5_101 };
    expect(anchor.follow(rowsAt(100, 'abcd'), rowsAt(5_100, 'abcd'), screen(102), answer)).toBe(
      5_000,
    );
  });

  test('gives its rows up where the newest answer no longer has them', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('a', -1), 99);
    const answer = { requestId: 1, topRank: 5_000 };
    expect(anchor.follow(rowsAt(100, 'abc'), rowsAt(5_000, 'xy'), screen(99), answer)).toBe(0);
  });

  test('is not pulled back by an answer that is cut where the loaded rows end', () => {
    const anchor = new Anchor();
    anchor.asked(1, key('d', 300), 403);
    const answer = { requestId: 1, topRank: 350 };
    expect(anchor.follow(rowsAt(100, 'abcd'), rowsAt(348, 'xyz'), screen(403), answer)).toBe(0);
  });

  test('stays within a timeline that has become shorter, and is told so once', () => {
    const anchor = new Anchor();
    anchor.asked(1, rank(50_000), 50_000);
    const shorter = { ...rowsAt(0, 'ab'), rowCount: 40_000 };
    const older = { requestId: 0, topRank: 0 };
    expect(anchor.follow(rowsAt(0, 'ab'), shorter, screen(50_000), older)).toBe(-10_001);
    const answer = { requestId: 1, topRank: 39_999 };
    const newer = { ...rowsAt(39_998, 'xy'), rowCount: 40_000 };
    expect(anchor.follow(shorter, newer, screen(39_999), answer)).toBe(0);
    const none = { begin: 0, rows: [], rowCount: 0 };
    expect(anchor.follow(newer, none, screen(39_999), answer)).toBe(-39_999);
  });

  test('takes the rows of any place where it has none', () => {
    const anchor = new Anchor();
    anchor.asked(1, rank(50_000), 50_000);
    anchor.asked(2, rank(80_000), 80_000);
    const answer = { requestId: 1, topRank: 50_000 };
    expect(anchor.follow(rowsAt(0, 'ab'), rowsAt(50_000, 'xy'), screen(80_000), answer)).toBe(0);
  });
});

const show = { type: 'show' } as const;
const deliver = { type: 'deliver' } as const;

const fractions = fc.double({ min: 0, max: 1, noNaN: true });
const actions = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('insert' as const), at: fractions, count: fc.nat(60) }),
    fc.record({ type: fc.constant('delete' as const), at: fractions, count: fc.nat(20) }),
    fc.record({ type: fc.constant('drag' as const), to: fractions }),
    fc.record({ type: fc.constant('wheel' as const), rows: fc.integer({ min: -90, max: 90 }) }),
    fc.constant(show),
    fc.constant(deliver),
  ),
  { maxLength: 60 },
);

describe('a reader of a timeline that changes while answers are under way', () => {
  test('sees no row move that they do not move', () => {
    fc.assert(
      fc.property(actions, (list) => {
        const world = new AnchorWorld(10_000);
        for (const action of list) {
          const before = world.onScreen();
          const isMoved = world.run(action);
          if (isMoved) continue;
          const after = new Map(world.onScreen().map((row) => [row.id, row.topRow]));
          const stayed = before.find(({ id }) => after.has(id));
          // At the timeline's first row nothing is left above to make up for one that went.
          if (stayed && world.topRank > 0) expect(after.get(stayed.id)).toBe(stayed.topRow);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('has the row with the rank that they dragged to at the top once it has come', () => {
    fc.assert(
      fc.property(actions, fractions, actions, (list, to, later) => {
        const world = new AnchorWorld(10_000);
        for (const action of list) world.run(action);
        world.run({ type: 'drag', to });
        const { asked, topRank } = world;
        if (asked.target.type !== 'rank' || asked.target.rank !== topRank) return;
        const meanwhile = later.filter(({ type }) => type !== 'drag' && type !== 'wheel');
        for (const action of [...meanwhile, show, deliver]) {
          const before = world.topRank;
          world.run(action);
          // Rows of an older answer may be near enough to ask for the others by them.
          if (world.answered?.requestId === asked.id || world.asked !== asked) break;
          // It stays as it is, or is the last row of a timeline that has become shorter.
          expect([before, world.rowCount - 1]).toContain(world.topRank);
        }
        if (world.answered?.requestId !== asked.id) return;
        expect(world.topRank).toBe(world.answered.topRank);
      }),
      { numRuns: 1_000 },
    );
  });

  test('has every row of the screen after a few answers, wherever they end', () => {
    fc.assert(
      fc.property(actions, (list) => {
        const world = new AnchorWorld(10_000);
        for (const action of list) world.run(action);
        for (let round = 0; round < 3; round++) {
          world.run(show);
          world.run(deliver);
        }
        const rowsBelow = world.rowCount - world.topRank;
        expect(world.onScreen()).toHaveLength(Math.min(screenRowCount, rowsBelow));
      }),
      { numRuns: 500 },
    );
  });
});
