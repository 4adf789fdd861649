import { createEngine } from 'eventglass';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batch, insert, sourceOptions, type TestEvent } from './support/test_schema.js';

const id = fc.integer({ min: 0, max: 30 }).map((n) => `id${n}`);
const fields = fc.record(
  {
    source: fc.constantFrom('shop', 'chat', ''),
    message: fc.string(),
    amount: fc.integer(),
    done: fc.boolean(),
  },
  { requiredKeys: [] },
);
const timestamp = fc.integer({ min: 0, max: 9 });

type Step =
  | {
      readonly op: 'put';
      readonly id: string;
      readonly timestamp: number;
      readonly fields: Partial<TestEvent>;
    }
  | {
      readonly op: 'patch';
      readonly id: string;
      readonly fields: Partial<TestEvent>;
      readonly removed: 'amount' | 'message';
    }
  | { readonly op: 'delete'; readonly id: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('put' as const), id, timestamp, fields }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('patch' as const),
      id,
      fields,
      removed: fc.constantFrom('amount' as const, 'message' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('delete' as const), id }) },
);

function mutationOf(of: Step): object {
  switch (of.op) {
    case 'put':
      return insert({ ...of.fields, id: of.id, timestamp: of.timestamp });
    case 'patch':
      return { op: 'update', id: of.id, set: { ...of.fields, [of.removed]: null } };
    case 'delete':
      return { op: 'delete', id: of.id };
  }
}

function applyTo(events: Map<string, TestEvent>, of: Step): void {
  const known = events.get(of.id);
  switch (of.op) {
    case 'put':
      events.set(of.id, { ...of.fields, id: of.id, timestamp: of.timestamp });
      return;
    case 'patch': {
      if (known === undefined) return;
      const merged = Object.entries({ ...known, ...of.fields }).filter(
        ([name]) => name !== of.removed,
      );
      events.set(of.id, Object.fromEntries(merged) as unknown as TestEvent);
      return;
    }
    case 'delete':
      events.delete(of.id);
      return;
  }
}

function inOrder(events: Map<string, TestEvent>): TestEvent[] {
  return [...events.values()].sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
}

test('a source equals a map that takes the same mutations', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { maxLength: 12 }),
      async (batches) => {
        using engine = await createEngine(sourceOptions);
        const events = new Map<string, TestEvent>();
        let seq = 0;
        for (const steps of batches) {
          const message = batch(seq, steps.map(mutationOf));
          expect(engine.applyFeed(message).status).toBe('applied');
          expect(engine.applyFeed(message).status).toBe('duplicate');
          seq += steps.length;
          for (const each of steps) applyTo(events, each);
          const expected = inOrder(events);
          const block = engine.readRows({ begin: 0, end: expected.length + 1 });
          expect(block.rowCount).toBe(expected.length);
          expected.forEach((event, row) => {
            expect(block.event(row)).toEqual(event);
            expect(engine.indexOf(event.id)).toBe(row);
            expect(engine.rank(event)).toBe(row);
          });
          const json = new TextDecoder().decode(
            engine.writeJson({ begin: 0, end: expected.length }),
          );
          expect(JSON.parse(json)).toEqual(expected);
        }
      },
    ),
    { numRuns: 60 },
  );
});
