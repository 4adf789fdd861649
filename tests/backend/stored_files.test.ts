import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { LevelArchive } from '../../backend/src/persistence/level_archive.js';
import { ownFolder } from './support/own_files.js';
import { eventsOf, line, lines, refusal, storeOf, withStore } from './support/stored_files.js';
import { eventAt, ndjson, post, quietLogger } from './support/test_backend.js';

const columns = ['id id', 'timestamp timestamp', 'kind dictionary'];

/** A folder with a file of these contents, and the store that it has been loaded into. */
async function loaded(name: string, content: string, variables: Record<string, string> = {}) {
  const folder = await ownFolder();
  const [data, store] = [join(folder, name), storeOf(folder)];
  await writeFile(data, content);
  const events = await withStore(store, { DATA_FILE: data, ...variables }, (open) => open.events());
  return { folder, data, store, events };
}

/** Stops a load as a kill does, after `batches` batches: nothing is written any more from there on. */
async function interrupt(store: string, data: string, batches: number): Promise<void> {
  const { value: commit } = Object.getOwnPropertyDescriptor(LevelArchive.prototype, 'commit') as {
    readonly value: LevelArchive['commit'];
  };
  let count = 0;
  LevelArchive.prototype.commit = function (states, records) {
    if (states.size > 0 && ++count > batches) return Promise.reject(new Error('killed'));
    return commit.call(this, states, records);
  };
  try {
    await expect(withStore(store, { DATA_FILE: data }, () => Promise.resolve())).rejects.toThrow(
      'killed',
    );
  } finally {
    LevelArchive.prototype.commit = commit;
  }
}

describe('a store that a file is loaded into', () => {
  test('has its columns and all events from then on, and what has become of them', async () => {
    const { store, data, events } = await loaded('a.ndjson', lines(0, 12_000));
    expect(events).toEqual(eventsOf(0, 12_000));
    const changed = [{ ...eventsOf(0, 1)[0], kind: 'new' }, ...eventsOf(2, 12_000)];
    const added = { id: 'posted', timestamp: 1_800_000_000_000 };
    await withStore(store, {}, async ({ url, events, columns: read }) => {
      expect(await read()).toEqual(columns);
      expect(await events()).toEqual(eventsOf(0, 12_000));
      const mutations = [
        { op: 'update', id: 'e0', set: { kind: 'new' } },
        { op: 'delete', id: 'e1' },
        added,
      ];
      expect((await post(url, ndjson(mutations))).body).toMatchObject({ accepted: 3 });
    });
    await rm(data);
    for (let life = 0; life < 2; life++) {
      await withStore(store, {}, async ({ events, columns: read }) => {
        expect(await read()).toEqual(columns);
        expect(await events()).toEqual([...changed, added]);
      });
    }
  });

  test('takes nothing twice from the same file, wherever that is now', async () => {
    const { folder, data, store } = await loaded('a.ndjson', lines(0, 100));
    await withStore(store, {}, ({ url }) => post(url, '{"op":"delete","id":"e7"}'));
    const expected = eventsOf(0, 100).filter(({ id }) => id !== 'e7');
    for (const path of [data, join(folder, 'moved.txt')]) {
      if (path !== data) await rename(data, path);
      await withStore(store, { DATA_FILE: path }, async ({ backend, events }) => {
        expect(await events()).toEqual(expected);
        expect(backend.cursor.seq).toBe(99);
      });
    }
  });

  test('stays empty where all its events were deleted', async () => {
    const { data, store } = await loaded('a.ndjson', lines(0, 9));
    const deletes = eventsOf(0, 9).map(({ id }) => ({ op: 'delete', id }));
    await withStore(store, {}, ({ url }) => post(url, ndjson(deletes)));
    for (const variables of [{ DATA_FILE: data }, {}]) {
      await withStore(store, variables, async ({ events, columns: read }) => {
        expect(await events()).toEqual([]);
        expect(await read()).toEqual(columns);
      });
    }
  });

  test('takes the rows that have come to a file, and no others', async () => {
    const { data, store } = await loaded('a.ndjson', lines(0, 100));
    await withStore(store, {}, ({ url }) =>
      post(url, '{"op":"delete","id":"e7"}\n{"op":"update","id":"e8","set":{"kind":"new"}}'),
    );
    await appendFile(data, `${lines(100, 6_000)}${line(3)}`);
    const expected = eventsOf(0, 6_000)
      .filter(({ id }) => id !== 'e7')
      .map((event) => (event['id'] === 'e8' ? { ...event, kind: 'new' } : event));
    for (const variables of [{ DATA_FILE: data }, {}, { DATA_FILE: data }]) {
      await withStore(store, variables, async ({ events }) => {
        expect(await events()).toEqual(expected);
      });
    }
  });

  test('goes on with a row that was cut', async () => {
    const row = line(2);
    const { data, store, events } = await loaded('a.ndjson', `${lines(0, 2)}${row.slice(0, 20)}`);
    expect(events).toEqual(eventsOf(0, 2));
    await appendFile(data, row.slice(20));
    await withStore(store, { DATA_FILE: data }, async ({ events }) => {
      expect(await events()).toEqual(eventsOf(0, 3));
    });
  });

  test('refuses a row of CSV that was loaded, and goes on', async () => {
    const { data, store } = await loaded('a.csv', 'time,n\n2026-01-01,1\n2026-01-02,2');
    await appendFile(data, '3\n2026-01-03,4\n');
    expect(await refusal(store, { DATA_FILE: data })).toContain('nor that file and more after it');
    await writeFile(data, 'time,n\n2026-01-01,1\n2026-01-02,2\r\n2026-01-03,4\r\n');
    await withStore(store, { DATA_FILE: data }, async ({ events }) => {
      expect((await events()).map(({ id, n }) => [id, n])).toEqual([
        ['row_000000001', 1],
        ['row_000000002', 2],
        ['row_000000003', 4],
      ]);
    });
  });

  test('rejects new rows that it has no column for, and takes the others', async () => {
    const { data, store } = await loaded('a.ndjson', lines(0, 10));
    await appendFile(data, `${line(10, { other: 1 })}${lines(11, 13)}`);
    await withStore(store, { DATA_FILE: data }, async ({ events, columns: read }) => {
      expect(await events()).toEqual([...eventsOf(0, 10), ...eventsOf(11, 13)]);
      expect(await read()).toEqual(columns);
    });
  });

  test('takes as many new rows as there is room for, and opens again with as much', async () => {
    const { data, store } = await loaded('a.ndjson', lines(0, 100));
    await appendFile(data, lines(100, 7_000));
    for (let life = 0; life < 2; life++) {
      await withStore(
        store,
        { DATA_FILE: data },
        async ({ events }) => expect(await events()).toEqual(eventsOf(0, 6_000)),
        { maxCount: 6_000 },
      );
    }
  });

  test.each([
    ['changed', (data: string) => writeFile(data, lines(1, 100))],
    ['cut', (data: string) => writeFile(data, lines(0, 99))],
    ['of another kind', (data: string) => writeFile(data, 'time,n\n2026-01-01,1\n')],
  ])('refuses a file that is %s, says what to do, and keeps all', async (_, change) => {
    const { data, store } = await loaded('a.ndjson', lines(0, 100));
    await change(data);
    const said = await refusal(store, { DATA_FILE: data });
    expect(said).toContain(`${data}: is not the file that the store in ${store} was loaded from`);
    expect(said).toContain('Start without --data');
    await withStore(store, {}, async ({ events }) => {
      expect(await events()).toEqual(eventsOf(0, 100));
    });
  });

  test('refuses a file beside events that are of none', async () => {
    const folder = await ownFolder();
    const [data, store] = [join(folder, 'a.ndjson'), storeOf(folder)];
    await writeFile(data, lines(0, 10));
    const event = eventAt(1, 'a');
    await withStore(store, {}, ({ url }) => post(url, ndjson([event])));
    expect(await refusal(store, { DATA_FILE: data })).toContain(
      'has events that are not of a file',
    );
    await withStore(store, {}, async ({ events }) => expect(await events()).toEqual([event]));
  });

  test('may be one that has never had an event', async () => {
    const folder = await ownFolder();
    const [data, store] = [join(folder, 'a.ndjson'), storeOf(folder)];
    await withStore(store, {}, () => Promise.resolve());
    await writeFile(data, 'nothing\n');
    await refusal(store, { DATA_FILE: data });
    await writeFile(data, '{"time":"soon"}\n');
    await refusal(store, { DATA_FILE: data });
    await writeFile(data, lines(0, 10));
    await withStore(store, { DATA_FILE: data }, async ({ events, columns: read }) => {
      expect(await events()).toEqual(eventsOf(0, 10));
      expect(await read()).toEqual(columns);
    });
  });

  test('takes JSON where its payload is JSON, and answers it', async () => {
    const content = `${line(0, { list: [1] })}${lines(1, 10)}`;
    const { store } = await loaded('a.ndjson', content);
    await withStore(store, {}, async ({ url }) => {
      const event = { id: 'p', timestamp: 1, payload: '{"a":[2]}' };
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
      const wrong = [
        { ...event, payload: 'text' },
        { ...event, payload: deep },
      ];
      const { body } = await post(url, ndjson([event, ...wrong]));
      expect(body).toMatchObject({ accepted: 1, rejectedCount: 2 });
      expect(body.rejected.map(({ code }) => code)).toEqual(['wrong_type', 'wrong_type']);
      const read = await fetch(`${url}/data?id=p`);
      expect(await read.json()).toEqual({ ...event, payload: { a: [2] } });
    });
  });
});

describe('a load that was interrupted', () => {
  /** A folder with a file of 20,000 rows, of which some are in the store. */
  async function interrupted(batches = 2) {
    const folder = await ownFolder();
    const [data, store] = [join(folder, 'a.ndjson'), storeOf(folder)];
    await writeFile(data, `${line(5)}${lines(0, 20_000)}no JSON\n`);
    await interrupt(store, data, batches);
    return { folder, data, store };
  }
  const whole = eventsOf(0, 20_000);

  test.each([0, 1, 3])(
    'after %i batches is finished by the next start, named or not',
    async (n) => {
      for (const isNamed of [false, true]) {
        const { data, store } = await interrupted(n);
        await withStore(store, isNamed ? { DATA_FILE: data } : {}, async ({ events }) => {
          expect(await events()).toEqual(whole);
        });
        await rm(data);
        await withStore(store, {}, async ({ events }) => expect(await events()).toEqual(whole));
      }
    },
  );

  test('is finished with the file at another place, or with more in it', async () => {
    const { folder, data, store } = await interrupted();
    const moved = join(folder, 'moved');
    await rename(data, moved);
    const said = await refusal(store, {});
    expect(said).toContain(
      `${data}: there is no such file. The store in ${store} was being loaded`,
    );
    expect(said).toMatch(/Start with --data and a file that begins with the \d+ bytes/);
    await appendFile(moved, lines(20_000, 20_010));
    await interrupt(store, moved, 1);
    await withStore(store, {}, async ({ events }) => {
      expect(await events()).toEqual(eventsOf(0, 20_010));
    });
  });

  test('is not finished with another file, and is given up only when that is asked for', async () => {
    const { data, store } = await interrupted();
    await writeFile(data, lines(1, 20_000));
    for (const variables of [{}, { DATA_FILE: data }]) {
      expect(await refusal(store, variables)).toContain('has changed since. The store in');
    }
    for (const variables of [{ ABANDON_LOAD: '1' }, {}]) {
      await withStore(store, variables, async ({ events, columns: read }) => {
        const there = await events();
        expect(there.length).toBeGreaterThan(1_000);
        expect(there).toEqual(whole.slice(0, there.length));
        expect(await read()).toEqual(columns);
      });
    }
    expect(await refusal(store, { DATA_FILE: data })).toContain(
      'has events that are not of a file',
    );
  });

  test('of rows that have come to a file is finished as well, and brings nothing back', async () => {
    const { data, store } = await loaded('a.ndjson', lines(0, 100));
    await withStore(store, {}, ({ url }) => post(url, '{"op":"delete","id":"e7"}'));
    await appendFile(data, lines(100, 20_000));
    await interrupt(store, data, 2);
    await withStore(store, {}, async ({ events }) => {
      expect(await events()).toEqual(whole.filter(({ id }) => id !== 'e7'));
    });
  });
});

test('all columns but those of the key may be missing in what is posted', async () => {
  const { store } = await loaded('a.ndjson', lines(0, 3));
  const archive = await LevelArchive.open(store, { logger: quietLogger });
  expect(archive.schema?.columns.map(({ name }) => name)).toEqual(['id', 'timestamp', 'kind']);
  expect(archive.schema?.columns.map(({ optional }) => optional)).toEqual([
    undefined,
    undefined,
    true,
  ]);
  await archive.close();
});
