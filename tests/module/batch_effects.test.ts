import { createEngine, type Engine, type View } from 'eventglass';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, bytesOf, insert, sourceOptions, type TestEvent } from './support/test_schema.js';

/** Filters, and what they mean. */
const filters: readonly (readonly [string, (event: TestEvent) => boolean])[] = [
  ['', () => true],
  ['source:shop', ({ source }) => source === 'shop'],
  ['amount>=2', ({ amount }) => amount !== undefined && amount >= 2],
  ['-done:true', ({ done }) => done !== true],
];

/** More than one word of bits has. */
const VIEWS = 40;

interface OpenView {
  readonly view: View;
  readonly shows: (event: TestEvent) => boolean;
}

function open(engine: Engine, choice: number): OpenView {
  const [filter, shows] = filters[choice % filters.length] ?? ['', () => true];
  return { view: engine.openView({ filter }), shows };
}

const fields = fc.record(
  { source: fc.constantFrom('shop', 'chat'), amount: fc.nat(4), done: fc.boolean() },
  { requiredKeys: [] },
);
const id = fc.nat(12).map((n) => `id${n}`);

type Change =
  | { readonly put: TestEvent }
  | { readonly id: string; readonly set: Partial<TestEvent> }
  | { readonly id: string };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ id, timestamp: fc.nat(9), fields }).map(putOf) },
  { weight: 2, arbitrary: fc.record({ id, set: fields }) },
  { weight: 1, arbitrary: fc.record({ id }) },
);

function putOf({ fields: own, ...key }: { id: string; timestamp: number; fields: object }): Change {
  return { put: { ...own, ...key } };
}

function mutationOf(of: Change): object {
  if ('put' in of) return insert(of.put);
  return { op: 'set' in of ? 'update' : 'delete', ...of };
}

/** Does to a map what the mutation does. */
function apply(events: Map<string, TestEvent>, of: Change): void {
  if ('put' in of) {
    events.set(of.put.id, of.put);
  } else if ('set' in of) {
    const known = events.get(of.id);
    if (known !== undefined) events.set(of.id, { ...known, ...of.set });
  } else {
    events.delete(of.id);
  }
}

function idOf(of: Change): string {
  return 'put' in of ? of.put.id : of.id;
}

/** Where an event is and which views show it. */
function placeOf(
  event: TestEvent | undefined,
  views: readonly OpenView[],
): [number, readonly boolean[]] {
  return [event?.timestamp ?? NaN, views.map(({ shows }) => event !== undefined && shows(event))];
}

test('effects tell where each event was and is, and which views show it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ changes: fc.array(change, { maxLength: 10 }), reopened: fc.nat(VIEWS - 1) }),
        { minLength: 1, maxLength: 6 },
      ),
      async (batches) => {
        using engine = await createEngine(sourceOptions);
        const events = new Map<string, TestEvent>();
        const views = Array.from({ length: VIEWS }, (_, i) => open(engine, i));
        let seq = 0;
        for (const { changes, reopened } of batches) {
          // Its number is used again, for another filter.
          views[reopened]?.view.delete();
          views[reopened] = open(engine, reopened + 1);
          const expected = changes.map((each) => {
            const before = placeOf(events.get(idOf(each)), views);
            apply(events, each);
            return { before, after: placeOf(events.get(idOf(each)), views) };
          });
          const report = engine.applyFeedWithEffects(batch(seq, changes.map(mutationOf)));
          seq = report.seq;
          const { effects } = report;
          expect([report.status, report.counts.skipped]).toEqual(['applied', 0]);
          // They are the caller's own: what the engine does next leaves them as they are.
          engine.readRows({ begin: 0, end: engine.rowCount });
          expect(effects.count).toBe(changes.length);
          expect(
            changes.map((_, i) => ({
              before: [effects.timeBefore(i), views.map(({ view }) => effects.wasShown(i, view))],
              after: [effects.timeAfter(i), views.map(({ view }) => effects.isShown(i, view))],
            })),
          ).toEqual(expected);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('there are no effects of what is not applied, of progress and of mutations that are known', async () => {
  using engine = await createEngine(sourceOptions);
  const first = batch(0, [insert({ id: 'a', timestamp: 1 })]);
  expect(engine.applyFeedWithEffects(first).effects.count).toBe(1);
  for (const [message, status] of [
    [first, 'duplicate'],
    [batch(5, [{ op: 'delete', id: 'a' }]), 'gap'],
    [bytesOf('{'), 'malformed'],
    [bytesOf({ type: 'progress', epoch: 'e', seq: 1 }), 'applied'],
  ] as const) {
    const report = engine.applyFeedWithEffects(message);
    expect([report.status, report.effects.count]).toEqual([status, 0]);
    expect(report.effects.timeBefore(0)).toBeNaN();
  }
  const overlap = batch(0, [
    insert({ id: 'a', timestamp: 7 }),
    { op: 'upsert' },
    { op: 'delete', id: 'a' },
  ]);
  const { effects, counts } = engine.applyFeedWithEffects(overlap);
  expect([effects.count, counts.stale, counts.skipped]).toEqual([1, 1, 1]);
  expect([effects.timeBefore(0), effects.timeAfter(0)]).toEqual([1, NaN]);
});

test('of a view that has been deleted nothing can be asked', async () => {
  using engine = await createEngine(sourceOptions);
  const view = engine.openView({ filter: 'source:shop' });
  const { effects } = engine.applyFeedWithEffects(batch(0, [insert({ id: 'a', timestamp: 1 })]));
  expect(effects.isShown(0, view)).toBe(false);
  view.delete();
  expect(() => effects.isShown(0, view)).toThrow('the view has been deleted');
});
