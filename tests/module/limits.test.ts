import { createEngine, type Engine, MAX_MESSAGE_BYTES, type Schema } from 'eventglass';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  batch,
  bytesOf,
  everything,
  insert,
  schema,
  sourceOptions,
  type TestEvent,
} from './support/test_schema.js';

const cursor = { epoch: 'e', seq: 5 };

/** Distinct values of a dictionary column; `kMaxValues` of the engine. */
const MAX_DICTIONARY_VALUES = 2 ** 20;

function timeline(begin: number, end: number): TestEvent[] {
  return Array.from({ length: end - begin }, (_, i) => ({
    id: `id${begin + i}`,
    timestamp: begin + i,
  }));
}

function ndjson(events: readonly object[]): Uint8Array {
  return bytesOf(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

function timestampsOf(engine: Engine): unknown[] {
  return engine
    .readRows({ begin: 0, end: engine.rowCount })
    .events()
    .map((event) => event['timestamp']);
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, i) => begin + i);
}

/** The coverage that begins right after an event of the timeline. */
function after(n: number): { timestamp: number; id: string } {
  return { timestamp: n, id: `id${n}\u0000` };
}

describe('the capacity in rows', () => {
  test('is kept while a page comes in pieces, and the coverage ends where rows were dropped', async () => {
    using engine = await createEngine({ schema, capacityRows: 100 });
    const page = engine.openPage({ cursor, covered: everything, format: 'ndjson' });
    let evicted = 0;
    for (let begin = 0; begin < 250; begin += 50) {
      const report = page.write(ndjson(timeline(begin, begin + 50)));
      expect(report).toMatchObject({ status: 'applied', counts: { inserted: 50 } });
      evicted += report.counts.evicted;
      expect(timestampsOf(engine)).toEqual(range(Math.max(0, begin - 50), begin + 50));
      expect(engine.coverage).toBeUndefined();
    }
    expect(page.end().status).toBe('applied');
    expect(evicted).toBe(150);
    expect(engine.coverage).toEqual({ begin: after(149), end: undefined });
    expect(timestampsOf(engine)).toEqual(range(150, 250));
    // What was dropped can be fetched again, and is dropped again.
    const older = { begin: undefined, end: after(149) };
    const again = engine.applyPage(bytesOf(timeline(140, 150)), { cursor, covered: older });
    expect(again).toMatchObject({ status: 'applied', counts: { evicted: 10 } });
    expect(engine.coverage).toEqual({ begin: after(149), end: undefined });
  });

  describe('with a page into the past, and the newest side dropped', () => {
    const tail = { begin: { timestamp: 80, id: '' }, end: undefined };
    const head = { begin: { timestamp: 0, id: '' }, end: { timestamp: 80, id: '' } };
    let engine: Engine;

    beforeEach(async () => {
      engine = await createEngine({ schema, capacityRows: 100 });
      engine.setEvictionSide('newest');
      engine.applyPage(bytesOf(timeline(80, 160)), { cursor, covered: tail });
    });
    afterEach(() => {
      engine.delete();
    });

    test('is kept by each piece', () => {
      const page = engine.openPage({ cursor, covered: head, format: 'ndjson' });
      for (let end = 80; end > 0; end -= 20) {
        page.write(ndjson(timeline(end - 20, end)));
        expect(timestampsOf(engine)).toEqual(range(end - 20, Math.min(160, end + 80)));
      }
      expect(page.end().status).toBe('applied');
      expect(engine.coverage).toEqual({
        begin: { timestamp: 0, id: '' },
        end: { timestamp: 100, id: 'id100' },
      });
      expect(timestampsOf(engine)).toEqual(range(0, 100));
    });

    test('takes what was dropped out of the coverage before the page ends', () => {
      const page = engine.openPage({ cursor, covered: head, format: 'ndjson' });
      expect(page.write(ndjson(timeline(40, 80))).counts.evicted).toBe(20);
      expect(timestampsOf(engine)).toEqual(range(40, 140));
      expect(engine.coverage).toEqual({
        begin: { timestamp: 80, id: '' },
        end: { timestamp: 140, id: 'id140' },
      });
    });

    test('holds when the page is given up', () => {
      const page = engine.openPage({ cursor, covered: head, format: 'ndjson' });
      page.write(ndjson(timeline(40, 80)));
      page.abort();
      expect(timestampsOf(engine)).toEqual(range(80, 140));
      expect(engine.coverage).toEqual({
        begin: { timestamp: 80, id: '' },
        end: { timestamp: 140, id: 'id140' },
      });
    });
  });

  test('holds for views', async () => {
    using engine = await createEngine({ schema, capacityRows: 100 });
    using view = engine.openView({
      filter: 'id:*',
      order: { column: 'timestamp', direction: 'descending' },
    });
    const page = engine.openPage({ cursor, covered: everything, format: 'ndjson' });
    page.write(ndjson(timeline(0, 250)));
    page.end();
    const rows = view.readRows({ begin: 0, end: 999 }).events();
    expect(rows.map((event) => event['timestamp'])).toEqual(range(150, 250).reverse());
  });
});

describe('a dictionary', () => {
  const small: Schema = [
    { name: 'id', type: 'id' },
    { name: 'timestamp', type: 'timestamp' },
    { name: 'source', type: 'dictionary' },
  ];

  test('takes 2^20 values, and the next one is left out', { timeout: 60_000 }, async () => {
    using engine = await createEngine({
      schema: small,
      capacityRows: MAX_DICTIONARY_VALUES + 10,
      sourceCursor: { epoch: 'e', seq: 0 },
    });
    const page = engine.openPage({
      cursor: { epoch: 'e', seq: 1 },
      covered: everything,
      format: 'ndjson',
    });
    const pieceRows = 2 ** 16;
    let inserted = 0;
    for (let begin = 0; begin < MAX_DICTIONARY_VALUES; begin += pieceRows) {
      let text = '';
      for (let i = begin; i < begin + pieceRows; i++) {
        text += `{"id":"${i}","timestamp":${i},"source":"s${i}"}\n`;
      }
      const { status, counts } = page.write(bytesOf(text));
      expect([status, counts.skipped]).toEqual(['applied', 0]);
      inserted += counts.inserted;
    }
    expect(inserted).toBe(MAX_DICTIONARY_VALUES);
    const over = { id: 'over', timestamp: 0, source: 'one more' };
    const report = page.write(ndjson([over, { id: 'known', timestamp: 0, source: 's7' }]));
    expect(report).toMatchObject({
      status: 'applied',
      counts: {
        inserted: 1,
        skipped: 1,
        skippedSamples: [
          { index: MAX_DICTIONARY_VALUES, code: 'dictionary_full', column: 'source' },
        ],
      },
    });
    expect(page.end().status).toBe('applied');

    const fed = engine.applyFeed(
      batch(0, [insert(over), { op: 'update', id: '5', set: { source: 'one more' } }]),
    );
    expect(fed).toMatchObject({
      status: 'applied',
      counts: { inserted: 0, updated: 0, skipped: 2 },
    });
    expect(engine.cursor).toEqual({ epoch: 'e', seq: 2 });
    expect(engine.rowCount).toBe(MAX_DICTIONARY_VALUES + 1);
    expect(engine.indexOf('over')).toBeUndefined();
    for (const i of [0, 1, 5, 123_456, MAX_DICTIONARY_VALUES - 1]) {
      const index = engine.indexOf(String(i));
      expect(engine.readRowsAt([Number(index)]).event(0)).toEqual({
        id: String(i),
        timestamp: i,
        source: `s${i}`,
      });
    }
    using view = engine.openView({ filter: 'source:S7' });
    expect(view.rowCount).toBe(2);
    expect(engine.facet('source', 1)).toEqual({
      values: [{ value: 's7', count: 2 }],
      distinctCount: MAX_DICTIONARY_VALUES,
      missingCount: 0,
    });

    // A value that no row has any more makes room for one.
    const freed = batch(2, [{ op: 'update', id: '9', set: { source: null } }, insert(over)]);
    expect(engine.applyFeed(freed).counts).toMatchObject({ inserted: 1, updated: 1, skipped: 0 });
    expect(engine.facet('source', 1)).toEqual({
      values: [{ value: 's7', count: 2 }],
      distinctCount: MAX_DICTIONARY_VALUES,
      missingCount: 1,
    });
    const index = engine.indexOf('over');
    expect(engine.readRowsAt([Number(index)]).event(0)).toEqual(over);
  });
});

describe('a heap that may not grow', () => {
  /** Makes growing fail as browsers do, where memory or the limit of the page is used up. */
  function refuseGrowth(): void {
    vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
    });
  }
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const message = 'm'.repeat(500);
  function filling(begin: number, count: number): TestEvent[] {
    return timeline(begin, begin + count).map((event) => ({ ...event, message }));
  }

  /** Feeds batches until one is refused; answers that one, and the rows before it. */
  function fill(engine: Engine, batchRows: number): { refused: Uint8Array; rows: number } {
    for (;;) {
      const rows = engine.rowCount;
      const bytes = batch(rows, filling(rows, batchRows).map(insert));
      const { status, counts } = engine.applyFeed(bytes);
      if (status === 'out_of_memory') {
        expect(counts.inserted).toBe(0);
        return { refused: bytes, rows };
      }
      expect([status, counts.inserted]).toEqual(['applied', batchRows]);
    }
  }

  function expectIntact(engine: Engine, rows: number): void {
    expect(engine.rowCount).toBe(rows);
    const step = 100;
    for (let begin = 0; begin < rows; begin += step) {
      const read = engine.readRows({ begin, end: begin + step }).events();
      const expected = filling(begin, Math.min(step, rows - begin));
      if (JSON.stringify(read) !== JSON.stringify(expected)) expect(read).toEqual(expected);
    }
    expect(engine.indexOf(`id${rows - 1}`)).toBe(rows - 1);
    expect(engine.indexOf(`id${rows}`)).toBeUndefined();
  }

  test('refuses a batch whole, which applies when there is memory again', async () => {
    using engine = await createEngine(sourceOptions);
    expect(engine.applyFeed(batch(0, filling(0, 500).map(insert))).status).toBe('applied');
    using view = engine.openView({ filter: 'm', order: { column: 'id' } });
    refuseGrowth();
    const { heapBytes } = engine;
    const { refused, rows } = fill(engine, 500);
    expect(rows).toBeGreaterThan(500);
    expect(engine.heapBytes).toBe(heapBytes);
    expect(engine.cursor).toEqual({ epoch: 'e', seq: rows });
    expectIntact(engine, rows);
    expect(view.rowCount).toBe(rows);
    expect(engine.reapplyFeed(refused).status).toBe('out_of_memory');
    expect(engine.applyFeed(refused).status).toBe('out_of_memory');
    const { version } = engine;
    expect(engine.cursor).toEqual({ epoch: 'e', seq: rows });

    vi.restoreAllMocks();
    expect(engine.applyFeed(refused)).toMatchObject({
      status: 'applied',
      counts: { inserted: 500 },
    });
    expect(engine.version).toBeGreaterThan(version);
    expect(engine.heapBytes).toBeGreaterThan(heapBytes);
    expect(engine.cursor).toEqual({ epoch: 'e', seq: rows + 500 });
    expectIntact(engine, rows + 500);
    expect(view.rowCount).toBe(rows + 500);
  });

  test.each([
    ['readRows', (engine: Engine) => engine.readRows({ begin: 0, end: engine.rowCount })],
    ['writeJson', (engine: Engine) => engine.writeJson({ begin: 0, end: engine.rowCount })],
    ['writeBlock', (engine: Engine) => engine.writeBlock({ begin: 0, end: engine.rowCount })],
  ] as const)('refuses %s of more rows than it has room for, and goes on', async (_, read) => {
    using engine = await createEngine(sourceOptions);
    refuseGrowth();
    const { rows } = fill(engine, 200);
    expect(() => read(engine)).toThrow(RangeError);
    expectIntact(engine, rows);
    vi.restoreAllMocks();
    expect(() => read(engine)).not.toThrow();
  });

  test('refuses a message that it has no room for, and takes what is small', async () => {
    using engine = await createEngine(sourceOptions);
    engine.applyFeed(batch(0, filling(0, 500).map(insert)));
    refuseGrowth();
    const large = new Uint8Array(15 << 20).fill(0x20);
    large.set(batch(500, filling(500, 10).map(insert)));
    expect(engine.heapBytes).toBeLessThan(2 * large.length);
    expect(engine.applyFeed(batch(500, filling(500, 500).map(insert))).status).toBe('applied');
    const rows = engine.rowCount;
    expect(engine.applyFeed(large)).toMatchObject({
      status: 'out_of_memory',
      error: { code: 'out_of_memory' },
      counts: { inserted: 0 },
    });
    expect(
      engine.applyPage(large, { cursor: { epoch: 'e', seq: 1 }, covered: everything }),
    ).toMatchObject({ status: 'out_of_memory', error: { code: 'out_of_memory' } });
    expectIntact(engine, rows);
    expect(engine.cursor).toEqual({ epoch: 'e', seq: rows });
    expect(engine.applyFeed(batch(rows, filling(rows, 10).map(insert))).status).toBe('applied');
    expectIntact(engine, rows + 10);
  });

  test('refuses a page whole, and a page in pieces from there on', async () => {
    using engine = await createEngine({ schema });
    const newer = { begin: { timestamp: 1e6, id: '' }, end: undefined };
    const older = { begin: undefined, end: { timestamp: 1e6, id: '' } };
    const settled = { id: 'settled', timestamp: 1e6, message };
    engine.applyPage(bytesOf([settled]), { cursor, covered: newer });
    refuseGrowth();
    const page = engine.openPage({ cursor, covered: older, format: 'ndjson' });
    let rows = 0;
    let report = page.write(ndjson(filling(0, 200)));
    for (; report.status === 'applied'; report = page.write(ndjson(filling(rows, 200))))
      rows += 200;
    expect(report.status).toBe('out_of_memory');
    expect(rows).toBeGreaterThan(1_000);
    expect(page.write(bytesOf('\n')).status).toBe('out_of_memory');
    expect(page.end().status).toBe('out_of_memory');
    expect(engine.readRows({ begin: 0, end: 9 }).events()).toEqual([settled]);
    expect(engine.coverage).toEqual(newer);

    const whole = bytesOf(filling(0, 25_000));
    expect(whole.length).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(engine.applyPage(whole, { cursor, covered: older }).status).toBe('out_of_memory');
    expect(engine.readRows({ begin: 0, end: 9 }).events()).toEqual([settled]);
    expect(engine.coverage).toEqual(newer);

    vi.restoreAllMocks();
    expect(engine.applyPage(whole, { cursor, covered: older })).toMatchObject({
      status: 'applied',
      counts: { inserted: 25_000 },
    });
    expect(engine.coverage).toEqual(everything);
  });

  test('refuses views and searches, and keeps what is open', async () => {
    using engine = await createEngine(sourceOptions);
    // A view of them needs more than a batch that is refused.
    const manyRows = 200_000;
    const page = engine.openPage({
      cursor: { epoch: 'e', seq: 1 },
      covered: everything,
      format: 'ndjson',
    });
    for (let begin = 0; begin < manyRows; begin += 20_000) {
      page.write(ndjson(timeline(begin, begin + 20_000)));
    }
    page.end();
    using view = engine.openView({ filter: 'amount:*' });
    refuseGrowth();
    let seq = 0;
    for (let status = 'applied'; status === 'applied';) {
      const mutations = Array.from({ length: 400 }, (_, i) => ({
        op: 'update',
        id: `id${seq + i}`,
        set: { message: 'm'.repeat(2000), amount: 1 },
      }));
      ({ status } = engine.applyFeed(batch(seq, mutations)));
      if (status === 'applied') seq += 400;
      else expect(status).toBe('out_of_memory');
    }
    const open = () => engine.openView({ order: { column: 'amount' } });
    expect(open).toThrow(RangeError);
    expect(open).toThrow('no memory');
    expect(() => engine.openSearch('m')).toThrow('no memory');
    expect(() => view.openSearch('m')).toThrow('no memory');
    expect(engine.rowCount).toBe(manyRows);
    expect(view.rowCount).toBe(Math.max(0, seq - 1));

    vi.restoreAllMocks();
    using opened = open();
    expect(opened.rowCount).toBe(manyRows);
    using search = view.openSearch('m');
    expect(search.count).toBe(view.rowCount);
  });
});
