import { createEngine, type Engine, RowBlock, type Schema } from 'eventglass';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  batch,
  column,
  insert,
  schema,
  sourceOptions,
  type TestEvent,
} from './support/test_schema.js';

const full: TestEvent = {
  id: 'full',
  timestamp: 1_700_000_000_000,
  source: 'shop',
  message: '😀 "q"\n<b>',
  amount: -0.5,
  done: false,
};
const bare: TestEvent = { id: 'bare', timestamp: 1_700_000_000_001 };
const empty: TestEvent = {
  id: 'empty',
  timestamp: 1_700_000_000_002,
  source: '',
  message: '',
  amount: 0,
  done: true,
};

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine({ ...sourceOptions, maxCellBytes: 16 });
  engine.applyFeed(batch(0, [insert(full), insert(bare), insert(empty)]));
});
afterAll(() => {
  engine.delete();
});

describe('a row block', () => {
  test('says which rows of how many it holds', () => {
    const block = engine.readRows({ begin: 1, end: 9 });
    expect(block).toMatchObject({
      begin: 1,
      end: 3,
      rowCount: 2,
      viewRowCount: 3,
      version: 1,
      schema,
    });
    expect(block.byteLength).toBe(block.buffer.byteLength);
  });

  test('holds every type, present and absent', () => {
    const block = engine.readRows({ begin: 0, end: 3 });
    expect(block.event(0)).toEqual(full);
    expect(block.event(1)).toEqual(bare);
    expect(block.event(2)).toEqual(empty);
    for (const absent of [column.source, column.message, column.amount, column.done]) {
      expect(block.value(1, absent)).toBeUndefined();
    }
    expect(block.key(0)).toEqual({ timestamp: full.timestamp, id: 'full' });
    expect([0, 1, 2].map((row) => block.rowVersion(row))).toEqual([1, 2, 3]);
    expect(new Set([0, 1, 2].map((row) => block.rowId(row))).size).toBe(3);
  });

  test.each([
    ['1234567890123456', '1234567890123456', false],
    ['12345678901234567', '1234567890123456', true],
    ['123456789012345é', '123456789012345', true],
    ['12345678901234é', '12345678901234é', false],
    ['1234567890123€', '1234567890123€', false],
    ['12345678901234€', '12345678901234', true],
    ['123456789012😀', '123456789012😀', false],
    ['1234567890123😀', '1234567890123', true],
    ['', '', false],
  ])('cuts %j to %j', async (message, shown, isCut) => {
    using source = await createEngine({ ...sourceOptions, maxCellBytes: 16 });
    source.applyFeed(
      batch(0, [insert({ id: 'an id is not cut, long as it is', timestamp: 1, message })]),
    );
    const block = source.readRows({ begin: 0, end: 1 });
    expect(block.value(0, column.message)).toBe(shown);
    expect(block.isCut(0, column.message)).toBe(isCut);
    expect(block.isCut(0, column.id)).toBe(false);
    expect(block.value(0, column.id)).toBe('an id is not cut, long as it is');
    expect(source.readText(0, 'message')).toBe(message);
  });

  test('is not cut where a text is absent', () => {
    expect(engine.readRows({ begin: 1, end: 2 }).isCut(0, column.message)).toBe(false);
  });

  test('goes into a buffer that it fits into, and into one of its own otherwise', () => {
    const large = new ArrayBuffer(10_000);
    const first = engine.readRows({ begin: 0, end: 3 }, large);
    expect(first.buffer).toBe(large);
    expect(first.byteLength).toBeLessThan(10_000);
    expect(first.event(0)).toEqual(full);
    const second = engine.readRows({ begin: 2, end: 3 }, first.buffer);
    expect(second.buffer).toBe(large);
    expect(second.rowCount).toBe(1);
    expect(second.event(0)).toEqual(empty);
    const small = new ArrayBuffer(100);
    const third = engine.readRows({ begin: 0, end: 3 }, small);
    expect(third.buffer).not.toBe(small);
    expect(third.event(2)).toEqual(empty);
  });

  test('can be transferred, and does not come from the heap', () => {
    const block = engine.readRows({ begin: 0, end: 3 });
    const moved = structuredClone(block.buffer, { transfer: [block.buffer] });
    expect(block.buffer.byteLength).toBe(0);
    expect(new RowBlock(moved, schema).event(0)).toEqual(full);
    expect(engine.readRows({ begin: 0, end: 3 }, block.buffer).event(0)).toEqual(full);
  });

  test('keeps row ids while events stay in place, and gives a new one to an event that moves', async () => {
    using source = await createEngine(sourceOptions);
    source.applyFeed(
      batch(0, [insert({ id: 'a', timestamp: 1 }), insert({ id: 'b', timestamp: 2 })]),
    );
    const idsOf = () => {
      const block = source.readRows({ begin: 0, end: 9 });
      return new Map(
        Array.from({ length: block.rowCount }, (_, row) => [block.key(row).id, block.rowId(row)]),
      );
    };
    const before = idsOf();
    source.applyFeed(
      batch(2, [{ op: 'update', id: 'a', set: { amount: 1 } }, insert({ id: 'c', timestamp: 0 })]),
    );
    expect(idsOf().get('a')).toBe(before.get('a'));
    source.applyFeed(
      batch(4, [
        insert({ id: 'a', timestamp: 5 }),
        { op: 'delete', id: 'b' },
        insert({ id: 'b', timestamp: 2 }),
      ]),
    );
    const after = idsOf();
    expect([...before.values()]).not.toContain(after.get('a'));
    expect([...before.values()]).not.toContain(after.get('b'));
  });

  test('refuses rows and columns that it does not have', () => {
    const block = engine.readRows({ begin: 0, end: 3 });
    for (const row of [-1, 3, 0.5, Number.NaN]) {
      expect(() => block.value(row, 0)).toThrow(RangeError);
      expect(() => block.rowId(row)).toThrow(RangeError);
      expect(() => block.rowVersion(row)).toThrow(RangeError);
      expect(() => block.isCut(row, column.message)).toThrow(RangeError);
    }
    expect(() => block.value(0, 6)).toThrow(RangeError);
    expect(() => block.value(0, -1)).toThrow(RangeError);
  });

  test('refuses bytes that are none, and those of another schema', () => {
    const { buffer } = engine.readRows({ begin: 0, end: 3 });
    const patched = (offset: number, value: number) => {
      const copy = buffer.slice(0);
      new DataView(copy).setUint32(offset, value, true);
      return copy;
    };
    const wider: Schema = [...schema, { name: 'note', type: 'text' }];
    const other: Schema = schema.map((each) =>
      each.name === 'done' ? { ...each, type: 'number' } : each,
    );
    expect(() => new RowBlock(new ArrayBuffer(0), schema)).toThrow(TypeError);
    expect(() => new RowBlock(new ArrayBuffer(64), schema)).toThrow(TypeError);
    expect(() => new RowBlock(patched(0, 1), schema)).toThrow(TypeError);
    expect(() => new RowBlock(patched(4, 2), schema)).toThrow('layout version 2');
    expect(() => new RowBlock(buffer.slice(0, 200), schema)).toThrow(TypeError);
    expect(() => new RowBlock(buffer, wider)).toThrow(TypeError);
    expect(() => new RowBlock(buffer, schema.slice(0, 5))).toThrow(TypeError);
    expect(() => new RowBlock(buffer, other)).toThrow("column 'done'");
  });
});
