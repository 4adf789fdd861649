import { createEngine, type Engine } from 'eventglass';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonDocuments } from './support/json_documents.js';
import {
  batch,
  bytesOf,
  everything,
  insert,
  schema,
  sourceOptions,
  type TestEvent,
} from './support/test_schema.js';

let engine: Engine;

beforeAll(async () => {
  engine = await createEngine({ schema });
});
afterAll(() => {
  engine.delete();
});

/** Whether a page is well-formed JSON to the engine: what stands in it may be anything. */
function isJson(bytes: Uint8Array): boolean {
  engine.clear();
  const { status, error } = engine.applyPage(bytes, {
    cursor: { epoch: 'e', seq: 1 },
    covered: everything,
  });
  return status === 'applied' || error?.code === 'wrong_shape';
}

function parses(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === 'string' ? bytesOf(part) : part)]),
  );
}

describe('JSON', () => {
  // wasm/src/decode/json_decoder.h says so: a byte order mark is skipped, and depth has a limit.
  const deviations = new Map([
    ['byte_order_mark_first', true],
    ['byte_order_mark_first_object', true],
    ['byte_order_mark_and_space', true],
    ['nesting_beyond_limit', false],
    ['nesting_beyond_limit_objects', false],
  ]);

  test.each(jsonDocuments())(
    'document $name ($kind) is accepted or refused as JSON.parse does',
    ({ kind, name, bytes }) => {
      const accepted = deviations.get(name);
      expect(parses(bytes)).toBe(accepted === undefined ? kind === 'y' : !accepted);
      expect(isJson(bytes)).toBe(accepted ?? parses(bytes));

      const wrapped = joined('[{"id":"a","timestamp":1,"x":', bytes, '}]');
      expect(isJson(wrapped)).toBe(accepted === false ? false : parses(wrapped));
    },
  );

  test('of any value is accepted', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.json(), (one, two) => {
        expect(isJson(bytesOf(`[${one},{"id":"a","timestamp":1,"x":${two}}]`))).toBe(true);
      }),
    );
  });

  test('is accepted or refused as JSON.parse does, with one byte changed, added or left out', () => {
    const byte = fc.oneof(
      fc.constantFrom(...bytesOf('[]{}",:\\ \n0123456789.eE+-truefalsn')),
      fc.nat(255),
    );
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 4 }),
        fc.nat(),
        byte,
        fc.constantFrom(0, 1, 2),
        (text, place, value, edit) => {
          const bytes = [...bytesOf(`[${text}]`)];
          bytes.splice(
            place % bytes.length,
            edit === 0 ? 1 : edit === 1 ? 0 : 1,
            ...(edit === 2 ? [] : [value]),
          );
          const edited = Uint8Array.from(bytes);
          expect(isJson(edited)).toBe(parses(edited));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('written reads back as the same events', async () => {
    const events = fc.uniqueArray(
      fc.record<TestEvent>(
        {
          id: fc.string({ minLength: 1, unit: 'binary' }),
          timestamp: fc.integer({ min: -8.64e15, max: 8.64e15 }),
          source: fc.string({ unit: 'grapheme' }),
          message: fc.string({ unit: 'binary', maxLength: 200 }),
          // JSON.stringify writes -0 as 0.
          amount: fc.double({ noDefaultInfinity: true, noNaN: true }).map((amount) => amount + 0),
          done: fc.boolean(),
        },
        { requiredKeys: ['id', 'timestamp'] },
      ),
      { selector: ({ id }) => id },
    );
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        using source = await createEngine({ ...sourceOptions, maxCellCharacters: 4_096 });
        source.applyFeed(batch(0, list.map(insert)));
        expect(source.rowCount).toBe(list.length);
        const text = new TextDecoder().decode(source.writeJson({ begin: 0, end: list.length }));
        const written = JSON.parse(text) as TestEvent[];
        const byId = (events: readonly object[]) =>
          new Map(events.map((event) => [(event as TestEvent).id, { ...event }]));
        expect(byId(written)).toEqual(byId(list));
        const block = source.readRows({ begin: 0, end: list.length });
        const read = written.map((_, row) => block.event(row));
        expect(byId(read)).toEqual(byId(list));
      }),
      { numRuns: 60 },
    );
  });
});
