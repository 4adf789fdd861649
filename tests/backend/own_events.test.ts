import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import { expect, test } from 'vitest';

import { BackendProcess } from './support/backend_process.js';
import { type Fields, ownFile } from './support/own_files.js';

const dataFolder = fileURLToPath(new URL('../node_modules/vega-datasets/data', import.meta.url));

async function started(
  ...args: readonly string[]
): Promise<{ url: string; process: BackendProcess }> {
  const process = new BackendProcess({}, args);
  const { url } = await process.ready();
  return { url: url as string, process };
}

async function getJson<Answer>(url: string, path: string): Promise<Answer> {
  const response = await fetch(`${url}${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** What is left of an event without what the file does not say itself. */
function withoutKey(event: Fields): Fields {
  return Object.fromEntries(
    Object.entries(event).filter(([name]) => name !== 'id' && name !== 'timestamp'),
  );
}

/** Rows of a file as events: in the order of time, rows of one time in that of the file. */
function byTime(rows: readonly { readonly ms: number; readonly fields: Fields }[]) {
  return rows
    .map((row, i) => ({ ...row, id: `row_${String(i + 1).padStart(9, '0')}` }))
    .sort((a, b) => a.ms - b.ms || (a.id < b.id ? -1 : 1))
    .map(({ ms, id, fields }) => ({ id, timestamp: ms, ...fields }));
}

interface SchemaAnswer {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

test('seattle-weather.csv, days in CSV, comes back row by row', async () => {
  const path = join(dataFolder, 'seattle-weather.csv');
  const { url } = await started('--data', path);
  const { data } = Papa.parse<Record<string, string>>(readFileSync(path, 'utf8'), {
    header: true,
    skipEmptyLines: true,
  });
  const numbers = ['precipitation', 'temp_max', 'temp_min', 'wind'];
  const expected = byTime(
    data.map(({ date = '', ...rest }) => ({
      ms: Date.parse(date.replaceAll('/', '-')),
      fields: Object.fromEntries(
        Object.entries(rest).map(([name, text]) => [
          name,
          numbers.includes(name) ? Number(text) : text,
        ]),
      ),
    })),
  );
  expect(expected).toHaveLength(1_461);
  expect(await getJson(url, '/data')).toEqual(expected);

  const schema = await getJson<SchemaAnswer>(url, '/data/schema');
  expect(schema).toEqual({
    name: 'seattle-weather',
    columns: [
      { name: 'id', type: 'id' },
      { name: 'timestamp', type: 'timestamp' },
      ...numbers.map((name) => ({ name, type: 'number' })),
      { name: 'weather', type: 'dictionary' },
    ],
  });
  const rainy = data.filter(({ weather }) => weather === 'rain').length;
  const { facets } = await getJson<{
    facets: readonly { column: string; values: readonly { value: string; count: number }[] }[];
  }>(url, '/data/facets');
  expect(facets.map(({ column }) => column)).toEqual(['weather']);
  expect(facets[0]?.values).toContainEqual({ value: 'rain', count: rainy });
  const filtered = await fetch(`${url}/data?filter=${encodeURIComponent('weather:rain wind>5')}`);
  const windy = data.filter(({ weather, wind }) => weather === 'rain' && Number(wind) > 5).length;
  expect(await filtered.json()).toHaveLength(windy);
});

test('movies.json, an array with names of months and gaps, comes back row by row', async () => {
  const path = join(dataFolder, 'movies.json');
  const { url } = await started('--data', path);
  const rows = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>[];
  const texts = new Set([
    'Title',
    'MPAA Rating',
    'Distributor',
    'Major Genre',
    'Source',
    'Creative Type',
    'Director',
  ]);
  const expected = byTime(
    rows.map(({ 'Release Date': date, ...rest }) => ({
      ms: Date.parse(`${String(date)} UTC`),
      fields: Object.fromEntries(
        Object.entries(rest)
          .filter(([, value]) => value !== null)
          // Titles such as 300 are numbers in the file.
          .map(([name, value]) => [
            name.replaceAll(' ', '_'),
            texts.has(name) ? String(value) : value,
          ]),
      ),
    })),
  );
  expect(expected).toHaveLength(3_201);
  expect(await getJson(url, '/data')).toEqual(expected);
  // Every column can be filtered by.
  const filter = encodeURIComponent('Major_Genre:"Drama" Production_Budget>100000000');
  const dramas = expected.filter(
    (movie: Fields) =>
      movie['Major_Genre'] === 'Drama' && Number(movie['Production_Budget']) > 100_000_000,
  );
  expect(dramas.length).toBeGreaterThan(0);
  expect(await getJson(url, `/data?filter=${filter}`)).toEqual(dramas);
});

test('earthquakes.json, nested objects with milliseconds, comes back whole', async () => {
  const path = join(dataFolder, 'earthquakes.json');
  const { url, process } = await started('--data', path);
  const { features } = JSON.parse(readFileSync(path, 'utf8')) as {
    features: readonly {
      id: string;
      type: string;
      properties: Record<string, unknown> & { time: number };
      geometry: { type: string; coordinates: readonly number[] };
    }[];
  };
  const events = await getJson<readonly Fields[]>(url, '/data');
  expect(events).toHaveLength(features.length);
  const ids = features
    .map(({ id, properties: { time } }) => ({ id, time }))
    .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
  expect(events.map(({ id, timestamp }) => ({ id, time: timestamp }))).toEqual(ids);
  const byId = new Map(events.map((event) => [event['id'], event]));
  for (const { id, type, properties, geometry } of features) {
    const { time, ...rest } = properties;
    expect(time).toBe(byId.get(id)?.['timestamp']);
    const members = Object.entries(rest)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [`properties.${name}`, value]);
    const { payload, ...event } = byId.get(id) ?? {};
    expect(withoutKey(event)).toEqual({
      type,
      ...Object.fromEntries(members),
      'geometry.type': geometry.type,
    });
    expect(JSON.parse(payload as string)).toEqual({ 'geometry.coordinates': geometry.coordinates });
  }
  const [first] = features;
  expect(await getJson(url, `/data/${first?.id}`)).toMatchObject({
    payload: { 'geometry.coordinates': first?.geometry.coordinates },
  });
  expect(process.words).toContain('the array "features", 1,707 rows');
  expect(process.words).toContain('Times: "properties.time", read as milliseconds since 1970');
});

test('own events stand still', async () => {
  const { url, process } = await started('--data', join(dataFolder, 'sp500.csv'));
  interface Health {
    readonly epoch: string;
    readonly seq: number;
  }
  const before = await getJson<Health>(url, '/health');
  expect(before).toMatchObject({ seq: 123, totalCount: 123 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await getJson<Health>(url, '/health')).toEqual(before);
  expect(process.words).toContain('123 events loaded, nothing rejected');
});

test('the environment names files as the arguments do, and a schema file is followed', async () => {
  const data = await ownFile('log.csv', 'when;who;n\n01.02.2026 10:00;ana;1\n03.02.2026;bo;2\n');
  const schema = await ownFile(
    'schema.json',
    JSON.stringify({
      name: 'Visits',
      timestamp: { from: 'when', as: 'day/month/year' },
      columns: [{ name: 'visitor', type: 'dictionary', from: 'who' }],
    }),
  );
  const process = new BackendProcess({ DATA_FILE: data, SCHEMA_FILE: schema });
  const { url } = await process.ready();
  expect(await getJson(url as string, '/data/schema')).toMatchObject({ name: 'Visits' });
  expect(await getJson(url as string, '/data/row_000000001')).toEqual({
    id: 'row_000000001',
    timestamp: Date.UTC(2026, 1, 1, 10),
    visitor: 'ana',
    payload: { n: '1' },
  });
});

test.each<[string, readonly string[], string]>([
  ['a file that is not there', ['--data', '/none.csv'], '/none.csv: there is no such file'],
  ['a schema without data', ['--schema', '/none.json'], 'stands beside DATA_FILE'],
  ['an unknown option', ['--date', 'x'], "Unknown option '--date'"],
])('%s ends the start with 1 and says why', async (_, args, message) => {
  const process = new BackendProcess({}, args);
  expect(await process.exited).toBe(1);
  expect(process.lines.at(-1)).toMatchObject({ level: 60 });
  expect(process.lines.at(-1)?.msg).toContain(message);
});

test('own events with a rate of mutations are refused', async () => {
  const process = new BackendProcess({ MUTATION_RATE: '5' }, ['--data', '/none.csv']);
  expect(await process.exited).toBe(1);
  expect(process.lines.at(-1)?.msg).toContain(
    'MUTATION_RATE="5": events of a file are not mutated',
  );
});
