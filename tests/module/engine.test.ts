import { createEngine, type Engine, MAX_MESSAGE_BYTES, type Schema } from 'eventglass';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  batch,
  bytesOf,
  column,
  everything,
  insert,
  schema,
  sourceOptions,
  type TestEvent,
} from './support/test_schema.js';

const a: TestEvent = {
  id: 'a',
  timestamp: 1,
  source: 'shop',
  message: 'hello',
  amount: 2.5,
  done: true,
};
const b: TestEvent = { id: 'b', timestamp: 2 };

const cursor = { epoch: 'e', seq: 5 };

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine({ schema });
});
afterEach(() => {
  engine.delete();
});

function json(of = engine): unknown {
  return JSON.parse(new TextDecoder().decode(of.writeJson({ begin: 0, end: of.rowCount })));
}

describe('a new engine', () => {
  test('is empty', () => {
    expect(engine.rowCount).toBe(0);
    expect(engine.version).toBe(0);
    expect(engine.cursor).toBeUndefined();
    expect(engine.coverage).toBeUndefined();
    expect(engine.schema).toBe(schema);
    expect(engine.heapBytes).toBeGreaterThan(0);
    expect(json()).toEqual([]);
    expect(engine.readRows({ begin: 0, end: 100 }).rowCount).toBe(0);
    expect(engine.rank({ timestamp: 0, id: '' })).toBe(0);
    expect(engine.indexOf('a')).toBeUndefined();
  });

  test('that is a source covers everything from its cursor on', async () => {
    using source = await createEngine({ schema, sourceCursor: { epoch: 'x', seq: 7 } });
    expect(source.cursor).toEqual({ epoch: 'x', seq: 7 });
    expect(source.coverage).toEqual(everything);
    expect(source.applyFeed(batch(7, [insert(a)], 'x')).counts.inserted).toBe(1);
  });
});

describe('a page', () => {
  test('is applied, and the first one sets the cursor', () => {
    const covered = { begin: { timestamp: 0, id: '' }, end: { timestamp: 3, id: 'x\u0000' } };
    const report = engine.applyPage(bytesOf([a, b]), { cursor, covered });
    expect(report).toEqual({
      status: 'applied',
      error: undefined,
      counts: {
        inserted: 2,
        updated: 0,
        moved: 0,
        deleted: 0,
        stale: 0,
        unknown: 0,
        outsideOlder: 0,
        outsideNewer: 0,
        evicted: 0,
        skipped: 0,
        skippedSamples: [],
      },
    });
    expect(engine.cursor).toEqual(cursor);
    expect(engine.coverage).toEqual(covered);
    expect(json()).toEqual([a, b]);
    expect(engine.version).toBe(1);
  });

  test('that is malformed is refused with code and offset', () => {
    const report = engine.applyPage(bytesOf('[{"id":"a",}]'), { cursor, covered: everything });
    expect(report.status).toBe('malformed');
    expect(report.error).toEqual({ code: 'syntax', message: 'this is not JSON', byteOffset: 11 });
    expect(engine.cursor).toBeUndefined();
  });

  test('of another epoch, disjoint, or inverted, is refused', () => {
    const covered = { begin: { timestamp: 0, id: '' }, end: { timestamp: 5, id: '' } };
    engine.applyPage(bytesOf([a]), { cursor, covered });
    const other = { epoch: 'f', seq: 5 };
    expect(engine.applyPage(bytesOf([]), { cursor: other, covered }).status).toBe('epoch_changed');
    const beyond = { begin: { timestamp: 6, id: '' }, end: undefined };
    expect(engine.applyPage(bytesOf([]), { cursor, covered: beyond }).status).toBe('disjoint');
    const inverted = { begin: { timestamp: 3, id: '' }, end: { timestamp: 2, id: '' } };
    expect(engine.applyPage(bytesOf([]), { cursor, covered: inverted }).status).toBe('disjoint');
    expect(json()).toEqual([a]);
  });

  test('names the events that are left out', () => {
    const events = [{ id: 'x' }, a, { ...b, amount: '1' }, { id: 'late', timestamp: 10 }];
    const covered = { begin: undefined, end: { timestamp: 9, id: '' } };
    const { status, counts } = engine.applyPage(bytesOf(events), { cursor, covered });
    expect(status).toBe('applied');
    expect(counts.inserted).toBe(1);
    expect(counts.skipped).toBe(3);
    expect(counts.skippedSamples).toEqual([
      { index: 0, code: 'missing_timestamp', column: 'timestamp' },
      { index: 2, code: 'wrong_type', column: 'amount' },
      { index: 3, code: 'outside_page', column: '' },
    ]);
  });
});

describe('the feed', () => {
  beforeEach(() => {
    engine.applyPage(bytesOf([a, b]), { cursor, covered: everything });
  });

  test('inserts, updates, moves and deletes', () => {
    const report = engine.applyFeed(
      batch(5, [
        insert({ id: 'c', timestamp: 3 }),
        { op: 'update', id: 'a', set: { amount: 7, message: null } },
        { op: 'update', event: { id: 'b', timestamp: 9 } },
        { op: 'delete', id: 'c' },
        { op: 'delete', id: 'nobody' },
      ]),
    );
    expect(report).toMatchObject({
      status: 'applied',
      type: 'batch',
      epoch: 'e',
      seq: 10,
      reason: '',
    });
    expect(report.error).toBeUndefined();
    expect(report.totalCount).toBeUndefined();
    expect(report.counts).toMatchObject({
      inserted: 1,
      updated: 1,
      moved: 1,
      deleted: 1,
      unknown: 1,
    });
    expect(engine.cursor).toEqual({ epoch: 'e', seq: 10 });
    expect(json()).toEqual([
      { id: 'a', timestamp: 1, source: 'shop', amount: 7, done: true },
      { id: 'b', timestamp: 9 },
    ]);
  });

  test('tells duplicates, gaps and epochs apart', () => {
    expect(engine.applyFeed(batch(4, [{ op: 'delete', id: 'a' }])).status).toBe('duplicate');
    expect(engine.applyFeed(batch(6, [{ op: 'delete', id: 'a' }])).status).toBe('gap');
    expect(engine.applyFeed(batch(5, [], 'f')).status).toBe('epoch_changed');
    expect(json()).toEqual([a, b]);
  });

  test('reports the other messages', () => {
    const feed = (message: object) => engine.applyFeed(bytesOf(message));
    expect(feed({ type: 'progress', epoch: 'e', seq: 5, totalCount: 99 })).toMatchObject({
      status: 'applied',
      type: 'progress',
      seq: 5,
      totalCount: 99,
    });
    expect(feed({ type: 'resume', epoch: 'e', seq: 6 })).toMatchObject({
      status: 'gap',
      type: 'resume',
    });
    expect(feed({ type: 'reset', reason: 'log_truncated', epoch: 'e', seq: 2 })).toMatchObject({
      status: 'reset',
      reason: 'log_truncated',
      seq: 2,
    });
    expect(feed({ type: 'error', code: 'bad_message', message: '?' })).toMatchObject({
      status: 'error',
      type: 'error',
      reason: 'bad_message',
    });
    expect(feed({ type: 'hello' })).toMatchObject({ status: 'malformed', type: '' });
    expect(engine.applyFeed(bytesOf('{"type":')).error).toMatchObject({
      code: 'syntax',
      byteOffset: 8,
    });
  });

  test('is applied again after a page that was under way', () => {
    engine.clear();
    const tail = { begin: { timestamp: 5, id: '' }, end: undefined };
    engine.applyPage(bytesOf([]), { cursor, covered: tail });
    engine.beginRequest();
    const kept = batch(5, [
      { op: 'update', id: 'a', set: { amount: 3 } },
      { op: 'delete', id: 'b' },
    ]);
    expect(engine.applyFeed(kept).counts.unknown).toBe(2);
    const covered = { begin: undefined, end: { timestamp: 5, id: '' } };
    expect(engine.applyPage(bytesOf([a, b]), { cursor, covered }).counts).toMatchObject({
      inserted: 1,
      stale: 1,
    });
    expect(engine.reapplyFeed(kept).counts.updated).toBe(1);
    engine.endRequest();
    expect(json()).toEqual([{ ...a, amount: 3 }]);
  });
});

describe('capacity', () => {
  test('is kept by dropping the side that is asked for', async () => {
    using small = await createEngine({ schema, capacityRows: 2 });
    const c = { id: 'c', timestamp: 3 };
    const report = small.applyPage(bytesOf([a, b, c]), { cursor, covered: everything });
    expect(report.counts.evicted).toBe(1);
    expect(json(small)).toEqual([b, c]);
    small.setEvictionSide('newest');
    small.applyFeed(batch(5, [insert({ id: 'b2', timestamp: 2 })]));
    expect(json(small)).toEqual([b, { id: 'b2', timestamp: 2 }]);
    expect(small.coverage).toEqual({
      begin: { timestamp: 1, id: 'a\u0000' },
      end: { timestamp: 3, id: 'c' },
    });
    small.setEvictionSide('oldest');
    small.applyFeed(batch(6, [insert({ id: 'b3', timestamp: 2 })]));
    expect(small.rowCount).toBe(2);
    expect(small.indexOf('b')).toBeUndefined();
  });
});

describe('places', () => {
  test('are ranks, keys and ids', () => {
    engine.applyPage(bytesOf([a, b, { id: 'é', timestamp: 2 }, { id: '😀', timestamp: 2 }]), {
      cursor,
      covered: everything,
    });
    expect(engine.rank({ timestamp: 2, id: '' })).toBe(1);
    expect(engine.rank({ timestamp: 2, id: 'é' })).toBe(2);
    expect(engine.rank({ timestamp: 2, id: 'é\u0000' })).toBe(3);
    expect(engine.rank({ timestamp: 3, id: '' })).toBe(4);
    expect(engine.rank({ timestamp: -8.64e15, id: '' })).toBe(0);
    expect(engine.keyAt(3)).toEqual({ timestamp: 2, id: '😀' });
    expect(engine.indexOf('😀')).toBe(3);
    expect(engine.indexOf('')).toBeUndefined();
    expect(engine.readRowsAt([3, 0]).key(0)).toEqual({ timestamp: 2, id: '😀' });
  });
});

describe('a large field', () => {
  test('of ten megabytes is cut in blocks and read whole on demand', async () => {
    using source = await createEngine(sourceOptions);
    const message = 'é😀 '.repeat(1_500_000); // 7 bytes each
    expect(
      source.applyFeed(batch(0, [insert({ id: 'big', timestamp: 1, message })])).counts.inserted,
    ).toBe(1);
    const block = source.readRows({ begin: 0, end: 1 });
    expect(block.byteLength).toBeLessThan(4_000);
    expect(block.isCut(0, column.message)).toBe(true);
    expect(block.value(0, column.message)).toBe(`${'é😀 '.repeat(341)}é`);
    expect(source.readText(0, 'message') === message).toBe(true);
  });

  test('at the size limit of a message is taken, and refused beyond it', async () => {
    using source = await createEngine(sourceOptions);
    const padded = (size: number) => {
      const bytes = new Uint8Array(size).fill(0x20);
      bytes.set(batch(0, [insert(a)]));
      return bytes;
    };
    const refused = source.applyFeed(padded(MAX_MESSAGE_BYTES + 1));
    expect(refused).toMatchObject({ status: 'too_large', type: '', error: { code: 'too_large' } });
    expect(refused.counts.inserted).toBe(0);
    expect(
      source.applyPage(padded(MAX_MESSAGE_BYTES + 1), { cursor, covered: everything }).status,
    ).toBe('too_large');
    expect(source.applyFeed(padded(MAX_MESSAGE_BYTES)).counts.inserted).toBe(1);
  });

  test('of brackets is too deep, and the engine goes on', async () => {
    using source = await createEngine(sourceOptions);
    for (const text of ['['.repeat(10 << 20), `${'['.repeat(5 << 20)}${']'.repeat(5 << 20)}`]) {
      expect(
        source.applyPage(bytesOf(text), { cursor: { epoch: 'e', seq: 0 }, covered: everything }),
      ).toMatchObject({
        status: 'malformed',
        error: { code: 'too_deep', byteOffset: 256 },
      });
      expect(source.applyFeed(bytesOf(`{"type":${text}`)).error).toMatchObject({
        code: 'too_deep',
      });
    }
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const objects = `${'{"a":'.repeat(250)}1${'}'.repeat(250)}`;
    const event = (x: string) => bytesOf(`[{"id":"a","timestamp":1,"x":${x}}]`);
    const page = { cursor: { epoch: 'e', seq: 1 }, covered: everything };
    expect(source.applyPage(event(nested(254)), page).status).toBe('applied');
    expect(source.applyPage(event(objects), page).status).toBe('applied');
    expect(source.applyPage(event(nested(255)), page).error?.code).toBe('too_deep');
  });
});

describe('strings', () => {
  test('keep a byte order mark, NULs and every character', async () => {
    using source = await createEngine(sourceOptions);
    const events: TestEvent[] = [
      '\ufeffa byte order mark before a long id',
      '\ufeff',
      'a\u0000b',
      '\u0000',
      '"\\\u2028\u007f',
      '<b>&amp;</b>',
      'שלום',
      '👩‍👩‍👧',
    ].map((text, i) => ({ id: text, timestamp: i, source: text, message: text }));
    expect(source.applyFeed(batch(0, events.map(insert))).counts.inserted).toBe(events.length);
    expect(json(source)).toEqual(events);
    const block = source.readRows({ begin: 0, end: events.length });
    events.forEach((event, i) => {
      expect(block.event(i)).toEqual(event);
      expect(source.keyAt(i)).toEqual({ timestamp: i, id: event.id });
      expect(source.indexOf(event.id)).toBe(i);
      expect(source.readText(i, 'message')).toBe(event.message);
      expect(source.rank({ timestamp: i, id: event.id })).toBe(i);
    });
  });

  test('replace lone surrogates', async () => {
    using source = await createEngine(sourceOptions);
    source.applyFeed(batch(0, [insert({ id: 'a', timestamp: 1, message: 'x\ud800y' })]));
    expect(source.readText(0, 'message')).toBe('x\ufffdy');
    expect(source.indexOf('\ud800')).toBeUndefined();
  });
});

describe('wrong use', () => {
  test.each([
    [{ capacityRows: 0 }, RangeError],
    [{ capacityRows: 1.5 }, RangeError],
    [{ capacityRows: 2 ** 31 + 1 }, RangeError],
    [{ maxCellCharacters: 0 }, RangeError],
    [{ maxCellCharacters: Number.NaN }, RangeError],
    [{ sourceCursor: { epoch: 'e', seq: -1 } }, RangeError],
    [{ sourceCursor: { epoch: 'e', seq: 2 ** 53 } }, RangeError],
    [{ schema: [] }, TypeError],
    [{ schema: [...schema, { name: 'id', type: 'text' }] }, TypeError],
    [{ schema: [...schema, { name: 'x', type: 'blob' }] as unknown as Schema }, TypeError],
    [{ schema: [...schema, { name: '', type: 'text' }] }, TypeError],
  ] as const)('%j is refused', async (options, error) => {
    await expect(createEngine({ schema, ...options })).rejects.toThrow(error);
  });

  test('of rows, ranges and columns throws a RangeError', () => {
    engine.applyPage(bytesOf([a]), { cursor, covered: everything });
    const uses: (() => unknown)[] = [
      () => engine.keyAt(1),
      () => engine.keyAt(-1),
      () => engine.keyAt(0.5),
      () => engine.readText(1, 'message'),
      () => engine.readText(0, 'source'),
      () => engine.readText(0, 'nobody'),
      () => engine.readRowsAt([0, 1]),
      () => engine.readRowsAt([Number.NaN]),
      () => engine.readRows({ begin: 2, end: 1 }),
      () => engine.readRows({ begin: -1, end: 1 }),
      () => engine.readRows({ begin: 0, end: Infinity }),
      () => engine.writeJson({ begin: 0.5, end: 1 }),
      () => engine.rank({ timestamp: 1.5, id: '' }),
      () => engine.rank({ timestamp: Number.NaN, id: '' }),
      () => engine.endRequest(),
      () => engine.applyPage(bytesOf([]), { cursor: { epoch: 'e', seq: -1 }, covered: everything }),
      () =>
        engine.applyPage(bytesOf([]), {
          cursor,
          covered: { begin: { timestamp: 0.5, id: '' }, end: undefined },
        }),
    ];
    for (const use of uses) expect(use, use.toString()).toThrow(RangeError);
    expect(json()).toEqual([a]);
  });

  test('of ranges beyond the window is cut', () => {
    engine.applyPage(bytesOf([a, b]), { cursor, covered: everything });
    expect(engine.readRows({ begin: 1, end: Number.MAX_SAFE_INTEGER }).rowCount).toBe(1);
    expect(engine.readRows({ begin: 2 ** 40, end: 2 ** 41 })).toMatchObject({
      rowCount: 0,
      begin: 2,
    });
    expect(engine.writeJson({ begin: 5, end: 9 })).toEqual(bytesOf([]));
  });

  test('after delete throws, and deleting again does nothing', () => {
    engine.delete();
    engine.delete();
    expect(() => engine.rowCount).toThrow('deleted');
    expect(() => engine.cursor).toThrow('deleted');
    expect(() => engine.heapBytes).toThrow('deleted');
    expect(() => engine.applyFeed(bytesOf({}))).toThrow('deleted');
    expect(() => engine.applyPage(bytesOf([]), { cursor, covered: everything })).toThrow('deleted');
    expect(() => engine.readRows({ begin: 0, end: 1 })).toThrow('deleted');
    expect(() => {
      engine.clear();
    }).toThrow('deleted');
  });
});

describe('lifetime', () => {
  test('ends with the block that owns it', async () => {
    let escaped: Engine;
    {
      using owned = await createEngine({ schema });
      escaped = owned;
    }
    expect(() => escaped.rowCount).toThrow('deleted');
  });

  test('is each engine its own', async () => {
    using one = await createEngine(sourceOptions);
    using two = await createEngine(sourceOptions);
    one.applyFeed(batch(0, [insert(a)]));
    two.applyFeed(batch(0, [insert(b), insert({ id: 'c', timestamp: 9 })]));
    const view = two.writeJson({ begin: 0, end: 9 });
    one.applyFeed(batch(1, [{ op: 'delete', id: 'a' }]));
    expect(one.rowCount).toBe(0);
    expect(new TextDecoder().decode(view)).toBe(
      '[{"id":"b","timestamp":2},{"id":"c","timestamp":9}]',
    );
    one.delete();
    expect(two.rowCount).toBe(2);
  });

  test('a thousand engines come and go', async () => {
    for (let i = 0; i < 1_000; i++) {
      using passing = await createEngine(sourceOptions);
      if (passing.applyFeed(batch(0, [insert(a)])).counts.inserted !== 1)
        throw new Error(`engine ${i}`);
    }
  });

  test('clearing and filling again and again does not grow the heap', async () => {
    using source = await createEngine({ schema });
    const events = Array.from({ length: 2_000 }, (_, i) => ({
      id: `id${i}`,
      timestamp: i,
      message: 'm'.repeat(200),
    }));
    const bytes = bytesOf(events);
    let heapBytes = 0;
    for (let round = 0; round < 60; round++) {
      source.clear();
      source.applyPage(bytes, { cursor, covered: everything });
      if (round === 10) heapBytes = source.heapBytes;
    }
    expect(source.rowCount).toBe(2_000);
    expect(source.heapBytes).toBe(heapBytes);
  });
});
