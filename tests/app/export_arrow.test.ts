import { tableFromIPC, Type } from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';
import { arrowWriter } from '../../app/src/lib/export/arrow.js';
import { eventsOf } from '../../app/src/lib/export/export_event.js';
import { demoColumns } from './support/demo_columns.js';

const { schema } = demoColumns;

const names = schema.map(({ name }) => name);

function eventOf(i: number) {
  return {
    id: `evt_${String(i)}`,
    timestamp: 1_795_183_200_000 + i,
    source: ['shop', 'ads'][i % 2] ?? '',
    type: `kind.${String(i % 7)}`,
    severity: 'info',
    actor: `Actor ${String(i)} ü🚀`,
    message: i % 3 === 0 ? '' : `message ${'x'.repeat(i % 50)}`,
    ...(i % 4 === 0 ? {} : { amount: i / 8 }),
  };
}

/** The file of these pages, read by flechette. */
function read(...pages: readonly (readonly object[])[]) {
  const writer = arrowWriter(schema);
  const pieces = [
    writer.begin(),
    ...pages.map((page) => writer.page(eventsOf(page, schema) ?? [])),
    writer.end(),
  ];
  const bytes = Buffer.concat(pieces);
  return { table: tableFromIPC(new Uint8Array(bytes)), pieces };
}

const events = (begin: number, end: number) =>
  Array.from({ length: end - begin }, (_, i) => eventOf(begin + i));

/** As a table has it: null for what is missing. */
const rowOf = (event: object) =>
  Object.fromEntries(names.map((name) => [name, Reflect.get(event, name) ?? null]));

describe('an Arrow file', () => {
  test('has the rows of all pages, a record batch for each', () => {
    const { table } = read(events(0, 1_000), events(1_000, 1_001), events(1_001, 1_500));
    expect(table.toArray()).toEqual(events(0, 1_500).map(rowOf));
    expect(table.getChild('id').data.map(({ length }) => length)).toEqual([1_000, 1, 499]);
  });

  test('names types: times with their unit and zone, dictionaries as such', () => {
    const { table } = read(events(0, 3));
    const types = Object.fromEntries(table.schema.fields.map(({ name, type }) => [name, type]));
    expect(types['timestamp']).toMatchObject({ typeId: Type.Timestamp, unit: 1, timezone: 'UTC' });
    for (const name of ['source', 'type', 'severity', 'actor']) {
      expect(types[name]?.typeId).toBe(Type.Dictionary);
    }
    expect(types['message']?.typeId).toBe(Type.Utf8);
    expect(types['amount']?.typeId).toBe(Type.Float);
  });

  test('repeats no dictionary that has not grown', () => {
    const page = events(0, 1_000);
    const { pieces, table } = read(page, page);
    const [, first, second] = pieces;
    expect(table.numRows).toBe(2_000);
    expect(first?.byteLength).toBeGreaterThan((second?.byteLength ?? 0) + 10_000);
  });

  test('of no events has its columns', () => {
    const { table } = read();
    expect(table.numRows).toBe(0);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(names);
  });

  test('of events that lack everything is read as well', () => {
    const bare = { id: 'bare', timestamp: 0 };
    const { table } = read([bare]);
    expect(table.toArray()).toEqual([rowOf(bare)]);
  });

  test('has nothing where an event lacks a value of a dictionary', () => {
    const page = events(0, 30).map((event, i) =>
      i % 3 === 0 ? { ...event, actor: undefined } : event,
    );
    const { table } = read(page);
    expect(table.toArray()).toEqual(page.map(rowOf));
  });

  test('begins a dictionary anew that has become too large, and the pages before it are as they were', () => {
    const { table } = read(events(0, 60_000), events(60_000, 110_000), events(5, 10));
    expect(table.numRows).toBe(110_005);
    const actors = [...table.getChild('actor')] as string[];
    expect(actors[0]).toBe(eventOf(0).actor);
    expect(actors[109_999]).toBe(eventOf(109_999).actor);
    expect(actors.slice(-5)).toEqual(events(5, 10).map(({ actor }) => actor));
  });
});
