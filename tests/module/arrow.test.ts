import { tableFromIPC as readWithApache } from 'apache-arrow';
import * as aq from 'arquero';
import { createEngine, type CellValue, type Engine, type Schema } from 'eventglass';
import { ArrowStream, blockToArrow, readArrow, viewToArrow } from 'eventglass/arrow';
import fc from 'fast-check';
import {
  binary,
  columnFromArray,
  dateDay,
  dictionary,
  float32,
  int16,
  int64,
  list,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import { describe, expect, test } from 'vitest';

const schema: Schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'severity', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: '__proto__', type: 'number' },
  { name: 'done', type: 'boolean' },
];

const eventArbitrary = fc.record(
  {
    id: fc.uuid(),
    timestamp: fc.integer({ min: -8.64e15, max: 8.64e15 }),
    severity: fc.constantFrom('info', 'error', '', 'toString', 'ü🚀'),
    message: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
    ['__proto__']: fc.double({ noNaN: true, noDefaultInfinity: true }),
    done: fc.boolean(),
  },
  { requiredKeys: ['id', 'timestamp'] },
);

type Event = Readonly<Record<string, unknown>>;

/** An engine that holds these events. */
async function engineOf(events: readonly object[], columns = schema): Promise<Engine> {
  const engine = await createEngine({ schema: columns, maxCellCharacters: 100 });
  const report = engine.applyPage(new TextEncoder().encode(JSON.stringify(events)), {
    cursor: { epoch: 'e', seq: 0 },
    covered: { begin: undefined, end: undefined },
  });
  expect(report.status).toBe('applied');
  return engine;
}

/** All events of an engine, whole. */
function eventsOf(engine: Engine): readonly Event[] {
  const json = engine.writeJson({ begin: 0, end: engine.rowCount });
  return JSON.parse(new TextDecoder().decode(json)) as Event[];
}

const bytesOf = (pieces: Iterable<Uint8Array>) => new Uint8Array(Buffer.concat([...pieces]));

/** A table of somebody else's. */
function foreign(columns: Readonly<Record<string, readonly [readonly unknown[], DataType]>>) {
  const entries = Object.entries(columns).map(
    ([name, [values, type]]) => [name, columnFromArray([...values], type)] as const,
  );
  return (
    tableToIPC(tableFromColumns(entries.map(([name, column]) => [name, column])), {}) ??
    new Uint8Array()
  );
}

const ids = [['a', 'b'], utf8()] as const;
const times = [[1_000, 2_000], timestamp(TimeUnit.MILLISECOND)] as const;

describe('rows as Arrow', () => {
  test('come back as they were, whole and in order, in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(eventArbitrary, { selector: ({ id }) => id, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (events, batchRows) => {
          using engine = await engineOf(events);
          const read = readArrow(bytesOf(viewToArrow(engine, { batchRows })), schema);
          expect(read.count).toBe(events.length);
          using again = await engineOf([...read.events()]);
          expect(eventsOf(again)).toEqual(eventsOf(engine));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('are those of a view and a range', async () => {
    const events = Array.from({ length: 100 }, (_, i) => ({
      id: `e${String(i)}`,
      timestamp: i,
      severity: i % 3 === 0 ? 'error' : 'info',
    }));
    using engine = await engineOf(events);
    using view = engine.openView({ filter: 'severity:error' });
    const read = readArrow(bytesOf(viewToArrow(view, { range: { begin: 2, end: 5 } })));
    expect([...read.events()].map(({ id }) => id)).toEqual(['e6', 'e9', 'e12']);
    expect(() => [...viewToArrow(view, { batchRows: 0 })]).toThrow(/batchRows/);
  });

  test('of a block are the rows that it has, with its texts as it has them', async () => {
    using engine = await engineOf([{ id: 'a', timestamp: 1, message: 'x'.repeat(300) }]);
    const [event] = [...readArrow(blockToArrow(engine.readRows({ begin: 0, end: 1 }))).events()];
    expect(event?.['message']).toBe('x'.repeat(100));
  });

  test('are read alike by Apache’s own reader', async () => {
    const events = fc.sample(eventArbitrary, { numRuns: 200, seed: 7 });
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    using engine = await engineOf(unique);
    const table = readWithApache(bytesOf(viewToArrow(engine, { batchRows: 64 })));
    const expected = eventsOf(engine);
    expect(table.numRows).toBe(expected.length);
    for (const { name } of schema) {
      const column = table.getChild(name);
      const cells = expected.map((_, row) => (column?.get(row) as CellValue | null) ?? undefined);
      expect(cells, name).toEqual(
        expected.map((event) => Object.entries(event).find(([key]) => key === name)?.[1]),
      );
    }
  });
});

describe('Arquero', () => {
  test('takes over, and gives back', async () => {
    const events = Array.from({ length: 1_000 }, (_, i) => ({
      id: `e${String(i)}`,
      timestamp: 1_795_000_000_000 + i * 1_000,
      severity: ['info', 'warning', 'error'][(i % 7) % 3] ?? '',
      message: `message ${String(i)}`,
    }));
    // Arquero can't have a column called `__proto__`.
    const columns = schema.filter(({ name }) => name !== '__proto__');
    using engine = await engineOf(events, columns);
    const table = aq.fromArrow(bytesOf(viewToArrow(engine)));
    const counts = table
      .groupby('severity')
      .count()
      .orderby(aq.desc('count'))
      .objects() as readonly {
      readonly severity: string;
      readonly count: number;
    }[];
    const byValue = (values: readonly { readonly value: string; readonly count: number }[]) =>
      new Map(values.map(({ value, count }) => [value, count]));
    expect(byValue(counts.map(({ severity: value, count }) => ({ value, count })))).toEqual(
      byValue(engine.facet('severity').values),
    );

    const errors = table.filter(aq.escape((row: { severity: string }) => row.severity === 'error'));
    const back = readArrow(errors.toArrowIPC());
    using result = await engineOf([...back.events()], back.schema);
    using view = engine.openView({ filter: 'severity:error' });
    expect(result.rowCount).toBe(view.rowCount);
    expect(eventsOf(result).map(({ id, timestamp: time }) => [id, time])).toEqual(
      events
        .filter(({ severity }) => severity === 'error')
        .map(({ id, timestamp: time }) => [id, time]),
    );
  });
});

describe('Arrow of others', () => {
  test('has its columns found, whatever widths and units they have', () => {
    const bytes = foreign({
      ID: ids,
      small: [[1, -2], int16()],
      big: [[2n ** 62n, null], int64()],
      half: [[0.5, Number.NaN], float32()],
      day: [[86_400_000, 0], dateDay()],
      at: [[1_000, 2_000], timestamp(TimeUnit.NANOSECOND, 'Europe/Berlin')],
      time: [[1_000.5, 2_000], timestamp(TimeUnit.MICROSECOND)],
      kind: [['x', null], dictionary(utf8())],
      note: [['', 'n'], utf8()],
    });
    const read = readArrow(bytes);
    expect(read.schema).toEqual([
      { name: 'ID', type: 'id' },
      { name: 'small', type: 'number' },
      { name: 'big', type: 'number' },
      { name: 'half', type: 'number' },
      { name: 'day', type: 'number' },
      { name: 'at', type: 'number' },
      { name: 'time', type: 'timestamp' },
      { name: 'kind', type: 'dictionary' },
      { name: 'note', type: 'text' },
    ]);
    expect([...read.events()]).toEqual([
      {
        ID: 'a',
        small: 1,
        big: 2 ** 62,
        half: 0.5,
        day: 86_400_000,
        at: 1_000,
        time: 1_000,
        kind: 'x',
        note: '',
      },
      { ID: 'b', small: -2, day: 0, at: 2_000, time: 2_000, note: 'n' },
    ]);
  });

  test.each([
    [
      'a list',
      { id: ids, time: times, tags: [[[1], [2]], list(int16())] },
      /"tags" has the Arrow type List/,
    ],
    [
      'bytes',
      { id: ids, time: times, raw: [[new Uint8Array(1), new Uint8Array(1)], binary()] },
      /"raw" has the Arrow type Binary/,
    ],
    ['no id', { name: ids, time: times }, /no column of texts is called id among name, time/],
    ['no time', { id: ids, n: [[1, 2], int16()] }, /no column has times among id, n/],
  ] as const)('that can’t be had is refused: %s', (_, columns, message) => {
    expect(() => readArrow(foreign(columns))).toThrow(message);
  });

  test('is compared with a schema', () => {
    const bytes = foreign({ id: ids, time: times, n: [[1, 2], int16()] });
    const base: Schema = [
      { name: 'id', type: 'id' },
      { name: 'time', type: 'timestamp' },
    ];
    expect([...readArrow(bytes, base).events()][0]).toEqual({ id: 'a', time: 1_000 });
    expect(() => readArrow(bytes, [...base, { name: 'm', type: 'text' }])).toThrow(
      /no column "m", it has id, time, n/,
    );
    expect(() => readArrow(bytes, [...base, { name: 'n', type: 'text' }])).toThrow(
      /"n" has the Arrow type Int, which can't be text/,
    );
  });

  test('is refused where two columns have one name', () => {
    const column = columnFromArray(['a'], utf8());
    const bytes = tableToIPC(
      tableFromColumns([
        ['id', column],
        ['id', column],
      ]),
      {},
    );
    expect(() => readArrow(bytes ?? new Uint8Array())).toThrow(
      /two columns of the table are called "id"/,
    );
  });

  test('that is none, or is cut off anywhere, is told and never read in part', async () => {
    expect(() => readArrow(new TextEncoder().encode('[{"id":1}]'))).toThrow(/not whole Arrow IPC/);
    expect(() => readArrow(new Uint8Array())).toThrow(/eventglass/);
    using engine = await engineOf([{ id: 'a', timestamp: 1, severity: 'info', message: 'hello' }]);
    const whole = bytesOf(viewToArrow(engine));
    for (let length = 0; length < whole.byteLength - 8; length += 8) {
      const read = () => [...readArrow(whole.subarray(0, length), schema).events()];
      expect(read, String(length)).toThrow(TypeError);
    }
  });

  test('is written batch by batch by whoever has columns', () => {
    const stream = new ArrowStream(schema.slice(0, 3));
    const pieces = [
      stream.begin(),
      stream.batch([['a'], [1], ['info']]),
      stream.batch([[], [], []]),
      stream.batch([['b'], [2], ['error']]),
      stream.end(),
    ];
    expect([...readArrow(bytesOf(pieces)).events()]).toEqual([
      { id: 'a', timestamp: 1, severity: 'info' },
      { id: 'b', timestamp: 2, severity: 'error' },
    ]);
  });
});
