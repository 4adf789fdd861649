import { describe, expect, test } from 'vitest';
import { changesBetween, maxChanges } from '../../app/src/lib/detail/json_changes.js';

describe('changes between two states', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [['/a', '1', '2']]],
    [{ a: 1 }, { a: '1' }, [['/a', '1', '1']]],
    [{}, { a: null }, [['/a', undefined, 'null']]],
    [{ a: true }, {}, [['/a', 'true', undefined]]],
    [
      { p: { x: [1, 2] } },
      { p: { x: [1, 3, 4] } },
      [
        ['/p/x/1', '2', '3'],
        ['/p/x/2', undefined, '4'],
      ],
    ],
    [{ p: [] }, { p: {} }, [['/p', '[ 0 ]', '{ 0 }']]],
    [{ p: { x: 1 } }, { p: 5 }, [['/p', '{ 1 }', '5']]],
    [{ 'a/b~': 1 }, { 'a/b~': 2 }, [['/a~1b~0', '1', '2']]],
  ] as const)('%j to %j', (older, newer, expected) => {
    expect(changesBetween(older, newer).map((c) => [c.path, c.before, c.after])).toEqual(expected);
  });

  test('name members that objects have by nature', () => {
    const older: unknown = JSON.parse('{"__proto__":1,"constructor":{"x":1}}');
    const newer: unknown = JSON.parse('{"__proto__":2,"constructor":{"x":2}}');
    expect(changesBetween(older, newer).map(({ path }) => path)).toEqual([
      '/__proto__',
      '/constructor/x',
    ]);
    expect(changesBetween({}, {})).toEqual([]);
  });

  test('are at most a list full, their texts short, their depth bounded', () => {
    const many = (value: number) => Array.from({ length: maxChanges + 9 }, () => value);
    expect(changesBetween(many(1), many(2))).toHaveLength(maxChanges);
    const [change] = changesBetween({ a: '' }, { a: '😀'.repeat(1_000) });
    expect(change?.after).toBe(`${'😀'.repeat(80)}…`);
    const deep = (leaf: number): unknown =>
      JSON.parse('['.repeat(9_000) + String(leaf) + ']'.repeat(9_000));
    expect(changesBetween(deep(1), deep(2))).toEqual([]);
  });
});
