import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test } from 'vitest';

import { type TimeForm, readTime } from '../../backend/src/import/time_forms.js';
import { loadContent, ownFile, readContent, typesOf } from './support/own_files.js';
import { readSchemaFile } from '../../backend/src/import/schema_file.js';
import { columnName } from '../../backend/src/import/names.js';

describe('times', () => {
  const at = (...parts: readonly [number, number, ...number[]]): number =>
    Date.UTC(...(parts as [number, number]));

  test.each<[string, TimeForm, number | undefined]>([
    ['2026-11-24T10:30:15.123Z', 'iso', at(2026, 10, 24, 10, 30, 15, 123)],
    ['2026-11-24T10:30:15+02:00', 'iso', at(2026, 10, 24, 8, 30, 15)],
    ['2026-11-24T10:30:15-0530', 'iso', at(2026, 10, 24, 16, 0, 15)],
    ['2026-11-24 10:30', 'iso', at(2026, 10, 24, 10, 30)],
    ['2026-11-24 10:30:15 UTC', 'iso', at(2026, 10, 24, 10, 30, 15)],
    ['2026/1/2', 'iso', at(2026, 0, 2)],
    ['+012026-01-01T00:00Z', 'iso', at(12026, 0, 1)],
    ['2026-02-30', 'iso', undefined],
    ['2026-01-01T24:00', 'iso', undefined],
    ['2026-1', 'iso', undefined],
    ['2026-01/02', 'iso', undefined],
    ['Jan 1 2000', 'month name', at(2000, 0, 1)],
    ['November 24, 2026 10:30 PM', 'month name', at(2026, 10, 24, 22, 30)],
    ['12 May 2026 12:05 AM', 'month name', at(2026, 4, 12, 0, 5)],
    ['Tue, 24 Nov 2026 10:30:15 GMT', 'month name', at(2026, 10, 24, 10, 30, 15)],
    ['10/Oct/2000:13:55:36 -0700', 'month name', at(2000, 9, 10, 20, 55, 36)],
    ['Tue Nov 24 10:30:15 2026', 'month name', at(2026, 10, 24, 10, 30, 15)],
    ['Foo 1 2000', 'month name', undefined],
    ['24/11/2026 10:30', 'day/month/year', at(2026, 10, 24, 10, 30)],
    ['24.11.2026', 'day/month/year', at(2026, 10, 24)],
    ['11/24/2026 1:05 pm', 'month/day/year', at(2026, 10, 24, 13, 5)],
    ['24/11/2026', 'month/day/year', undefined],
    ['1700000000', 's', 1_700_000_000_000],
    ['1700000000.125', 's', 1_700_000_000_125],
    ['-1.5', 's', -1_500],
    ['1700000000123', 'ms', 1_700_000_000_123],
    ['1700000000123999', 'us', 1_700_000_000_123],
    ['1700000000123999999', 'ns', 1_700_000_000_123],
    ['-1', 'ns', -1],
    ['5', 'us', 0],
    ['8640000000000000', 'ms', 8.64e15],
    ['8640000000000001', 'ms', undefined],
    ['-8640000000000001', 'ms', undefined],
    ['1e3', 'ms', undefined],
    ['', 'ms', undefined],
  ])('%s as %s', (text, form, ms) => {
    expect(readTime(text, form)?.ms).toBe(ms);
  });

  test.each<[string, readonly (string | number)[], TimeForm]>([
    ['seconds', [1_700_000_000, 1_700_000_001, 5], 's'],
    ['seconds, one far off', [1_700_000_000, 1_700_000_001, 1_700_000_002, 5e11], 's'],
    ['milliseconds', [0, 1_700_000_000_000, 1_700_000_000_001], 'ms'],
    ['microseconds', ['1700000000000000', '1700000000000001'], 'us'],
    ['nanoseconds', ['1700000000000000000', '1700000000000000001'], 'ns'],
    ['days first', ['01/02/2026', '25/02/2026'], 'day/month/year'],
    ['months first', ['01/02/2026', '02/25/2026'], 'month/day/year'],
  ])('a whole column tells %s', async (_, values, form) => {
    const content = values.map((ts) => `${JSON.stringify({ ts })}\n`).join('');
    const { events } = await loadContent('a.ndjson', content);
    const expected = values.map((value) => readTime(String(value), form)?.ms);
    expect(events.map(({ timestamp }) => timestamp)).toEqual(
      expected.sort((a, b) => Number(a) - Number(b)),
    );
  });

  test('that say more than a millisecond are kept as they were', async () => {
    const { events, notes, schema } = await loadContent(
      'a.ndjson',
      '{"ts":1700000000123456789}\n{"ts":1700000000123456790}\n',
    );
    expect(events).toMatchObject([
      { timestamp: 1_700_000_000_123, ts: '1700000000123456789' },
      { timestamp: 1_700_000_000_123, ts: '1700000000123456790' },
    ]);
    expect(notes).toEqual([
      'times are cut to the millisecond; "ts" has them as they were written as well',
    ]);
    expect(typesOf(schema)).toEqual({ ts: 'text' });
    const only = { columns: [{ name: 'n', type: 'number' as const }] };
    const kept = await loadContent('a.ndjson', '{"ts":1700000000.1234567,"n":1}\n', only);
    expect(kept.events[0]).toMatchObject({ n: 1, payload: { ts: 1_700_000_000.1234567 } });
  });

  test.each([
    ['the likelier name', '{"updated":"2026-01-02","time":"2026-01-01"}', '2026-01-01'],
    ['a time of any name', '{"n":5,"xyz":"2026-01-01","s":"x"}', '2026-01-01'],
    ['no number of any name', '{"n":1700000000000,"xyz":"2026-01-01"}', '2026-01-01'],
    ['one within', '{"event":{"created_at":"2026-01-01"}}', '2026-01-01'],
  ])('are taken from %s', async (_, row, expected) => {
    const { events } = await loadContent('a.ndjson', `${row}\n`);
    expect(events[0]?.['timestamp']).toBe(Date.parse(expected));
  });
});

describe('types', () => {
  test('of CSV are what the texts look like, those of JSON what they are', async () => {
    const rows = Array.from({ length: 6 }, (_, i) => i);
    const csv = rows.map(
      (i) => `2026-01-0${i + 1},${i}.5,${i % 2 === 0},k${i % 2},long text ${i},0${i}`,
    );
    const head = 't,n,b,d,m,code';
    const loaded = await loadContent('a.csv', `${head}\n${csv.join('\n')}\n`);
    expect(typesOf(loaded.schema)).toEqual({
      n: 'number',
      b: 'boolean',
      d: 'dictionary',
      m: 'text',
      code: 'text',
    });
    expect(loaded.events[1]).toMatchObject({ n: 1.5, b: false, d: 'k1', code: '01' });
    const json = rows.map((i) => JSON.stringify({ t: `2026-01-0${i + 1}`, n: `${i}`, b: 'true' }));
    expect(typesOf((await loadContent('a.ndjson', json.join('\n'))).schema)).toEqual({
      n: 'text',
      b: 'dictionary',
    });
  });

  test('a column past 10,000 values is no dictionary', async () => {
    const rows = Array.from(
      { length: 30_000 },
      (_, i) => `2026-01-01,a${i % 10_000},b${i % 10_001}`,
    );
    const { schema } = await loadContent('a.csv', `t,a,b\n${rows.join('\n')}\n`);
    expect(typesOf(schema)).toEqual({ a: 'dictionary', b: 'text' });
  }, 60_000);

  test('columns past the most there may be are kept as payload', async () => {
    const fields = Object.fromEntries(Array.from({ length: 2_100 }, (_, i) => [`f${i}`, i]));
    const { schema, events } = await loadContent(
      'a.json',
      JSON.stringify([{ t: '2026-01-01', ...fields }]),
    );
    expect(schema.columns).toHaveLength(253);
    const { payload, ...event } = events[0] ?? {};
    expect({ ...event, ...(payload as object) }).toMatchObject(fields);
  });

  test.each([
    [';', 'a.csv'],
    ['\t', 'a.tsv'],
    ['|', 'a.txt'],
  ])('fields may be divided by %j', async (delimiter, name) => {
    const content = `t${delimiter}"a,b"\n2026-01-01${delimiter}"1${delimiter}2"\n`;
    const { events } = await loadContent(name, content);
    expect(events[0]).toMatchObject({ a_b: `1${delimiter}2` });
  });

  test('names with dots and names within objects are told apart', async () => {
    const { events } = await loadContent('a.ndjson', '{"t":"2026-01-01","a":{"b":1},"a.b":2}\n');
    expect(events[0]).toMatchObject({ 'a.b': 1, 'a.b_2': 2 });
  });
});

describe('a schema file', () => {
  const content = '{"u":"x1","w":1700000000,"n":"5","l":[1,2],"o":{"p":true}}\n'.repeat(2);

  test('says what there is; the rest is kept as payload', async () => {
    const { schema, events } = await loadContent('a.ndjson', content, {
      id: false,
      timestamp: { from: 'w', as: 'ms' },
      columns: [
        { name: 'user', type: 'dictionary', from: 'u' },
        { name: 'list', type: 'text', from: 'l' },
        { name: 'p', type: 'boolean', from: 'o.p' },
        { name: 'n', type: 'number' },
      ],
    });
    expect(typesOf(schema)).toEqual({
      user: 'dictionary',
      list: 'text',
      p: 'boolean',
      n: 'number',
      payload: 'text',
    });
    expect(events[0]).toEqual({
      id: 'row_000000001',
      timestamp: 1_700_000_000,
      user: 'x1',
      list: '[1,2]',
      p: true,
      payload: { n: '5' },
    });
  });

  test('can leave the others to inference', async () => {
    const { schema } = await loadContent('a.ndjson', content, {
      columns: [{ name: 'user', type: 'text', from: 'u' }],
      timestamp: { from: 'w' },
      others: 'columns',
    });
    expect(typesOf(schema)).toEqual({
      user: 'text',
      n: 'dictionary',
      'o.p': 'boolean',
      payload: 'text',
    });
  });

  test('names the member that has the rows', async () => {
    const rows =
      '{"junk":[{"t":"1999-01-01"}],"d":{"rows":[1]},"rows":[{"t":"2026-01-01","rows":[]}],"z":[{}]}';
    const { events, rejected } = await loadContent('a.json', rows, { rows: 'rows' });
    expect(rejected).toEqual([]);
    expect(events).toEqual([
      { id: 'row_000000001', timestamp: Date.UTC(2026, 0, 1), payload: { rows: [] } },
    ]);
    await expect(loadContent('a.json', rows, { rows: 'none' })).rejects.toThrow('no array of rows');
  });

  test.each([
    ['{"columns":[{"name":"a","type":"date"}]}', 'columns[0].type: Invalid option'],
    ['{"colums":[]}', 'the whole: Unrecognized key: "colums"'],
    ['{"id":5}', 'id: expected the name of a field, or false'],
    ['{"timestamp":{"from":"t","as":"weeks"}}', 'timestamp.as: Invalid option'],
    [
      '{"columns":[{"name":"a","type":"text"},{"name":"a","type":"text","from":"b"}]}',
      'columns[1].name: "a" stands twice',
    ],
    ['{"columns":[{"name":"id","type":"text"}]}', 'columns[0].name: id is given beside'],
    ['{"delimiter":"::"}', 'delimiter: expected one ASCII character'],
    ['{\n "id": x}', 'line 2, column 8: no JSON: "x" stands where a value is expected'],
    ['[]', 'the whole: Invalid input'],
  ])('%s is refused', async (text, message) => {
    const path = await ownFile('schema.json', text);
    await expect(readSchemaFile(path)).rejects.toThrow(`${path}: ${message}`);
  });

  test.each([
    [
      { timestamp: { from: 'x' } },
      'reads timestamp from "x", which is no field; there are "u", "w"',
    ],
    [{ id: 'x' }, 'reads id from "x"'],
    [{ timestamp: { from: 'u' } }, '"u" holds no times (line 1, column 6: "x1")'],
  ])('that does not fit the file is refused: %j', async (schema, message) => {
    await expect(loadContent('a.ndjson', content, schema)).rejects.toThrow(message);
  });
});

test.each([
  ['Origin State', 'Origin_State'],
  [' Cost: Total $ ', 'Cost_Total_$'],
  ['a "b" (c)', 'a_b_c_'],
  ['x>=1', 'x_1'],
  ['größe', 'größe'],
  ['  ', 'unnamed'],
])('a field %j is a column that filters can name', (field, name) => {
  expect(columnName(field)).toBe(name);
});

describe('random tables come back equal', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '',
      ' ',
      ',',
      '"',
      '""',
      '\n',
      '\r\n',
      'a\rb',
      'null',
      '\\',
      '\u0000',
      '\u2028',
      '😀',
      'true',
      '1e5',
      '007',
      '-0',
    ),
  );
  const anyScalar = fc.oneof(
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    fc.integer(),
    fc.boolean(),
  );
  const anyName = fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      'payload',
      'id_2',
      'timestamp_2',
      '__proto__',
      'constructor',
      'x y',
      '"',
      ',',
    ),
    anyText.filter((name) => name !== '' && !name.includes('.') && name.trim() === name),
  );
  const anyNames = fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 });
  const day = 86_400_000;

  interface Table {
    readonly names: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
  }

  const tableOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Table> =>
    anyNames.chain((names) =>
      fc.record({
        names: fc.constant(names),
        rows: fc.array(fc.array(value, { minLength: names.length, maxLength: names.length }), {
          minLength: 1,
          maxLength: 8,
        }),
      }),
    );

  const schemaOf = ({ names }: Table) => ({
    id: false as const,
    timestamp: { from: 'when', as: 'iso' as const },
    columns: names
      .filter((name) => name !== 'when')
      .map((name, i) => ({ name: `c${i}`, from: name, type: 'text' as const })),
  });

  const whenOf = (i: number): string => new Date(i * day).toISOString();

  test('as CSV, written by another library', async () => {
    await fc.assert(
      fc.asyncProperty(tableOf(anyText), fc.constantFrom('\n', '\r\n'), async (table, newline) => {
        const { names, rows } = table;
        // A file with U+0000 in it is none of text.
        fc.pre(![...names, ...rows.flat()].join('').includes('\0'));
        const data = rows.map((row, i) => [whenOf(i), ...row]);
        const text = Papa.unparse({ fields: ['when', ...names], data }, { newline, quotes: true });
        const { events, rejected } = await readContent('a.csv', text, {
          ...schemaOf(table),
          format: 'csv',
          delimiter: ',',
        });
        expect(rejected).toEqual([]);
        expect(events).toEqual(
          rows.map((row, i) => ({
            id: `row_${String(i + 1).padStart(9, '0')}`,
            timestamp: i * day,
            ...Object.fromEntries(
              row.map((value, n) => [`c${n}`, value] as const).filter(([, value]) => value !== ''),
            ),
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  test.each(['lines', 'array', 'pretty array', 'pretty lines'])('as JSON: %s', async (form) => {
    await fc.assert(
      fc.asyncProperty(
        tableOf(
          fc.oneof(
            anyScalar,
            fc.constant(null),
            fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 2 }),
          ),
        ),
        async ({ names, rows }) => {
          // One object may be what the rows are in.
          fc.pre(rows.length > 1 || form.endsWith('array'));
          const objects = rows.map((row, i) =>
            Object.fromEntries([
              ['when', whenOf(i)],
              ...names.map((name, n) => [name, row[n]] as const),
            ]),
          );
          const indent = form.startsWith('pretty') ? 2 : undefined;
          const text = form.endsWith('array')
            ? JSON.stringify(objects, undefined, indent)
            : objects.map((object) => `${JSON.stringify(object, undefined, indent)}\n`).join('');
          const { events, rejected } = await readContent('a.json', text, {
            id: false,
            timestamp: { from: 'when', as: 'iso' },
            // Each value stands in the payload, as what it is.
            columns: [],
          });
          expect(rejected).toEqual([]);
          expect(events.map(({ payload = {} }) => payload)).toEqual(
            (JSON.parse(JSON.stringify(objects)) as typeof objects).map((object) =>
              Object.fromEntries(
                Object.entries(object).filter(([name, value]) => name !== 'when' && value !== null),
              ),
            ),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('as JSON whose types are inferred, nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(tableOf(fc.oneof(anyScalar, fc.constant(null))), async ({ names, rows }) => {
        const text = rows
          .map((row, i) =>
            JSON.stringify(
              Object.fromEntries([
                ['when', whenOf(i)],
                ...names.map((name, n) => [`${String(n)}_${name}`, row[n]] as const),
              ]),
            ),
          )
          .join('\n');
        const { events } = await readContent('a.ndjson', text, {
          id: false,
          timestamp: { from: 'when' },
        });
        expect(
          events.map(({ payload = {}, ...event }) =>
            Object.fromEntries(
              Object.entries({ ...event, ...(payload as object) })
                // Columns are called as filters can name them; what has no column keeps its name.
                .flatMap(([name, value]) => {
                  const [number] = /^\d+(?=_)/.exec(name) ?? [];
                  return number === undefined ? [] : [[number, String(value)]];
                }),
            ),
          ),
        ).toEqual(
          rows.map((row) =>
            Object.fromEntries(
              names
                .map((_, n) => [String(n), row[n]] as const)
                .filter(([, value]) => value !== null)
                .map(([number, value]) => [number, String(value)]),
            ),
          ),
        );
      }),
      { numRuns: 60 },
    );
  });
});
