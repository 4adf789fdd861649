import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { type Backend, createBackend } from '../../backend/src/server.js';
import { readSettings } from '../../backend/src/settings.js';
import { awkwardIds } from './support/changing_timeline.js';
import { eventAt, fetchPage, ndjson, post, token } from './support/test_backend.js';

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stored-backend-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function open(folder: string): Promise<{ readonly backend: Backend; readonly url: string }> {
  const environment = { PORT: '0', STORE_DIR: folder, INGEST_TOKEN: token, LOG_LEVEL: 'silent' };
  const backend = await createBackend(readSettings(environment, { initialCount: 100 }));
  return { backend, ...(await backend.listen()) };
}

test('events are the same after a restart, in a new epoch, with nothing made up', async () => {
  const folder = await openFolder();
  const first = await open(folder);
  expect((await fetchPage(first.url)).totalCount).toBe(0);
  const events = awkwardIds.map((id, n) =>
    eventAt(n, id, { amount: n / 3, message: `\u0000é${id}` }),
  );
  expect((await post(first.url, ndjson(events))).status).toBe(200);
  const before = await fetchPage(first.url);
  expect(before.events).toEqual(events);
  await first.backend.close();

  const second = await open(folder);
  const after = await fetchPage(second.url);
  expect(after.events).toEqual(events);
  expect(after.epoch).not.toBe(before.epoch);
  expect(after.seq).toBe(events.length);
  const one = await fetch(`${second.url}/data/plain`);
  expect(await one.json()).toEqual(events[0]);
  expect((await post(second.url, ndjson(events))).body).toMatchObject({
    accepted: 0,
    unchanged: events.length,
  });
  await second.backend.close();
});

test('what the simulation does is stored as well, under ids of its own in each life', async () => {
  const folder = await openFolder();
  let known: readonly unknown[] = [];
  let count = 0;
  for (let life = 0; life < 3; life++) {
    const { backend, url } = await open(folder);
    const { events, seq } = await fetchPage(url);
    expect(events).toEqual(known);
    backend.mutate(1_000);
    backend.mutate(300);
    // Some come to nothing by the time that it is their turn, since those before them were not seen yet.
    await expect.poll(async () => (await fetchPage(url)).seq).toBeGreaterThan(seq + 1_000);
    await post(url, ndjson([{ op: 'delete', id: 'nobody' }]));
    const page = await fetchPage(url);
    expect(page.totalCount).toBeGreaterThan(count + 100);
    known = page.events;
    count = page.totalCount;
    await backend.close();
  }
});
