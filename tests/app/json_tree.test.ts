import { describe, expect, test } from 'vitest';
import {
  containerLine,
  firstOpen,
  firstTextLength,
  isChanged,
  maxLevel,
  memberStep,
  textStep,
  treeLines,
  type Unfolded,
} from '../../app/src/lib/detail/json_tree.js';

const unfolded = (
  open: readonly string[],
  more: Readonly<Record<string, number>> = {},
): Unfolded => ({
  open: new Set(open),
  more: new Map(Object.entries(more)),
});

const event = { id: 'a', n: 1.5, none: null, yes: true, list: [], p: { x: [10, { y: 'z' }] } };

describe('the lines of a tree', () => {
  test('are those of what is open', () => {
    const closed = treeLines(event, unfolded([]));
    expect(closed.map(({ path, kind, text, isOpen }) => [path, kind, text, isOpen])).toEqual([
      ['/id', 'string', 'a', undefined],
      ['/n', 'number', '1.5', undefined],
      ['/none', 'null', 'null', undefined],
      ['/yes', 'boolean', 'true', undefined],
      ['/list', 'array', '[ ]', undefined],
      ['/p', 'object', '1 member', false],
    ]);
    const open = treeLines(event, unfolded(['/p', '/p/x', '/p/x/1']));
    expect(open.slice(5).map(({ path, level, name }) => [path, level, name])).toEqual([
      ['/p', 1, 'p'],
      ['/p/x', 2, 'x'],
      ['/p/x/0', 3, '0'],
      ['/p/x/1', 3, '1'],
      ['/p/x/1/y', 4, 'y'],
    ]);
    expect(treeLines(event, unfolded(['/p/x']))).toHaveLength(6);
  });

  test('show control characters, but end where the text has line ends', () => {
    const [line] = treeLines({ 'a\nb': 'x\r\ny\u0000\u202e' }, unfolded([]));
    expect([line?.name, line?.text]).toEqual(['a␊b', 'x\ny␀\u202e']);
  });

  test('are at most so many of a container, and more on demand', () => {
    const value = { list: Array.from({ length: 2.5 * memberStep }, (_, i) => i) };
    const linesAfter = (presses: number) =>
      treeLines(value, unfolded(['/list'], { '/list': presses }));
    expect(linesAfter(0)).toHaveLength(1 + memberStep + 1);
    expect(linesAfter(0).at(-1)).toMatchObject({
      kind: 'more',
      path: '/list',
      rest: 'show 100 more of 150',
    });
    expect(linesAfter(1).at(-1)?.rest).toBe('show 50 more of 50');
    expect(linesAfter(2)).toHaveLength(1 + 2.5 * memberStep);
  });

  test('cut long texts between characters, and show more on demand', () => {
    const text = `x${'😀'.repeat(firstTextLength / 2)}`;
    const [line] = treeLines({ text }, unfolded([]));
    expect(line?.text).toBe(`x${'😀'.repeat(firstTextLength / 2 - 1)}…`);
    expect(line?.rest).toBe('show all 401 characters');
    expect(treeLines({ text }, unfolded([], { '/text': 1 }))[0]).toMatchObject({
      text,
      rest: undefined,
    });
    const huge = { text: 'y'.repeat(1_000_000) };
    expect(treeLines(huge, unfolded([], { '/text': 1 }))[0]).toMatchObject({
      text: `${'y'.repeat(firstTextLength + textStep)}…`,
      rest: 'show 20,000 more of 1,000,000 characters',
    });
  });

  test('end at a depth, which says so', () => {
    const value: unknown = JSON.parse(`${'['.repeat(9_000)}1${']'.repeat(9_000)}`);
    const paths = Array.from({ length: maxLevel + 1 }, (_, i) => '/0'.repeat(i));
    const lines = treeLines(value, unfolded(paths));
    expect(lines).toHaveLength(maxLevel);
    expect(lines.at(-1)).toMatchObject({
      isOpen: undefined,
      text: '1 item, nested too deep to be shown',
    });
  });

  test('lead to their container', () => {
    const lines = treeLines(event, unfolded(['/p', '/p/x', '/p/x/1']));
    expect([0, 5, 6, 8, 9].map((i) => containerLine(lines, i))).toEqual([0, 5, 5, 6, 8]);
  });
});

describe('what is open at first', () => {
  test('is all of a usual payload', () => {
    expect([...firstOpen(event)]).toEqual(['/p', '/p/x', '/p/x/1']);
  });

  test('is what comes to few lines', () => {
    const big = { big: Array.from({ length: 500 }, () => [1]), small: { x: { y: 1 } } };
    expect([...firstOpen(big)]).toEqual(['/small', '/small/x']);
    const wide = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`k${String(i)}`, [i]]));
    expect([...firstOpen(wide)]).toEqual([]);
    const deep: unknown = JSON.parse(`${'['.repeat(9_000)}1${']'.repeat(9_000)}`);
    expect(treeLines(deep, { open: firstOpen(deep), more: new Map() }).length).toBeLessThan(100);
  });
});

describe('a line', () => {
  test('is changed if its value is, or one that can’t be seen within it', () => {
    const changed = new Set(['/p/x/0', '/idea']);
    const marked = (open: readonly string[]) =>
      treeLines(event, unfolded(open)).filter((line) => isChanged(line, changed));
    expect(marked([]).map(({ path }) => path)).toEqual(['/p']);
    expect(marked(['/p']).map(({ path }) => path)).toEqual(['/p/x']);
    expect(marked(['/p', '/p/x']).map(({ path }) => path)).toEqual(['/p/x/0']);
  });
});
