import {
  createEngine,
  type Engine,
  type KeyRange,
  MAX_MESSAGE_BYTES,
  type PageFormat,
  type PageReport,
} from 'eventglass';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  batch,
  bytesOf,
  everything,
  insert,
  schema,
  type TestEvent,
} from './support/test_schema.js';

const cursor = { epoch: 'e', seq: 5 };

const events: readonly TestEvent[] = [
  { id: 'a', timestamp: 10, source: 'shop', message: 'he said "hi" \\ }],[{', amount: -2.5e3 },
  { id: 'é', timestamp: 11, source: '😀', message: 'Zoë 😀 €', done: true },
  { id: 'c', timestamp: 12 },
  { id: 'd', timestamp: 13, message: 'two\nlines\u0000', amount: 0, done: false },
  { id: 'e', timestamp: 14, source: '' },
];

/** Covered, in the tests of a window that is not empty, before the page. */
const newer: KeyRange = { begin: { timestamp: 20, id: '' }, end: undefined };
/** What the page covers. */
const older: KeyRange = { begin: undefined, end: { timestamp: 20, id: '' } };
const settled: readonly TestEvent[] = [
  { id: 'x', timestamp: 20, amount: 1 },
  { id: 'y', timestamp: 30, amount: 2 },
];

let engine: Engine;

beforeEach(async () => {
  engine = await createEngine({ schema });
});
afterEach(() => {
  engine.delete();
});

function eventsOf(of = engine): unknown {
  return of.readRows({ begin: 0, end: of.rowCount }).events();
}

function settle(): void {
  engine.applyPage(bytesOf(settled), { cursor, covered: newer });
}

function bodyOf(of: readonly object[], format: PageFormat): Uint8Array {
  if (format === 'json') return bytesOf(of);
  return bytesOf(of.map((event) => `${JSON.stringify(event)}\n`).join(''));
}

/** The body in pieces that end at the cuts, the last with its end. */
function piecesOf(body: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const bounds = [0, ...[...cuts].sort((a, b) => a - b), body.length];
  return bounds.slice(1).map((end, i) => body.subarray(bounds[i], end));
}

/** Loads a body and sums the reports of its pieces, as far as they are applied. */
function load(
  of: Engine,
  pieces: readonly Uint8Array[],
  covered: KeyRange,
  format: PageFormat = 'json',
): Record<string, number> {
  const page = of.openPage({ cursor, covered, format });
  const sum: Record<string, number> = {};
  const add = ({ status, counts }: PageReport) => {
    expect(status).toBe('applied');
    for (const [name, count] of Object.entries(counts)) {
      if (typeof count === 'number') sum[name] = (sum[name] ?? 0) + count;
    }
  };
  for (const piece of pieces) add(page.write(piece));
  add(page.end());
  return sum;
}

describe('a body cut anywhere', () => {
  const faulty: readonly object[] = [
    ...events.slice(0, 2),
    { id: 'no time' },
    ...events.slice(2),
    { id: 'outside', timestamp: 99 },
    { id: 'wrong', timestamp: 1, amount: 'x' },
    { id: 'a', timestamp: 10, source: 'shop', message: 'again' },
  ];

  test.each(['json', 'ndjson'] as const)('of %s is the page at once', async (format) => {
    const body = bodyOf(faulty, format);
    const before: readonly TestEvent[] = [
      { id: 'gone', timestamp: 5 },
      { id: 'c', timestamp: 12, amount: 9 },
    ];
    using whole = await createEngine({ schema });
    whole.applyPage(bytesOf(before), { cursor: { epoch: 'e', seq: 2 }, covered: older });
    const report = whole.applyPage(bytesOf(faulty), { cursor, covered: older });
    const { skippedSamples: samples, ...counts } = report.counts;
    expect(counts).toMatchObject({ inserted: 4, updated: 1, skipped: 3 });
    expect(samples.length).toBe(3);
    const cut = fc.integer({ min: 0, max: body.length });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 12 }), async (cuts) => {
        using pieced = await createEngine({ schema });
        pieced.applyPage(bytesOf(before), { cursor: { epoch: 'e', seq: 2 }, covered: older });
        expect(load(pieced, piecesOf(body, cuts), older, format)).toEqual(counts);
        expect(eventsOf(pieced)).toEqual(eventsOf(whole));
        expect(pieced.coverage).toEqual(whole.coverage);
        expect(pieced.cursor).toEqual(whole.cursor);
      }),
      { numRuns: 150 },
    );
  });

  test.each(['json', 'ndjson'] as const)('of %s may come byte by byte', (format) => {
    const body = bodyOf(events, format);
    const pieces = [...body].map((byte) => Uint8Array.of(byte));
    expect(load(engine, pieces, everything, format)).toMatchObject({ inserted: 5, skipped: 0 });
    expect(eventsOf()).toEqual(events);
  });

  test('of faults has them in the reports, with their place in the body', () => {
    const page = engine.openPage({ cursor, covered: older });
    const reports = piecesOf(bytesOf(faulty), [30, 100, 200]).map((piece) => page.write(piece));
    const samples = [...reports, page.end()]
      .flatMap(({ counts }) => counts.skippedSamples)
      .sort((a, b) => a.index - b.index);
    expect(samples).toEqual([
      { index: 2, code: 'missing_timestamp', column: 'timestamp' },
      { index: 6, code: 'outside_page', column: '' },
      { index: 7, code: 'wrong_type', column: 'amount' },
    ]);
  });

  test('of one large piece has one report', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({
      id: `id${i}`,
      timestamp: i,
      ...(i % 1000 === 7 ? { amount: 'bad' } : { message: `message ${i}` }),
    }));
    const body = bytesOf(many);
    expect(body.length).toBeGreaterThan(3 * 256 * 1024);
    const page = engine.openPage({ cursor, covered: everything });
    const { status, error, counts } = page.write(body);
    expect([status, error]).toEqual(['applied', undefined]);
    expect(counts).toMatchObject({ inserted: 19_980, skipped: 20 });
    expect(counts.skippedSamples).toEqual(
      [7, 1007, 2007, 3007, 4007, 5007, 6007, 7007].map((index) => ({
        index,
        code: 'wrong_type',
        column: 'amount',
      })),
    );
    expect(page.end().status).toBe('applied');
    expect(engine.rowCount).toBe(19_980);
  });

  test('that is NDJSON may lack its last line feed, and have empty lines', () => {
    const lines = events.map((event) => JSON.stringify(event)).join('\r\n\n');
    expect(load(engine, piecesOf(bytesOf(lines), [3, 90]), everything, 'ndjson')).toMatchObject({
      inserted: 5,
      skipped: 0,
    });
    expect(eventsOf()).toEqual(events);
  });

  test.each([
    ['json', '[]'],
    ['json', ' \n[ ]\n'],
    ['ndjson', ''],
    ['ndjson', '\n\n'],
  ] as const)('of %s may hold no events: %j', (format, body) => {
    load(engine, [bytesOf(body)], everything, format);
    expect(engine.rowCount).toBe(0);
    expect(engine.coverage).toEqual(everything);
    expect(engine.cursor).toEqual(cursor);
  });

  test('may be larger than a message', () => {
    const line = bytesOf(`${JSON.stringify({ ...events[0], message: 'm'.repeat(3e6) })}\n`);
    const pieces = Array.from({ length: 7 }, () => line);
    expect(7 * line.length).toBeGreaterThan(MAX_MESSAGE_BYTES);
    expect(load(engine, pieces, everything, 'ndjson')['inserted']).toBe(1);
    expect(engine.readText(0, 'message').length).toBe(3e6);
  });

  test('may not have one event larger than a message', () => {
    const page = engine.openPage({ cursor, covered: everything });
    const chunk = new Uint8Array(1 << 20).fill(0x20);
    let report = page.write(bytesOf('[{"id":"a","timestamp":1,"x":"'));
    for (let i = 0; i < 20 && report.status === 'applied'; i++) report = page.write(chunk);
    expect(report).toMatchObject({ status: 'malformed', error: { code: 'too_large' } });
    expect(engine.applyPage(bytesOf(events), { cursor, covered: everything }).status).toBe(
      'applied',
    );
  });
});

describe('a page under way', () => {
  beforeEach(settle);

  test('has rows that can be read after each piece, and widens the coverage when it ends', () => {
    using view = engine.openView({ filter: 'amount:*' });
    const page = engine.openPage({ cursor, covered: older, format: 'ndjson' });
    events.forEach((event, i) => {
      const version = engine.version;
      expect(page.write(bodyOf([event], 'ndjson')).counts.inserted).toBe(1);
      expect(engine.version).toBeGreaterThan(version);
      expect(eventsOf()).toEqual([...events.slice(0, i + 1), ...settled]);
      expect(engine.indexOf(event.id)).toBe(i);
      expect(engine.rank({ timestamp: 20, id: '' })).toBe(i + 1);
      expect(engine.coverage).toEqual(newer);
    });
    expect(view.rowCount).toBe(4);
    expect(page.end()).toMatchObject({ status: 'applied', error: undefined });
    expect(engine.coverage).toEqual(everything);
    expect(eventsOf()).toEqual([...events, ...settled]);
  });

  test('does not have an event before it is whole', () => {
    const page = engine.openPage({ cursor, covered: older });
    const body = bytesOf(events.slice(0, 1));
    expect(page.write(body.subarray(0, body.length - 2)).counts.inserted).toBe(0);
    expect(engine.rowCount).toBe(2);
    page.write(body.subarray(body.length - 2));
    page.end();
    expect(engine.rowCount).toBe(3);
  });

  test('removes what it lacks when it ends, and not before', () => {
    engine.applyPage(bytesOf([{ id: 'b', timestamp: 11 }]), { cursor, covered: older });
    const page = engine.openPage({ cursor: { epoch: 'e', seq: 6 }, covered: older });
    page.write(bytesOf(events));
    expect(engine.indexOf('b')).toBe(1);
    expect(page.end().counts.deleted).toBe(1);
    expect(eventsOf()).toEqual([...events, ...settled]);
  });

  test('does not hold the bytes that it was given', () => {
    const page = engine.openPage({ cursor, covered: older });
    const [head, tail] = piecesOf(bytesOf(events), [60]);
    if (head === undefined || tail === undefined) throw new Error('no pieces');
    page.write(head);
    head.fill(0);
    page.write(tail);
    page.end();
    expect(eventsOf()).toEqual([...events, ...settled]);
  });

  test('is not disturbed by feed messages, which are applied again after it', () => {
    const page = engine.openPage({ cursor, covered: older, format: 'ndjson' });
    page.write(bodyOf(events.slice(0, 2), 'ndjson'));
    const messages = [
      // Of rows that have come, of one that comes yet, and of one that the page does not have.
      batch(5, [
        { op: 'update', id: 'a', set: { amount: 1 } },
        { op: 'update', id: 'd', set: { amount: 2 } },
      ]),
      batch(7, [insert({ id: 'n', timestamp: 15 }), { op: 'update', id: 'y', set: { amount: 3 } }]),
    ];
    for (const message of messages) expect(engine.applyFeed(message).status).toBe('applied');
    expect(engine.cursor).toEqual({ epoch: 'e', seq: 9 });
    page.write(bodyOf(events.slice(2), 'ndjson'));
    page.end();
    for (const message of messages) expect(engine.reapplyFeed(message).status).toBe('applied');
    expect(engine.cursor).toEqual({ epoch: 'e', seq: 9 });
    expect(eventsOf()).toEqual([
      { ...events[0], amount: 1 },
      events[1],
      events[2],
      { ...events[3], amount: 2 },
      events[4],
      { id: 'n', timestamp: 15 },
      settled[0],
      { ...settled[1], amount: 3 },
    ]);
  });

  test('does not undo deletes between its pieces', () => {
    engine.beginRequest();
    const page = engine.openPage({ cursor, covered: older, format: 'ndjson' });
    page.write(bodyOf(events.slice(0, 2), 'ndjson'));
    const message = batch(5, [
      { op: 'delete', id: 'a' },
      { op: 'delete', id: 'd' },
      { op: 'delete', id: 'x' },
    ]);
    expect(engine.applyFeed(message).counts).toMatchObject({ deleted: 2, unknown: 1 });
    expect(page.write(bodyOf(events.slice(2), 'ndjson')).counts).toMatchObject({
      inserted: 2,
      stale: 1,
    });
    page.end();
    engine.reapplyFeed(message);
    engine.endRequest();
    expect(eventsOf()).toEqual([events[1], events[2], events[4], settled[1]]);
  });

  test('gives way to no other page', () => {
    const page = engine.openPage({ cursor, covered: older });
    page.write(bytesOf(events).subarray(0, 80));
    const rows = eventsOf();
    expect(engine.applyPage(bytesOf([]), { cursor, covered: older }).status).toBe('busy');
    const second = engine.openPage({ cursor, covered: older });
    expect(second.write(bytesOf('[]')).status).toBe('busy');
    expect(second.end().status).toBe('busy');
    second.abort();
    expect(eventsOf()).toEqual(rows);
    expect(page.write(bytesOf(events).subarray(80)).status).toBe('applied');
    expect(page.end().status).toBe('applied');
    expect(eventsOf()).toEqual([...events, ...settled]);
    expect(second.write(bytesOf('[]')).status).toBe('busy');
  });
});

describe('a malformed body', () => {
  const prefix = bytesOf(events).length - 1;
  const malformed = `${JSON.stringify(events).slice(0, -1)},{"id":"z","timestamp":15,}]`;

  test.each([[[]], [[prefix]], [[7, prefix + 3]], [[prefix + 24]]])(
    'is told by its offset from the begin of the body, cut at %j',
    (cuts) => {
      settle();
      const page = engine.openPage({ cursor, covered: older });
      let report: PageReport | undefined;
      for (const piece of piecesOf(bytesOf(malformed), cuts)) {
        if (report?.status === 'malformed') break;
        report = page.write(piece);
      }
      expect(report).toMatchObject({
        status: 'malformed',
        error: {
          code: 'syntax',
          byteOffset: bytesOf(malformed).length - 2,
        },
      });
      expect(engine.coverage).toEqual(newer);
      expect(eventsOf()).toEqual(settled);
      expect(engine.cursor).toEqual(cursor);
      expect(page.write(bytesOf('[]')).status).toBe('malformed');
      expect(page.end().status).toBe('malformed');
      const again = engine.applyPage(bytesOf(events), { cursor, covered: older });
      expect(again).toMatchObject({ status: 'applied', counts: { inserted: 5 } });
      expect(eventsOf()).toEqual([...events, ...settled]);
    },
  );

  test('has the offset of the same fault in the page at once, wherever it is cut', async () => {
    const bodies = [
      malformed,
      '[{"id":"a","timestamp":1}',
      '[{"id":"a","timestamp":1}]]',
      '[{"id":"a\u0001","timestamp":1}]',
      '[{"id":"a","timestamp":01}]',
      '{"id":"a"}',
      '',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom(...bodies)
          .chain((body) =>
            fc.tuple(
              fc.constant(bytesOf(body)),
              fc.array(fc.integer({ min: 0, max: bytesOf(body).length }), { maxLength: 5 }),
            ),
          ),
        async ([body, cuts]) => {
          using other = await createEngine({ schema });
          const expected = other.applyPage(body, { cursor, covered: everything });
          expect(expected.status).toBe('malformed');
          const page = other.openPage({ cursor, covered: everything });
          let report: PageReport | undefined;
          for (const piece of piecesOf(body, cuts)) {
            report = page.write(piece);
            if (report.status !== 'applied') break;
          }
          if (report?.status !== 'malformed') report = page.end();
          expect([report.status, report.error]).toEqual(['malformed', expected.error]);
          expect([other.rowCount, other.coverage, other.cursor]).toEqual([0, undefined, undefined]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of NDJSON is told as well', () => {
    settle();
    const page = engine.openPage({ cursor, covered: older, format: 'ndjson' });
    const good = bodyOf(events, 'ndjson');
    expect(page.write(good).counts.inserted).toBe(5);
    expect(page.write(bytesOf('{"id":"z" "x"}\n'))).toMatchObject({
      status: 'malformed',
      error: { code: 'syntax', byteOffset: good.length + 10 },
    });
    expect(eventsOf()).toEqual(settled);
    expect(engine.coverage).toEqual(newer);
  });

  test('that ends too early is told at its end', () => {
    settle();
    const page = engine.openPage({ cursor, covered: older });
    const body = bytesOf(events).subarray(0, prefix);
    expect(page.write(body).status).toBe('applied');
    expect(engine.rowCount).toBe(7);
    expect(page.end()).toMatchObject({ status: 'malformed', error: { byteOffset: body.length } });
    expect(page.end().status).toBe('malformed');
    expect(eventsOf()).toEqual(settled);
    expect(engine.coverage).toEqual(newer);
  });

  test('keeps what it brought within the coverage', () => {
    settle();
    const page = engine.openPage({ cursor: { epoch: 'e', seq: 6 }, covered: everything });
    const good = [...events, { id: 'x', timestamp: 20, amount: 7 }];
    page.write(bytesOf(good).subarray(0, -1));
    expect(page.write(bytesOf(']]')).status).toBe('malformed');
    expect(eventsOf()).toEqual([{ id: 'x', timestamp: 20, amount: 7 }, settled[1]]);
    expect(engine.coverage).toEqual(newer);
  });
});

describe('the end of a page', () => {
  test('comes once', () => {
    const page = engine.openPage({ cursor, covered: everything });
    page.write(bytesOf(events));
    expect(page.end().status).toBe('applied');
    expect(page.write(bytesOf('[]')).status).toBe('not_open');
    expect(page.end().status).toBe('not_open');
    page.abort();
    expect(eventsOf()).toEqual(events);
  });

  test('by abort() takes back what is outside the coverage', () => {
    settle();
    using view = engine.openView({ order: { column: 'amount' } });
    const page = engine.openPage({ cursor, covered: older });
    page.write(bytesOf(events).subarray(0, -1));
    expect(view.rowCount).toBe(7);
    page.abort();
    page.abort();
    expect(eventsOf()).toEqual(settled);
    expect(view.rowCount).toBe(2);
    expect(engine.coverage).toEqual(newer);
    expect(engine.cursor).toEqual(cursor);
    expect(page.write(bytesOf(']')).status).toBe('not_open');
    expect(page.end().status).toBe('not_open');
    load(engine, [bytesOf(events)], older);
    expect(eventsOf()).toEqual([...events, ...settled]);
  });

  test('by abort() of the first page leaves nothing', () => {
    const page = engine.openPage({ cursor, covered: everything });
    page.write(bytesOf(events).subarray(0, -1));
    expect(engine.cursor).toEqual(cursor);
    page.abort();
    expect([engine.rowCount, engine.cursor, engine.coverage]).toEqual([0, undefined, undefined]);
    expect(engine.applyFeed(batch(5, [])).status).toBe('gap');
    const other = { epoch: 'f', seq: 1 };
    expect(engine.applyPage(bytesOf(events), { cursor: other, covered: everything }).status).toBe(
      'applied',
    );
  });

  test('does not come by abort() of a page that could not begin', () => {
    settle();
    const page = engine.openPage({ cursor, covered: older });
    engine.openPage({ cursor, covered: older }).abort();
    page.write(bytesOf(events));
    expect(page.end().status).toBe('applied');
  });

  test('by clear() is told', () => {
    const page = engine.openPage({ cursor, covered: everything });
    page.write(bytesOf(events).subarray(0, -1));
    engine.clear();
    expect([engine.rowCount, engine.cursor, engine.coverage]).toEqual([0, undefined, undefined]);
    expect(page.end().status).toBe('not_open');
    expect(page.write(bytesOf(']')).status).toBe('not_open');
  });

  test('by clear() is told to the next piece', () => {
    const page = engine.openPage({ cursor, covered: everything });
    page.write(bytesOf(events).subarray(0, -1));
    engine.clear();
    expect(page.write(bytesOf(']')).status).toBe('not_open');
    expect(engine.rowCount).toBe(0);
  });

  test('by clear() holds while another page is open', () => {
    const ended = engine.openPage({ cursor, covered: everything });
    ended.write(bytesOf('['));
    engine.clear();
    const page = engine.openPage({ cursor, covered: everything, format: 'ndjson' });
    page.write(bodyOf(events.slice(0, 1), 'ndjson'));
    expect(ended.write(bodyOf([{ id: 'stray', timestamp: 1 }], 'ndjson')).status).toBe('not_open');
    expect(ended.end().status).toBe('not_open');
    ended.abort();
    expect(page.write(bodyOf(events.slice(1), 'ndjson')).status).toBe('applied');
    expect(page.end().status).toBe('applied');
    expect(eventsOf()).toEqual(events);
  });

  test('by deleting the engine throws at the next use', () => {
    const page = engine.openPage({ cursor, covered: everything });
    engine.delete();
    expect(() => page.write(bytesOf('[]'))).toThrow('the engine has been deleted');
    expect(() => page.end()).toThrow('the engine has been deleted');
  });
});

describe('a page that can not begin', () => {
  beforeEach(settle);

  test.each([
    ['epoch_changed', { cursor: { epoch: 'f', seq: 5 }, covered: older }],
    ['disjoint', { cursor, covered: { begin: undefined, end: { timestamp: 19, id: '' } } }],
    [
      'disjoint',
      { cursor, covered: { begin: { timestamp: 25, id: '' }, end: { timestamp: 21, id: '' } } },
    ],
  ] as const)('answers %s to its first piece', (status, options) => {
    const page = engine.openPage(options);
    expect(page.write(bytesOf(events))).toEqual({
      status,
      error: undefined,
      counts: expect.objectContaining({ inserted: 0, skippedSamples: [] }) as unknown,
    });
    expect(page.end().status).toBe(status);
    expect(eventsOf()).toEqual(settled);
    load(engine, [bytesOf(events)], older);
    expect(engine.rowCount).toBe(7);
  });

  test('has a cursor or a range that is none: it throws', () => {
    const open = (seq: number, timestamp: number) => () =>
      engine.openPage({
        cursor: { epoch: 'e', seq },
        covered: { begin: { timestamp, id: '' }, end: undefined },
      });
    expect(open(-1, 0)).toThrow(RangeError);
    expect(open(0.5, 0)).toThrow(RangeError);
    expect(open(5, 0.5)).toThrow(RangeError);
    expect(engine.applyPage(bytesOf(events), { cursor, covered: older }).status).toBe('applied');
  });
});

describe('the heap', () => {
  test('does not grow with the body', () => {
    const chunkBytes = 64 * 1024;
    const bodyBytes = 40 * 1024 * 1024;
    const lines = bodyOf(
      Array.from({ length: 200 }, (_, i) => ({
        id: `id${i}`,
        timestamp: i,
        source: `s${i % 5}`,
        message: 'm'.repeat(200),
      })),
      'ndjson',
    );
    // The lines again and again, cut where a chunk is full.
    const repeated = new Uint8Array(lines.length * Math.ceil(chunkBytes / lines.length + 1));
    for (let at = 0; at < repeated.length; at += lines.length) repeated.set(lines, at);
    const page = engine.openPage({ cursor, covered: everything, format: 'ndjson' });
    let heapBytes = 0;
    let stale = 0;
    let written = 0;
    for (; written < bodyBytes; written += chunkBytes) {
      const begin = written % lines.length;
      const report = page.write(repeated.subarray(begin, begin + chunkBytes));
      if (report.status !== 'applied') throw new Error(`${report.status} at ${written}`);
      stale += report.counts.stale + report.counts.updated;
      if (written === 16 * chunkBytes) heapBytes = engine.heapBytes;
    }
    expect(stale).toBeGreaterThan(100_000);
    expect(engine.heapBytes).toBe(heapBytes);
    const begin = written % lines.length;
    expect(page.write(repeated.subarray(begin, lines.length)).status).toBe('applied');
    expect(page.end().status).toBe('applied');
    expect(engine.rowCount).toBe(200);
    expect(engine.heapBytes).toBe(heapBytes);
  });
});
