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
  engine = await createEngine({ ...sourceOptions, maxCellCharacters: 16 });
  engine.applyFeed(batch(0, [insert(full), insert(bare), insert(empty)]));
});
afterAll(() => {
  engine.delete();
});

const covered = { begin: undefined, end: undefined };

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
    ['123456789012345é', '123456789012345é', false],
    ['123456789012345éx', '123456789012345é', true],
    ['€'.repeat(16), '€'.repeat(16), false],
    ['€'.repeat(17), '€'.repeat(16), true],
    ['😀'.repeat(16), '😀'.repeat(16), false],
    ['😀'.repeat(17), '😀'.repeat(16), true],
    ['', '', false],
  ])('cuts %j to %j', async (message, shown, isCut) => {
    using source = await createEngine({ ...sourceOptions, maxCellCharacters: 16 });
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

  test('reads all events at once as it reads each', () => {
    const block = engine.readRows({ begin: 0, end: 3 });
    expect(block.events()).toEqual([full, bare, empty]);
    expect(block.events()).toEqual([0, 1, 2].map((row) => block.event(row)));
    expect(engine.readRows({ begin: 3, end: 3 }).events()).toEqual([]);
  });

  test('reads texts of any characters, beside each other', async () => {
    using source = await createEngine(sourceOptions);
    const messages = ['plain', 'é', '', '€uro', '😀', '\ufeffmarked', 'nul\u0000', '\uffff', 'end'];
    source.applyFeed(
      batch(
        0,
        messages.map((message, i) =>
          insert({ id: `é${String(i)}`, timestamp: i, message, source: `quelle ${message}` }),
        ),
      ),
    );
    const events = source.readRows({ begin: 0, end: 99 }).events();
    expect(events.map((event) => event['message'])).toEqual(messages);
    expect(events.map((event) => event['source'])).toEqual(
      messages.map((message) => `quelle ${message}`),
    );
    expect(events.map((event) => event['id'])).toEqual(messages.map((_, i) => `é${String(i)}`));
  });

  test('keeps columns that are called like parts of objects', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const awkward: Schema = [
      { name: 'id', type: 'id' },
      { name: 'timestamp', type: 'timestamp' },
      ...names.map((name) => ({ name, type: 'text' as const })),
    ];
    using source = await createEngine({ ...sourceOptions, schema: awkward });
    const fields = names.map((name) => `"${name}":"${name}!"`).join(',');
    const json = `[{"id":"a","timestamp":1,${fields}},{"id":"b","timestamp":2}]`;
    source.applyPage(new TextEncoder().encode(json), { cursor: { epoch: 'e', seq: 1 }, covered });
    const block = source.readRows({ begin: 0, end: 2 });
    for (const [a, b] of [block.events(), [block.event(0), block.event(1)]]) {
      expect(JSON.stringify([a, b])).toBe(json);
      expect(Object.getPrototypeOf(a)).toBe(Object.prototype);
      expect(Object.getPrototypeOf(b)).toBe(Object.prototype);
    }
  });

  test('takes every cell for changed where nobody asked what has', () => {
    const block = engine.readRows({ begin: 0, end: 3 });
    expect(block.changedSince).toBe(0);
    expect(block.changed(2, column.done)).toBe(true);
    expect(() => block.changed(3, 0)).toThrow(RangeError);
    expect(() => block.changed(0, 6)).toThrow(RangeError);
  });

  test('knows which cells have changed where it has a change section', () => {
    // Written by hand, as the layout says: one byte a row, at the end.
    const plain = engine.readRows({ begin: 0, end: 3 }).buffer;
    const buffer = new ArrayBuffer(plain.byteLength + 8);
    const bytes = new Uint8Array(buffer);
    bytes.set(new Uint8Array(plain));
    bytes.set([0b000000, 0b111111, 0b010001], plain.byteLength);
    const view = new DataView(buffer);
    view.setFloat64(40, 17, true);
    view.setUint32(48, buffer.byteLength, true);
    view.setUint32(64, plain.byteLength, true);
    const block = new RowBlock(buffer, schema);
    expect(block.changedSince).toBe(17);
    const changed = [0, 1, 2].map((row) => schema.map((_, i) => block.changed(row, i)));
    expect(changed).toEqual([
      [false, false, false, false, false, false],
      [true, true, true, true, true, true],
      [true, false, false, false, true, false],
    ]);
    expect(block.events()).toEqual([full, bare, empty]);
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

  test('has a row id for an event at a place in time, and another one after it has moved', async () => {
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
    expect(after.get('b')).toBe(before.get('b')); // where it was
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
    expect(() => new RowBlock(patched(4, 1), schema)).toThrow('layout version 1');
    expect(() => new RowBlock(buffer.slice(0, 200), schema)).toThrow(TypeError);
    expect(() => new RowBlock(buffer, wider)).toThrow(TypeError);
    expect(() => new RowBlock(buffer, schema.slice(0, 5))).toThrow(TypeError);
    expect(() => new RowBlock(buffer, other)).toThrow("column 'done'");
    const renamed = schema.map((each) => (each.name === 'done' ? { ...each, name: 'over' } : each));
    expect(() => new RowBlock(buffer, renamed)).toThrow("column 'over' is 'done'");
  });
});

describe('a row block for transport', () => {
  const cursor = { epoch: 'e', seq: 9 };

  test('brings whole events into another engine, whatever its columns', async () => {
    const message = 'longer than sixteen characters';
    using source = await createEngine({ ...sourceOptions, maxCellCharacters: 16 });
    source.applyFeed(batch(0, [insert({ ...full, message }), insert(bare), insert(empty)]));
    const block = source.writeBlock({ begin: 0, end: 9 }).slice();
    using same = await createEngine({ schema });
    expect(same.applyPageBlock(block, { cursor, covered })).toMatchObject({
      status: 'applied',
      error: undefined,
      counts: { inserted: 3, skipped: 0 },
    });
    expect(same.cursor).toEqual(cursor);
    expect(same.coverage).toEqual(covered);
    expect(same.readRows({ begin: 0, end: 9 }).events()).toEqual([
      { ...full, message },
      bare,
      empty,
    ]);

    const narrow: Schema = [
      { name: 'message', type: 'text' },
      { name: 'note', type: 'text' },
      { name: 'timestamp', type: 'timestamp' },
      { name: 'id', type: 'id' },
    ];
    using other = await createEngine({ schema: narrow });
    other.applyPageBlock(block, { cursor, covered });
    expect(other.readRows({ begin: 0, end: 1 }).event(0)).toEqual({
      id: full.id,
      timestamp: full.timestamp,
      message,
    });
  });

  test('is read by a row block as well, but has no row numbers', () => {
    const block = new RowBlock(engine.writeBlock({ begin: 0, end: 3 }).slice().buffer, schema);
    expect(block.events()).toEqual([full, bare, empty]);
    expect(() => block.rowId(0)).toThrow(TypeError);
    expect(() => block.rowVersion(0)).toThrow(TypeError);
  });

  test('that is malformed changes nothing, and says where and why', async () => {
    const block = engine.writeBlock({ begin: 0, end: 3 }).slice();
    using target = await createEngine({ schema });
    for (const [bytes, code, byteOffset, message] of [
      [new Uint8Array(0), 'empty', 0, 'no row block'],
      [block.subarray(0, 100), 'syntax', 100, 'not a row block'],
      [new TextEncoder().encode('[]'), 'syntax', 0, 'not a row block'],
      [Uint8Array.from([...block, 0]), 'trailing_content', block.length, 'follows'],
    ] as const) {
      expect(target.applyPageBlock(bytes, { cursor, covered })).toMatchObject({
        status: 'malformed',
        error: { code, byteOffset, message: expect.stringContaining(message) as string },
      });
    }
    expect(target.applyPageBlock(new Uint8Array(17 << 20), { cursor, covered }).status).toBe(
      'too_large',
    );
    expect(target.rowCount).toBe(0);
    expect(target.cursor).toBeUndefined();
  });
});
