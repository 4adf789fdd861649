import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { describe, expect, test } from 'vitest';

import { demoSchema, eventSchema } from '../../backend/src/event_schema.js';
import type { SchemaFile } from '../../backend/src/import/schema_file.js';
import { ownFile, ownFolder } from './support/own_files.js';
import { eventsOf, lines, refusal, storeOf, withStore } from './support/stored_files.js';
import { eventAt, ndjson, post } from './support/test_backend.js';

const visits: SchemaFile = {
  name: 'Visits',
  columns: [
    { name: 'who', type: 'dictionary' },
    { name: 'took', type: 'number', from: 'duration' },
  ],
};
const visitColumns = ['id id', 'timestamp timestamp', 'who dictionary', 'took number'];

function schemaFile(content: SchemaFile): Promise<string> {
  return ownFile('schema.json', JSON.stringify(content));
}

/** What a store says of its columns, as it is on the disk. */
async function readAbout(store: string): Promise<string | undefined> {
  const database = new ClassicLevel(store);
  const about = await database.get('about');
  await database.close();
  return about;
}

async function writeAbout(store: string, about: string): Promise<void> {
  const database = new ClassicLevel(store);
  await database.put('about', about);
  await database.close();
}

describe('a schema file without a file of events', () => {
  test('makes an empty timeline of its columns, which is fed and kept', async () => {
    const store = storeOf(await ownFolder());
    const file = await schemaFile(visits);
    const event = { id: 'a', timestamp: 5, who: 'ana', took: 1.5 };
    await withStore(store, { SCHEMA_FILE: file }, async ({ url, columns, events }) => {
      expect(await columns()).toEqual(visitColumns);
      expect(await events()).toEqual([]);
      const { body } = await post(url, ndjson([event, { id: 'b', timestamp: 6, message: 'x' }]));
      expect(body).toMatchObject({ accepted: 2, ignoredFields: ['message'] });
    });
    for (const variables of [{}, { SCHEMA_FILE: file }]) {
      await withStore(store, variables, async ({ url, columns, events }) => {
        expect(await columns()).toEqual(visitColumns);
        expect(await events()).toEqual([event, { id: 'b', timestamp: 6 }]);
        const schema = (await (await fetch(`${url}/data/schema`)).json()) as { name: string };
        expect(schema.name).toBe('Visits');
      });
    }
  });

  test('must name columns', async () => {
    const store = storeOf(await ownFolder());
    const said = await refusal(store, { SCHEMA_FILE: await schemaFile({ name: 'Nothing' }) });
    expect(said).toContain('columns: expected names and types');
    await withStore(store, {}, async ({ columns }) => expect(await columns()).toHaveLength(8));
  });

  test('gives a store other columns as long as it has no events', async () => {
    const store = storeOf(await ownFolder());
    await withStore(store, {}, async ({ columns }) => expect(await columns()).toHaveLength(8));
    const file = await schemaFile(visits);
    await withStore(store, { SCHEMA_FILE: file }, async ({ columns }) =>
      expect(await columns()).toEqual(visitColumns),
    );
    await withStore(store, {}, async ({ columns }) =>
      expect(await columns()).toEqual(visitColumns),
    );
  });

  test('is refused a simulation, which knows the columns of the demo alone', async () => {
    const store = storeOf(await ownFolder());
    await withStore(store, { SCHEMA_FILE: await schemaFile(visits) }, ({ backend }) => {
      expect(() => backend.mutate(1)).toThrow('only the demo');
      return Promise.resolve();
    });
    expect(await refusal(store, { MUTATION_RATE: '5' })).toContain(
      'MUTATION_RATE="5": the simulation',
    );
    // The store is free again.
    await withStore(store, {}, async ({ columns }) =>
      expect(await columns()).toEqual(visitColumns),
    );
  });
});

describe('a schema file beside a store that has events', () => {
  test.each<[string, SchemaFile]>([
    ['the same', visits],
    ['another name', { ...visits, name: 'Other' }],
    ['no columns', {}],
    [
      'fewer columns, and others beside them',
      { columns: visits.columns?.slice(0, 1), others: 'columns' },
    ],
    ['what only files have', { ...visits, id: 'x', timestamp: { from: 'y' }, delimiter: ';' }],
  ])('that says %s is taken', async (_, content) => {
    const store = storeOf(await ownFolder());
    const file = await schemaFile(visits);
    const event = { id: 'a', timestamp: 5 };
    await withStore(store, { SCHEMA_FILE: file }, ({ url }) => post(url, ndjson([event])));
    const variables = { SCHEMA_FILE: await schemaFile(content) };
    await withStore(store, variables, async ({ events, columns }) => {
      expect(await events()).toEqual([event]);
      expect(await columns()).toEqual(visitColumns);
    });
  });

  test.each<[string, SchemaFile, string]>([
    [
      'another type',
      { columns: [{ name: 'kind', type: 'text' }] },
      'it names the columns kind (text); the store has kind (dictionary)',
    ],
    [
      'other columns',
      visits,
      'it names the columns who (dictionary), took (number); the store has',
    ],
    [
      'other ids',
      { id: false },
      'it reads ids from the numbers of the rows; the store has them from "id"',
    ],
    [
      'another time',
      { timestamp: { from: 'time', as: 's' } },
      'it reads times from "time" as s; the store has them from "time" as ms',
    ],
  ])('that says %s is refused, and nothing is lost', async (_, content, said) => {
    const folder = await ownFolder();
    const [data, store] = [join(folder, 'a.ndjson'), storeOf(folder)];
    await writeFile(data, lines(0, 10));
    await withStore(store, { DATA_FILE: data }, () => Promise.resolve());
    const file = await schemaFile(content);
    for (const variables of [{}, { DATA_FILE: data }]) {
      const message = await refusal(store, { ...variables, SCHEMA_FILE: file });
      expect(message).toContain(`${file}: does not agree with the store in ${store}`);
      expect(message).toContain(said);
      expect(message).toContain('Start without --schema');
    }
    await withStore(store, { DATA_FILE: data }, async ({ events }) => {
      expect(await events()).toEqual(eventsOf(0, 10));
    });
  });
});

describe('what a store says of its columns', () => {
  const event = eventAt(1, 'a');
  async function storeWithEvent(): Promise<string> {
    const store = storeOf(await ownFolder());
    await withStore(store, {}, ({ url }) => post(url, ndjson([event])));
    return store;
  }

  test('may be as it was before there were other columns than those of the demo', async () => {
    const store = await storeWithEvent();
    const before = JSON.stringify({ format: 1, schema: eventSchema });
    await writeAbout(store, before);
    await withStore(store, {}, async ({ url, events }) => {
      expect(await events()).toEqual([event]);
      expect(await (await fetch(`${url}/data/schema`)).json()).toEqual(demoSchema);
    });
    // Earlier programs still read it.
    expect(await readAbout(store)).toBe(before);
  });

  test.each([
    [
      'of a newer format',
      '{"format":3,"columns":"elsewhere"}',
      /has format 3, and this program reads 1 and 2\. Start the program that wrote it/,
    ],
    ['that is no JSON', '{"format":2,', /is damaged: what it says of its columns .* Restore/],
    ['that has no format', '[]', /is damaged: what it says of its columns/],
    [
      'of columns that there can not be',
      '{"format":1,"schema":[{"name":"id","type":"id"}]}',
      /is damaged/,
    ],
  ])('is refused %s, and left as it is', async (_, about, said) => {
    const store = await storeWithEvent();
    const before = (await readAbout(store)) ?? '';
    await writeAbout(store, about);
    expect(await refusal(store, {})).toMatch(said);
    expect(await refusal(store, { SCHEMA_FILE: await schemaFile(visits) })).toMatch(said);
    expect(await readAbout(store)).toBe(about);
    await writeAbout(store, before);
    await withStore(store, {}, async ({ events }) => expect(await events()).toEqual([event]));
  });

  test('is refused where a letter of it is another', async () => {
    const store = await storeWithEvent();
    const before = (await readAbout(store)) ?? '';
    for (const [from, to] of [
      ['severity', 'severitx'],
      ['"text"', '"dictionary"'],
      ['"crc":', '"crc":1'],
    ]) {
      await writeAbout(store, before.replace(from ?? '', to ?? ''));
      expect(await refusal(store, {})).toContain('what it says of its columns');
    }
  });

  test('is refused where the record of a load is another', async () => {
    const folder = await ownFolder();
    const [data, store] = [join(folder, 'a.ndjson'), storeOf(folder)];
    await writeFile(data, lines(0, 10));
    await withStore(store, { DATA_FILE: data }, () => Promise.resolve());
    const database = new ClassicLevel<string, Buffer>(store, { valueEncoding: 'buffer' });
    const value = (await database.get('progress')) ?? Buffer.alloc(0);
    value.writeUInt8(value.readUInt8(9) ^ 1, 9);
    await database.put('progress', value);
    await database.close();
    expect(await refusal(store, {})).toContain(
      'the record "progress" is not what was stored. Restore',
    );
  });
});
