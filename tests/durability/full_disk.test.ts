import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { BackendProcess } from '../backend/support/backend_process.js';
import { FeedReader } from '../backend/support/feed_reader.js';
import { eventAt, fetchPage, ndjson, post, token } from '../backend/support/test_backend.js';
import { tryMount } from './support/mounts.js';
import { openFolder, startStored, urlOf } from './support/stored_backend.js';

/** Text that no compression makes shorter. */
const long = randomBytes(20_000).toString('base64');

const eventOf = (n: number) => eventAt(n, `e${n}`, { message: `${n} ${long}` });

/**
 * Fills the disk, and checks that nothing is shown that is not stored, that reading goes on, that nothing is lost, and
 * that writing goes on once `makeRoom` has been called.
 */
async function fillAndRecover(backend: BackendProcess, makeRoom: () => void): Promise<number> {
  const url = await urlOf(backend);
  const feed = await FeedReader.open(url);
  let count = 0;
  let answer = await post(url, ndjson([eventOf(count)]));
  while (answer.status === 200) answer = await post(url, ndjson([eventOf(++count)]));
  expect(answer).toMatchObject({
    status: 507,
    body: { error: { code: 'not_stored' }, accepted: 0, unchanged: 0 },
  });
  expect(answer.body.error?.message).toContain('there is no space left');
  expect(answer.headers.get('Retry-After')).toBe('2');
  expect(count).toBeGreaterThan(5);

  // What was refused is seen nowhere, and can't be had by saying it again.
  const expectStored = async (last: number): Promise<void> => {
    const { events, seq } = await fetchPage(url);
    expect(events.map(({ id }) => id)).toEqual(Array.from({ length: last }, (_, n) => `e${n}`));
    await feed.reached(seq);
    const inserted = feed.batches.flatMap(({ mutations }) => mutations).length;
    expect(inserted).toBe(last);
  };
  await expectStored(count);
  expect((await post(url, ndjson([eventOf(count)]))).status).toBe(507);
  expect((await post(url, ndjson([{ op: 'delete', id: 'e0' }]))).status).toBe(507);
  await expectStored(count);
  expect((await fetch(`${url}/data/e0`)).status).toBe(200);
  expect(backend.lines.filter(({ level }) => level >= 50).map(({ msg }) => msg)).toContainEqual(
    expect.stringContaining("events can't be stored in"),
  );

  makeRoom();
  await expect
    .poll(async () => (await post(url, ndjson([eventOf(count)]))).status, { timeout: 30_000 })
    .toBe(200);
  await expectStored(count + 1);
  expect(backend.lines.some(({ msg }) => msg === 'events can be stored again')).toBe(true);
  feed.socket.terminate();
  backend.kill('SIGKILL');
  await backend.exited;
  return count + 1;
}

async function expectEvents(backend: BackendProcess, count: number): Promise<void> {
  const { events } = await fetchPage(await urlOf(backend));
  expect(events).toEqual(Array.from({ length: count }, (_, n) => eventOf(n)));
  backend.kill('SIGTERM');
  expect(await backend.exited).toBe(0);
}

test('a file system without space', async (context) => {
  const folder = await openFolder();
  const unmount = tryMount(['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (unmount === undefined) {
    context.skip('mounting is refused on this machine; the next test limits files instead');
    return;
  }
  onTestFinished(unmount);
  const store = `${folder}/store`;
  const count = await fillAndRecover(startStored(store), () =>
    execFileSync('mount', ['-o', 'remount,size=40m', folder]),
  );
  await expectEvents(startStored(store), count);
});

test('files that may not become larger', async () => {
  const folder = await openFolder();
  // A limit of the system's that needs no rights; it fails writes as a full disk does (EFBIG).
  const backend = new BackendProcess(
    { INITIAL_COUNT: '0', INGEST_TOKEN: token },
    ['--store', folder],
    { maxFileKiB: 500 },
  );
  await urlOf(backend);
  const count = await fillAndRecover(backend, () => {
    const { status } = spawnSync('prlimit', ['--pid', String(backend.pid), '--fsize=unlimited']);
    expect(status).toBe(0);
  });
  await expectEvents(startStored(folder), count);
});

test('a load for which there is no space is refused, and goes on once there is', async () => {
  const folder = await openFolder();
  const [data, store] = [join(folder, 'a.ndjson'), join(folder, 'store')];
  const events = Array.from({ length: 20_000 }, (_, n) => ({
    id: `e${n}`,
    timestamp: 1_700_000_000_000 + n,
    text: `${n} ${n * n}`,
  }));
  await writeFile(
    data,
    ndjson(events.map(({ timestamp, ...rest }) => ({ ...rest, time: timestamp }))),
  );
  const full = new BackendProcess({ INITIAL_COUNT: '0' }, ['--data', data, '--store', store], {
    maxFileKiB: 600,
  });
  expect(await full.exited).toBe(1);
  const said = `events can't be stored in ${store}: there is no space left`;
  expect(full.lines.at(-1)).toMatchObject({ level: 60, msg: said });
  expect(full.words).toContain(said);
  const backend = startStored(store);
  expect((await fetchPage(await urlOf(backend))).events).toEqual(events);
  // It had stored some of them.
  expect(backend.lines).toContainEqual(
    expect.objectContaining({ msg: 'an interrupted load goes on' }),
  );
  expect(backend.words).toMatch(/goes on after row [1-9]/);
  backend.kill('SIGTERM');
  expect(await backend.exited).toBe(0);
});
