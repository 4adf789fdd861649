import { open, readFile, stat, truncate } from 'node:fs/promises';
import { expect, test } from 'vitest';

import type { BackendProcess } from '../backend/support/backend_process.js';
import { eventAt, fetchPage, ndjson, post } from '../backend/support/test_backend.js';
import { filesOf, openFolder, refusalOf, startStored, urlOf } from './support/stored_backend.js';

const day = Date.UTC(2025, 0, 15);
const events = ['a', 'b', 'c'].map((id, n) => eventAt(day + n, id));

/** A folder in which a backend that was killed has left three events, and its log; `ends` are its sizes after each. */
async function leaveLog() {
  const folder = await openFolder();
  const backend = startStored(folder);
  const url = await urlOf(backend);
  const [log = ''] = await filesOf(folder, '.log');
  const ends: number[] = [];
  for (const event of events) {
    expect((await post(url, ndjson([event]))).status).toBe(200);
    ends.push((await stat(log)).size);
  }
  await kill(backend);
  return { folder, log, ends };
}

async function kill(backend: BackendProcess): Promise<void> {
  backend.kill('SIGKILL');
  await backend.exited;
}

/** Turns some bits of a byte over; counted from the end where below 0. */
async function damage(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const handle = await open(file, 'r+');
  const place = at < 0 ? bytes.length + at : at;
  await handle.write(Buffer.of((bytes[place] ?? 0) ^ 0x55), 0, 1, place);
  await handle.close();
}

async function append(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'a');
  await handle.write(bytes);
  await handle.close();
}

const cutMessage = 'the torn end of the log was cut off';

test.each([
  ['cut in the last event', (file: string, size: number) => truncate(file, size - 20), 2],
  [
    'cut in the head of a record',
    (file: string, size: number) => append(file, Buffer.alloc(size && 3, 7)),
    3,
  ],
  ['with a byte that is another', (file: string) => damage(file, -20), 2],
  ['with zeros after it', (file: string) => append(file, Buffer.alloc(4_096)), 3],
  ['with something else after it', (file: string) => append(file, Buffer.alloc(40_000, 'x')), 3],
])('a log %s: the end is cut and told, the rest is there', async (_, change, keptCount) => {
  const { folder, log, ends } = await leaveLog();
  await change(log, ends[2] ?? 0);
  const { size } = await stat(log);
  const backend = startStored(folder);
  const url = await urlOf(backend);
  const kept = events.slice(0, keptCount);
  expect((await fetchPage(url)).events).toEqual(kept);
  const atByte = ends[keptCount - 1] ?? 0;
  const [told] = backend.lines.filter(({ msg }) => msg === cutMessage);
  expect(told).toMatchObject({ level: 40, file: log, atByte, lostBytes: size - atByte });
  // It goes on from there.
  expect((await post(url, ndjson([eventAt(day, 'new')]))).status).toBe(200);
  await kill(backend);
  const again = startStored(folder);
  expect((await fetchPage(await urlOf(again))).events).toEqual([
    kept[0],
    eventAt(day, 'new'),
    ...kept.slice(1),
  ]);
  expect(again.lines.some(({ msg }) => msg === cutMessage)).toBe(false);
});

test('a log that ends well is told of with no word', async () => {
  const { folder } = await leaveLog();
  const backend = startStored(folder);
  expect((await fetchPage(await urlOf(backend))).events).toEqual(events);
  expect(backend.lines.map(({ msg }) => msg)).toEqual(['events loaded', 'ready']);
});

test('a log that is damaged before its end is left as it is, with a message that says what to do', async () => {
  const { folder, log, ends } = await leaveLog();
  const [first = 0] = ends;
  await damage(log, first + 20);
  const before = await readFile(log);
  const said = await refusalOf(folder);
  expect(said).toContain(
    `is damaged: ${log.slice(folder.length + 1)} can't be read from byte ${first} on`,
  );
  expect(said).toContain(`truncate -s ${first} ${log}`);
  expect(await readFile(log)).toEqual(before);
  await truncate(log, first);
  const backend = startStored(folder);
  expect((await fetchPage(await urlOf(backend))).events).toEqual(events.slice(0, 1));
});

test('an event that is damaged in a table is noticed', async () => {
  const { folder } = await leaveLog();
  const second = startStored(folder);
  await urlOf(second);
  second.kill('SIGTERM');
  await second.exited;
  const [table = ''] = await filesOf(folder, '.ldb');
  await damage(table, (await readFile(table)).indexOf('made for a test') + 2);
  expect(await refusalOf(folder)).toContain(`the store in ${folder} is damaged: `);
});
