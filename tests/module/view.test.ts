import {
  createEngine,
  type Engine,
  FilterError,
  type RowOrder,
  type RowReader,
  type View,
} from 'eventglass';
import fc from 'fast-check';
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
import { facetOf, inOrderOf } from './support/naive_view.js';

const DAY = Date.UTC(2026, 10, 24);
const MAX_VIEWS = 64;

const events: readonly TestEvent[] = [
  { id: 'e0', timestamp: DAY, source: 'shop', message: 'Card declined', amount: 20, done: true },
  { id: 'e1', timestamp: DAY + 10, source: 'ads', message: 'card accepted', amount: -1.5 },
  { id: 'e2', timestamp: DAY + 20, message: '', amount: 20, done: false },
  { id: 'e3', timestamp: DAY + 20, source: 'shop', done: true },
  { id: 'e4', timestamp: DAY + 30, source: '', message: 'Zoë 😀 card', amount: 0 },
  { id: 'e5', timestamp: DAY + 45, source: 'shop', message: '\uffff card', done: false },
  { id: 'e6', timestamp: DAY + 45, source: 'chat', message: '😀', amount: -1e9 },
];

let engine: Engine;
let seq = 0;

beforeEach(async () => {
  engine = await createEngine(sourceOptions);
  seq = 0;
  apply(events.map(insert));
});
afterEach(() => {
  engine.delete();
});

function apply(mutations: readonly object[]): void {
  const report = engine.applyFeed(batch(seq, mutations));
  expect([report.status, report.counts.skipped]).toEqual(['applied', 0]);
  seq += mutations.length;
}

function ids(of: RowReader): string[] {
  return of
    .readRows({ begin: 0, end: of.rowCount })
    .events()
    .map((event) => String(event['id']));
}

function failureOf(filter: string, of: { openView: Engine['openView'] } = engine): FilterError {
  try {
    of.openView({ filter });
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
  throw new Error(`'${filter}' was read`);
}

describe('a view', () => {
  test('without options shows the window', () => {
    using view = engine.openView();
    expect(ids(view)).toEqual(ids(engine));
    expect(view.rowCount).toBe(events.length);
    expect(view.rank({ timestamp: DAY + 20, id: 'e3' })).toBe(3);
    expect(view.schema).toBe(schema);
  });

  test.each([
    ['card', ['e0', 'e1', 'e4', 'e5']],
    ['"card"', ['e1', 'e4', 'e5']],
    ['source:shop', ['e0', 'e3', 'e5']],
    ['source:*', ['e0', 'e1', 'e3', 'e4', 'e5', 'e6']],
    ['-source:shop', ['e1', 'e2', 'e4', 'e6']],
    ['amount>=0', ['e0', 'e2', 'e4']],
    ['amount:..0 OR done:false', ['e1', 'e2', 'e4', 'e5', 'e6']],
    ['message:😀', ['e4', 'e6']],
    ['id:E3', ['e3']],
    ['time:2026-11-24T00:00:00.020', ['e2', 'e3']],
    ['time<2026-11-24', []],
  ])('of %s shows the rows that match', (filter, expected) => {
    using view = engine.openView({ filter });
    expect(ids(view)).toEqual(expected);
    expect(view.rowCount).toBe(expected.length);
  });

  test.each([
    ['id', 'ascending', ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']],
    ['id', 'descending', ['e6', 'e5', 'e4', 'e3', 'e2', 'e1', 'e0']],
    ['timestamp', 'ascending', ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']],
    ['timestamp', 'descending', ['e6', 'e5', 'e4', 'e3', 'e2', 'e1', 'e0']],
    ['source', 'ascending', ['e4', 'e1', 'e6', 'e0', 'e3', 'e5', 'e2']],
    ['source', 'descending', ['e5', 'e3', 'e0', 'e6', 'e1', 'e4', 'e2']],
    // Bytes of UTF-8, not UTF-16 units: U+FFFF comes before U+1F600.
    ['message', 'ascending', ['e2', 'e0', 'e4', 'e1', 'e5', 'e6', 'e3']],
    ['message', 'descending', ['e6', 'e5', 'e1', 'e4', 'e0', 'e2', 'e3']],
    ['amount', 'ascending', ['e6', 'e1', 'e4', 'e0', 'e2', 'e3', 'e5']],
    ['amount', 'descending', ['e2', 'e0', 'e4', 'e1', 'e6', 'e3', 'e5']],
    ['done', 'ascending', ['e2', 'e5', 'e0', 'e3', 'e1', 'e4', 'e6']],
    ['done', 'descending', ['e3', 'e0', 'e5', 'e2', 'e1', 'e4', 'e6']],
  ] as const)('by %s, %s, has absent values last', (name, direction, expected) => {
    using view = engine.openView({ order: { column: name, direction } });
    expect(ids(view)).toEqual(expected);
    if (direction === 'ascending') {
      using byDefault = engine.openView({ order: { column: name } });
      expect(ids(byDefault)).toEqual(expected);
    }
  });

  test('has row indexes of its own', () => {
    using view = engine.openView({
      filter: 'card',
      order: { column: 'message', direction: 'descending' },
    });
    const expected = ['e5', 'e1', 'e4', 'e0'];
    expect(ids(view)).toEqual(expected);
    const byId = new Map(events.map((event) => [event.id, event]));
    expected.forEach((id, index) => {
      const event = byId.get(id);
      expect(view.keyAt(index)).toEqual({ id, timestamp: event?.timestamp });
      expect(view.indexOf(id)).toBe(index);
      expect(view.readText(index, 'message')).toBe(event?.message);
    });
    expect(view.indexOf('e2')).toBeUndefined();
    expect(view.indexOf('nobody')).toBeUndefined();
    const block = view.readRows({ begin: 1, end: 3 });
    expect(block).toMatchObject({ begin: 1, end: 3, rowCount: 2, viewRowCount: 4 });
    expect(block.events()).toEqual([byId.get('e1'), byId.get('e4')]);
    expect(view.readRowsAt([3, 0]).events()).toEqual([byId.get('e0'), byId.get('e5')]);
    const json = new TextDecoder().decode(view.writeJson({ begin: 2, end: 9 }));
    expect(JSON.parse(json)).toEqual([byId.get('e4'), byId.get('e0')]);
  });

  test.each(['', 'card', 'source:shop', 'amount>=0', 'nobody'])(
    "of '%s' gives its rows to another engine as a block",
    async (filter) => {
      using view = engine.openView({
        filter,
        order: { column: 'amount', direction: 'descending' },
      });
      // A view of the heap: applied before the next call of its engine.
      const block = view.writeBlock({ begin: 0, end: view.rowCount });
      using other = await createEngine({ schema });
      const cursor = { epoch: 'e', seq };
      const report = other.applyPageBlock(block, { cursor, covered: everything });
      expect([report.status, report.counts.inserted]).toEqual(['applied', view.rowCount]);
      const shown = new Set(ids(view));
      expect(other.readRows({ begin: 0, end: other.rowCount }).events()).toEqual(
        events.filter(({ id }) => shown.has(id)),
      );
    },
  );

  test('by time has ranks, among the rows that it shows; by another column it has none', () => {
    using shops = engine.openView({ filter: 'source:shop' });
    expect(shops.rank({ timestamp: DAY + 20, id: '' })).toBe(1);
    expect(shops.rank({ timestamp: DAY + 20, id: 'e3\u0000' })).toBe(2);
    expect(shops.rank({ timestamp: DAY + 99, id: '' })).toBe(3);
    using byAmount = engine.openView({ order: { column: 'amount' } });
    expect(() => byAmount.rank({ timestamp: DAY, id: '' })).toThrow(RangeError);
    expect(() => byAmount.rank({ timestamp: DAY, id: '' })).toThrow('not by time');
  });

  test('by time, descending, counts the rows that it shows before a key', () => {
    using view = engine.openView({ order: { column: 'timestamp', direction: 'descending' } });
    for (let index = 0; index < view.rowCount; index++) {
      expect(view.rank(view.keyAt(index))).toBe(index);
    }
    // Of a key that no row has: the first row at or after it in the order of the view.
    expect(view.rank({ timestamp: DAY + 25, id: '' })).toBe(3);
    expect(view.rank({ timestamp: DAY + 99, id: '' })).toBe(0);
    expect(view.rank({ timestamp: DAY - 1, id: '' })).toBe(events.length);
  });

  test('refuses rows, columns and texts that it does not have', () => {
    using view = engine.openView({ filter: 'card' });
    const uses: (() => unknown)[] = [
      () => view.keyAt(4),
      () => view.keyAt(-1),
      () => view.readText(4, 'message'),
      () => view.readText(0, 'amount'),
      () => view.readRowsAt([0, 4]),
      () => view.readRows({ begin: 2, end: 1 }),
      () => view.readRows({ begin: 0, end: 1 }, undefined, -1),
      () => view.readRows({ begin: 0, end: 1 }, undefined, 0.5),
      () => engine.openView({ order: { column: 'nobody' } }),
    ];
    for (const use of uses) expect(use, use.toString()).toThrow(RangeError);
  });
});

describe('a view under batches', () => {
  const order: RowOrder = { column: 'amount', direction: 'descending' };

  test('takes rows in that come to match, and lets go of those that no longer do', () => {
    using view = engine.openView({ filter: 'source:shop', order });
    expect(ids(view)).toEqual(['e0', 'e3', 'e5']);
    apply([insert({ id: 'n', timestamp: DAY + 5, source: 'Shop', amount: 30 })]);
    expect(ids(view)).toEqual(['n', 'e0', 'e3', 'e5']);
    apply([insert({ id: 'm', timestamp: DAY + 5, source: 'ads', amount: 40 })]);
    expect(ids(view)).toEqual(['n', 'e0', 'e3', 'e5']);
    apply([
      { op: 'update', id: 'm', set: { source: 'shop' } },
      { op: 'update', id: 'n', set: { source: 'ads' } },
      { op: 'update', id: 'e5', set: { amount: 25 } },
    ]);
    expect(ids(view)).toEqual(['m', 'e5', 'e0', 'e3']);
    apply([
      { op: 'update', id: 'm', set: { source: null } },
      { op: 'delete', id: 'e5' },
      { op: 'update', id: 'e0', set: { amount: null } },
      { op: 'update', id: 'e3', set: { amount: -7 } },
    ]);
    expect(ids(view)).toEqual(['e3', 'e0']);
  });

  test('follows events that move in time', () => {
    using byTime = engine.openView({ filter: 'source:shop' });
    using byMessage = engine.openView({ order: { column: 'message' } });
    apply([
      { op: 'update', id: 'e0', set: { timestamp: DAY + 100 } },
      { op: 'update', id: 'e3', set: { timestamp: DAY - 5, message: 'first' } },
    ]);
    expect(ids(byTime)).toEqual(['e3', 'e5', 'e0']);
    expect(byTime.rank({ timestamp: DAY, id: '' })).toBe(1);
    expect(ids(byMessage)).toEqual(['e2', 'e0', 'e4', 'e1', 'e3', 'e5', 'e6']);
  });

  test('follows pages, evictions and what they remove', async () => {
    using small = await createEngine({ schema, capacityRows: 3 });
    using view = small.openView({ filter: 'done:true', order });
    const cursor = { epoch: 'e', seq: 5 };
    const rows = [1, 2, 3].map((n) => ({ id: `p${n}`, timestamp: n, amount: n, done: true }));
    small.applyPage(bytesOf(rows), { cursor, covered: everything });
    expect(ids(view)).toEqual(['p3', 'p2', 'p1']);
    small.applyFeed(batch(5, [insert({ id: 'p4', timestamp: 4, amount: 1.5, done: true })]));
    expect(ids(view)).toEqual(['p3', 'p2', 'p4']);
    const covered = { begin: { timestamp: 3, id: '' }, end: undefined };
    small.applyPage(bytesOf([]), { cursor: { epoch: 'e', seq: 9 }, covered });
    expect(ids(view)).toEqual(['p2']);
  });

  test('is emptied by clear(), and lives on', () => {
    using view = engine.openView({ filter: 'source:shop', order });
    expect(view.facet('source').values).toEqual([{ value: 'shop', count: 3 }]);
    using search = view.openSearch('card');
    engine.clear();
    expect(view.rowCount).toBe(0);
    expect(search.count).toBe(0);
    expect(view.facet('source')).toEqual({ values: [], distinctCount: 0, missingCount: 0 });
    expect(view.readRows({ begin: 0, end: 9 }).rowCount).toBe(0);
    engine.applyPage(bytesOf(events), { cursor: { epoch: 'e', seq: 1 }, covered: everything });
    expect(ids(view)).toEqual(['e0', 'e3', 'e5']);
    expect(search.count).toBe(2);
    expect(view.facet('source').values).toEqual([{ value: 'shop', count: 3 }]);
  });

  test('equals an array that is filtered and sorted, whatever comes', async () => {
    const id = fc.integer({ min: 0, max: 20 }).map((n) => `id${n}`);
    const values = {
      source: fc.constantFrom('shop', 'chat', ''),
      message: fc.constantFrom('', 'a', 'card', 'a long prefix, then card', 'a long prefix', 'é'),
      amount: fc.constantFrom(-2, -0.5, 0, 1, 3),
      done: fc.boolean(),
    };
    const timestamp = fc.integer({ min: 0, max: 9 });
    const fields = fc.record(values, { requiredKeys: [] });
    const put = fc.record({ id, timestamp, fields });
    const patch = fc.record({
      id,
      set: fc.record({ timestamp, ...values }, { requiredKeys: [] }),
      removed: fc.subarray(['source', 'message', 'amount', 'done'] as const, { maxLength: 2 }),
    });
    const step = fc.oneof(
      { weight: 4, arbitrary: put },
      { weight: 4, arbitrary: patch },
      { weight: 1, arbitrary: fc.record({ gone: id }) },
    );
    const matching = [
      ['', () => true],
      ['card', (event: TestEvent) => event.message?.includes('card') ?? false],
      [
        'amount>=0 -source:shop',
        (event: TestEvent) =>
          event.amount !== undefined && event.amount >= 0 && event.source !== 'shop',
      ],
      ['done:* OR time>3', (event: TestEvent) => event.done !== undefined || event.timestamp > 3],
      ['source:""', (event: TestEvent) => event.source === ''],
    ] as const satisfies readonly (readonly [string, (event: TestEvent) => boolean])[];
    const choice = fc.record({
      filter: fc.integer({ min: 0, max: matching.length - 1 }),
      column: fc.constantFrom(...schema.map(({ name }) => name)),
      direction: fc.constantFrom('ascending' as const, 'descending' as const),
    });
    const batches = fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        batches,
        fc.array(choice, { minLength: 1, maxLength: 5 }),
        async (all, choices) => {
          using source = await createEngine(sourceOptions);
          const model = new Map<string, TestEvent>();
          const opened: { view: View; choice: (typeof choices)[number] }[] = [];
          let at = 0;
          for (const [i, steps] of all.entries()) {
            // Views are opened one after the other, so that some are filled and others grow.
            const next = choices[i];
            if (next !== undefined) {
              const { filter, ...by } = next;
              const view = source.openView({ filter: matching[filter]?.[0] ?? '', order: by });
              opened.push({ view, choice: next });
            }
            const mutations = steps.map((each) => {
              if ('gone' in each) {
                model.delete(each.gone);
                return { op: 'delete', id: each.gone };
              }
              if ('fields' in each) {
                const event = { ...each.fields, id: each.id, timestamp: each.timestamp };
                model.set(each.id, event);
                return insert(event);
              }
              const removed = Object.fromEntries(each.removed.map((name) => [name, null]));
              const known = model.get(each.id);
              if (known !== undefined) {
                const merged = Object.entries({ ...known, ...each.set }).filter(
                  ([name]) => !(each.removed as readonly string[]).includes(name),
                );
                model.set(each.id, Object.fromEntries(merged) as unknown as TestEvent);
              }
              return { op: 'update', id: each.id, set: { ...each.set, ...removed } };
            });
            expect(source.applyFeed(batch(at, mutations)).status).toBe('applied');
            at += mutations.length;
            for (const { view, choice: of } of opened) {
              const matches = matching[of.filter]?.[1] ?? (() => false);
              const expected = inOrderOf([...model.values()].filter(matches), of);
              const block = view.readRows({ begin: 0, end: expected.length + 1 });
              expect(block.events()).toEqual(expected);
              expected.forEach((event, index) => {
                expect(view.indexOf(event.id)).toBe(index);
              });
              expect(view.facet('source')).toEqual(facetOf(expected, 10));
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('density', () => {
  function naive(of: readonly TestEvent[], begin: number, end: number, buckets: number): number[] {
    const width = (end - begin) / buckets;
    return Array.from({ length: buckets }, (_, b) => {
      const [from, to] = [begin + b * width, begin + (b + 1) * width];
      return of.filter(({ timestamp }) => from <= timestamp && timestamp < to).length;
    });
  }

  test.each([
    [DAY, DAY + 50, 5],
    [DAY, DAY + 45, 3],
    [DAY + 5.5, DAY + 31.25, 7],
    [DAY - 1e6, DAY + 1e6, 1],
    [DAY, DAY + 46, 1000],
    [DAY + 20, DAY + 20, 2],
    [-8.64e15, 8.64e15, 3],
  ])('from %d to %d in %d parts is that of a naive count', (begin, end, buckets) => {
    using shops = engine.openView({
      filter: 'source:shop',
      order: { column: 'amount', direction: 'descending' },
    });
    const range = { begin, end, buckets };
    expect([...engine.density(range)]).toEqual(naive(events, begin, end, buckets));
    const ofShops = events.filter(({ source }) => source === 'shop');
    expect([...shops.density(range)]).toEqual(naive(ofShops, begin, end, buckets));
  });

  test('of many rows is that of a naive count', async () => {
    using source = await createEngine(sourceOptions);
    const rows = Array.from({ length: 3_000 }, (_, i) => ({
      id: `id${i}`,
      timestamp: (i * 7919) % 10_007,
      amount: i % 3,
    }));
    source.applyFeed(batch(0, rows.map(insert)));
    using view = source.openView({ filter: 'amount:1' });
    expect([...source.density({ begin: 100, end: 9_000, buckets: 977 })]).toEqual(
      naive(rows, 100, 9_000, 977),
    );
    const some = rows.filter(({ amount }) => amount === 1);
    expect([...view.density({ begin: 100, end: 9_000, buckets: 977 })]).toEqual(
      naive(some, 100, 9_000, 977),
    );
    expect(view.density({ begin: 0, end: 10_007, buckets: 65_536 }).length).toBe(65_536);
  });

  test('is a copy of its own', () => {
    const first = engine.density({ begin: DAY, end: DAY + 50, buckets: 2 });
    engine.density({ begin: 0, end: 1, buckets: 2 });
    expect([...first]).toEqual([4, 3]);
  });

  test.each([
    { begin: 1, end: 0, buckets: 1 },
    { begin: Number.NaN, end: 1, buckets: 1 },
    { begin: 0, end: Number.NaN, buckets: 1 },
    { begin: 0, end: Infinity, buckets: 1 },
    { begin: 0, end: 8.64e15 + 1, buckets: 1 },
    { begin: -8.64e15 - 1, end: 0, buckets: 1 },
    { begin: 0, end: 1, buckets: 0 },
    { begin: 0, end: 1, buckets: 1.5 },
    { begin: 0, end: 1, buckets: 65_537 },
    { begin: 0, end: 1, buckets: Number.NaN },
  ])('of %j throws', (range) => {
    expect(() => engine.density(range)).toThrow(RangeError);
  });
});

describe('a facet', () => {
  test('has the most frequent values first, ties by value, and tells of what it leaves out', () => {
    expect(engine.facet('source')).toEqual(facetOf(events));
    expect(engine.facet('source')).toEqual({
      values: [
        { value: 'shop', count: 3 },
        { value: '', count: 1 },
        { value: 'ads', count: 1 },
        { value: 'chat', count: 1 },
      ],
      distinctCount: 4,
      missingCount: 1,
    });
    expect(engine.facet('source', 2)).toEqual(facetOf(events, 2));
    expect(engine.facet('source', 0)).toEqual(facetOf(events, 0));
  });

  test('counts the rows of its view, and keeps up', () => {
    using view = engine.openView({ filter: 'amount>=0' });
    expect(view.facet('source')).toEqual({
      values: [
        { value: '', count: 1 },
        { value: 'shop', count: 1 },
      ],
      distinctCount: 2,
      missingCount: 1,
    });
    apply([
      { op: 'update', id: 'e1', set: { amount: 3 } },
      { op: 'update', id: 'e2', set: { source: 'ads' } },
      { op: 'delete', id: 'e4' },
    ]);
    expect(view.facet('source')).toEqual({
      values: [
        { value: 'ads', count: 2 },
        { value: 'shop', count: 1 },
      ],
      distinctCount: 2,
      missingCount: 0,
    });
    apply([{ op: 'update', id: 'e0', set: { source: null } }]);
    expect(view.facet('source', 1)).toEqual({
      values: [{ value: 'ads', count: 2 }],
      distinctCount: 1,
      missingCount: 1,
    });
    expect(engine.facet('source', 1).values).toEqual([{ value: 'ads', count: 2 }]);
  });

  test('of a search counts its matches', () => {
    using search = engine.openSearch('card');
    const matching = events.filter(({ message }) => /card/i.test(message ?? ''));
    expect(search.matches.facet('source')).toEqual(facetOf(matching));
  });

  test('in another order counts the same', () => {
    using view = engine.openView({ order: { column: 'amount', direction: 'descending' } });
    expect(view.facet('source')).toEqual(facetOf(events));
  });

  test('has ten values where no limit is given', () => {
    apply(
      Array.from({ length: 15 }, (_, i) => insert({ id: `f${i}`, timestamp: i, source: `s${i}` })),
    );
    expect(engine.facet('source')).toMatchObject({ distinctCount: 19, missingCount: 1 });
    expect(engine.facet('source').values.length).toBe(10);
    expect(engine.facet('source', 99).values.length).toBe(19);
  });

  test.each(['nobody', 'message', 'amount', 'id'])('of %s throws', (name) => {
    expect(() => engine.facet(name)).toThrow(RangeError);
  });

  test.each([-1, 0.5, Number.NaN])('of at most %d values throws', (limit) => {
    expect(() => engine.facet('source', limit)).toThrow(RangeError);
  });
});

describe('a search', () => {
  function indexesOf(of: RowReader, matches: readonly string[]): (number | undefined)[] {
    return matches.map((id) => of.indexOf(id)).sort((a, b) => Number(a) - Number(b));
  }

  test.each([
    ['the window', undefined, undefined],
    ['a view', '-amount:20', undefined],
    ['a view in another order', '', { column: 'amount' }],
    ['a view in descending order', 'source:*', { column: 'message', direction: 'descending' }],
  ] as const)('steps through the matches of %s', (_, filter, order) => {
    using view =
      filter === undefined
        ? undefined
        : engine.openView(order === undefined ? { filter } : { filter, order });
    const rows = view ?? engine;
    using search = rows.openSearch('card');
    const expected = indexesOf(
      rows,
      ids(rows).filter((id) => ['e0', 'e1', 'e4', 'e5'].includes(id)),
    );
    expect(search.count).toBe(expected.length);
    expect(ids(search.matches)).toEqual(ids(rows).filter((_id, row) => expected.includes(row)));
    const forward: number[] = [];
    for (let at = search.next(-1); at !== undefined; at = search.next(at)) forward.push(at);
    expect(forward).toEqual(expected);
    const back: number[] = [];
    for (let at = search.previous(rows.rowCount); at !== undefined; at = search.previous(at)) {
      back.push(at);
    }
    expect(back).toEqual(expected.toReversed());
    for (let row = -1; row < rows.rowCount; row++) {
      expect(search.next(row)).toBe(expected.find((match) => Number(match) > row));
    }
    for (let row = 0; row <= rows.rowCount; row++) {
      expect(search.previous(row)).toBe(expected.findLast((match) => Number(match) < row));
    }
  });

  test('lies in time, and follows batches', () => {
    using view = engine.openView({ order: { column: 'amount' } });
    using search = view.openSearch('card');
    const range = { begin: DAY, end: DAY + 50, buckets: 5 };
    expect([...search.matches.density(range)]).toEqual([1, 1, 0, 1, 1]);
    apply([
      { op: 'update', id: 'e6', set: { message: 'CARD' } },
      { op: 'delete', id: 'e0' },
      { op: 'update', id: 'e1', set: { message: null } },
    ]);
    expect(search.count).toBe(3);
    expect([...search.matches.density(range)]).toEqual([0, 0, 0, 1, 2]);
    expect(search.next(-1)).toBe(0);
    expect(search.matches.facet('source', 1).values).toEqual([{ value: '', count: 1 }]);
  });

  test('refuses rows that the view does not have, and faulty filters', () => {
    using search = engine.openSearch('card');
    for (const use of [
      () => search.next(-2),
      () => search.next(events.length),
      () => search.next(0.5),
      () => search.previous(-1),
      () => search.previous(events.length + 1),
      () => search.previous(Number.NaN),
    ]) {
      expect(use, use.toString()).toThrow(RangeError);
    }
    expect(search.previous(0)).toBeUndefined();
    expect(search.next(events.length - 1)).toBeUndefined();
    expect(() => engine.openSearch('source:')).toThrow(FilterError);
  });

  test('of no matches answers undefined', () => {
    using search = engine.openSearch('nobody-has-this');
    expect([search.count, search.next(-1), search.previous(events.length)]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });

  test('throws after delete', () => {
    const search = engine.openSearch('card');
    search.delete();
    search.delete();
    expect(() => search.count).toThrow('deleted');
    expect(() => search.next(0)).toThrow('deleted');
    expect(() => search.matches.rowCount).toThrow('deleted');
  });
});

describe('a filter that is faulty', () => {
  test.each([
    ['amount>=ten', 8, 11, "a number after '>='"],
    ['source:', 7, 7, "a value after ':'"],
    ['http://shop', 0, 4, "the name of a column before ':'; in quotes it is text"],
    ['a OR', 4, 4, 'a term: a word, "text" or column:value'],
    ['amount:20..10', 7, 13, 'a range that begins before it ends'],
    // One, two, three and four bytes of UTF-8; the last one is two UTF-16 units.
    ['é amount>=ten', 10, 13, "a number after '>='"],
    ['€€ amount>=ten', 11, 14, "a number after '>='"],
    ['"😀😀" amount>=zéhn😀', 15, 21, "a number after '>='"],
    ['😀é€ source:', 12, 12, "a value after ':'"],
    ['😀 OR', 5, 5, 'a term: a word, "text" or column:value'],
  ])('%s is told with its place in UTF-16 units', (filter, offset, end, expected) => {
    const error = failureOf(filter);
    const sentence = `expected ${expected}`;
    expect(error).toMatchObject({ name: 'FilterError', filter, offset, end, expected: sentence });
    expect(error.message).toBe(`filter, column ${offset + 1}: ${sentence}`);
    expect(engine.rowCount).toBe(events.length);
  });

  test('takes none of the views', () => {
    for (let i = 0; i < 2 * MAX_VIEWS; i++) failureOf('source:');
    using view = engine.openView({ filter: 'card' });
    expect(view.rowCount).toBe(4);
  });
});

describe('several views', () => {
  test('are independent of each other', () => {
    using one = engine.openView({ filter: 'source:shop' });
    const two = engine.openView({ filter: 'card', order: { column: 'message' } });
    using three = engine.openView({ order: { column: 'done' } });
    two.delete();
    using four = engine.openView({ filter: 'amount<0' });
    apply([{ op: 'delete', id: 'e3' }]);
    expect(ids(one)).toEqual(['e0', 'e5']);
    expect(ids(three)).toEqual(['e2', 'e5', 'e0', 'e1', 'e4', 'e6']);
    expect(ids(four)).toEqual(['e1', 'e6']);
    expect(() => two.rowCount).toThrow('deleted');
    two.delete(); // does not delete the one that has its number now
    expect(ids(four)).toEqual(['e1', 'e6']);
  });

  test('are 64 at most, searches included', () => {
    const views = Array.from({ length: MAX_VIEWS - 1 }, (_, i) =>
      engine.openView({ filter: `amount>${i - 30}` }),
    );
    const search = engine.openSearch('card');
    expect(() => engine.openView()).toThrow(RangeError);
    expect(() => engine.openView()).toThrow('64 views');
    expect(() => engine.openSearch('card')).toThrow(RangeError);
    apply([insert({ id: 'n', timestamp: 0, amount: 1000, message: 'card' })]);
    views.forEach((view, i) => {
      const expected = events.filter(({ amount }) => amount !== undefined && amount > i - 30);
      expect(view.rowCount).toBe(expected.length + 1);
    });
    search.delete();
    engine.openView().delete();
    views[7]?.delete();
    engine.openView();
    engine.openView();
    expect(() => engine.openView()).toThrow(RangeError);
  });
});

describe('lifetime of a view', () => {
  test('ends with delete, and deleting again does nothing', () => {
    const view = engine.openView({ filter: 'card' });
    view.delete();
    view.delete();
    for (const use of [
      () => view.rowCount,
      () => view.rank({ timestamp: 0, id: '' }),
      () => view.keyAt(0),
      () => view.indexOf('e0'),
      () => view.readText(0, 'message'),
      () => view.readRows({ begin: 0, end: 1 }),
      () => view.readRowsAt([0]),
      () => view.writeJson({ begin: 0, end: 1 }),
      () => view.density({ begin: 0, end: 1, buckets: 1 }),
      () => view.facet('source'),
      () => view.openSearch('card'),
    ]) {
      expect(use, use.toString()).toThrow('the view has been deleted');
    }
  });

  test('ends with the block that owns it, and its place is free again', () => {
    for (let i = 0; i < 2 * MAX_VIEWS; i++) {
      using view = engine.openView({ filter: 'card' });
      expect(view.rowCount).toBe(4);
    }
  });

  test('ends with the engine', () => {
    const view = engine.openView({ filter: 'card' });
    const search = view.openSearch('declined');
    engine.delete();
    expect(() => view.rowCount).toThrow('the engine has been deleted');
    expect(() => view.readRows({ begin: 0, end: 1 })).toThrow('the engine has been deleted');
    expect(() => search.next(-1)).toThrow('the engine has been deleted');
  });

  test('has ended where the engine was deleted: deleting it then does nothing', () => {
    const view = engine.openView({ filter: 'card' });
    const search = view.openSearch('declined');
    engine.delete();
    view.delete();
    search.delete();
    expect(() => view.rowCount).toThrow('deleted');
  });

  test('opening and deleting again and again does not grow the heap', () => {
    apply(
      Array.from({ length: 2_000 }, (_, i) =>
        insert({ id: `id${i}`, timestamp: i, source: `s${i % 50}`, message: `card ${i % 7}` }),
      ),
    );
    let heapBytes = 0;
    for (let round = 0; round < 300; round++) {
      using view = engine.openView({ filter: 'card', order: { column: 'message' } });
      view.facet('source');
      using search = view.openSearch('"3"');
      expect(search.count).toBeGreaterThan(0);
      if (round === 10) heapBytes = engine.heapBytes;
    }
    expect(engine.heapBytes).toBe(heapBytes);
  });
});

describe('a report of changes', () => {
  /** Names of the changed cells, row by row, by id. */
  function changesOf(of: RowReader, since: number): Record<string, string[]> {
    const block = of.readRows({ begin: 0, end: of.rowCount }, undefined, since);
    return Object.fromEntries(
      Array.from({ length: block.rowCount }, (_, row) => [
        block.key(row).id,
        schema.filter((_column, i) => block.changed(row, i)).map(({ name }) => name),
      ]),
    );
  }
  const allColumns = schema.map(({ name }) => name);
  const allChanged = Object.fromEntries(events.map(({ id }) => [id, allColumns]));
  const nothingChanged = Object.fromEntries(events.map(({ id }) => [id, []]));

  test('names the cells that changed since a version, and no others', () => {
    const before = engine.version;
    expect(changesOf(engine, before)).toEqual(nothingChanged);
    apply([{ op: 'update', id: 'e1', set: { amount: 3, message: null } }]);
    const between = engine.version;
    expect(between).toBeGreaterThan(before);
    apply([{ op: 'update', id: 'e4', set: { done: true } }]);
    expect(engine.version).toBeGreaterThan(between);
    expect(changesOf(engine, before)).toEqual({
      ...nothingChanged,
      e1: ['message', 'amount'],
      e4: ['done'],
    });
    expect(changesOf(engine, between)).toEqual({ ...nothingChanged, e4: ['done'] });
    expect(changesOf(engine, engine.version)).toEqual(nothingChanged);
    const block = engine.readRows({ begin: 4, end: 5 }, undefined, between);
    expect([block.changedSince, block.version]).toEqual([between, engine.version]);
    expect([block.changed(0, column.done), block.changed(0, column.amount)]).toEqual([true, false]);
  });

  test('does not name cells that were set to what they were', () => {
    const before = engine.version;
    apply([
      { op: 'update', id: 'e1', set: { source: 'ads', message: 'card accepted', amount: 4 } },
    ]);
    expect(changesOf(engine, before)).toEqual({ ...nothingChanged, e1: ['amount'] });
  });

  test('tells all of a new row, and none of a view that only moved', () => {
    using view = engine.openView({ filter: 'source:shop', order: { column: 'amount' } });
    const before = engine.version;
    apply([insert({ id: 'n', timestamp: DAY + 1, source: 'shop', amount: -5 })]);
    expect(changesOf(view, before)).toEqual({ n: allColumns, e0: [], e3: [], e5: [] });
    apply([{ op: 'update', id: 'e3', set: { amount: 1 } }]);
    expect(changesOf(view, before)).toMatchObject({ n: allColumns, e3: ['amount'], e5: [] });
  });

  test('is all true without a version', () => {
    expect(changesOf(engine, 0)).toEqual(allChanged);
    const block = engine.readRows({ begin: 0, end: 1 });
    expect([block.changedSince, block.changed(0, column.amount)]).toEqual([0, true]);
  });

  test('is all true where the version is too long ago', () => {
    const old = engine.version;
    for (let round = 0; round < 5; round++) {
      apply(
        Array.from({ length: 5_000 }, (_, i) => ({
          op: 'update',
          id: 'e0',
          set: { amount: round * 5_000 + i },
        })),
      );
    }
    const block = engine.readRows({ begin: 0, end: 9 }, undefined, old);
    expect(block.changedSince).toBe(0);
    expect(changesOf(engine, old)).toEqual(allChanged);
    const recent = engine.version;
    apply([{ op: 'update', id: 'e2', set: { amount: 1 } }]);
    expect(changesOf(engine, recent)).toEqual({ ...nothingChanged, e2: ['amount'] });
  });

  test('is all true of a version before clear()', () => {
    const before = engine.version;
    engine.clear();
    expect(engine.version).toBeGreaterThan(before);
    engine.applyPage(bytesOf(events), { cursor: { epoch: 'e', seq: 1 }, covered: everything });
    expect(changesOf(engine, before)).toEqual(allChanged);
  });

  test('tells an event that moved in time by its timestamp', () => {
    const before = engine.version;
    apply([{ op: 'update', id: 'e0', set: { timestamp: DAY + 99 } }]);
    expect(changesOf(engine, before)['e0']).toContain('timestamp');
    expect(changesOf(engine, before)['e1']).toEqual([]);
  });

  test('the version stays where nothing changes', () => {
    const before = engine.version;
    engine.applyFeed(batch(seq, [{ op: 'delete', id: 'nobody' }]));
    engine.openView({ filter: 'card' }).delete();
    expect(engine.version).toBe(before);
  });
});
