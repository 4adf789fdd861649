import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { Random } from '../../backend/src/simulation/random.js';
import { BackendProcess } from '../backend/support/backend_process.js';
import { fetchPage } from '../backend/support/test_backend.js';
import { LoadedFile } from './support/loaded_file.js';
import { filesOf, openFolder, startStored, urlOf } from './support/stored_backend.js';

/** Stores that are loaded side by side, one after the other on each side. */
const sideCount = 2;
const storesOfSide = 6;

const rowCount = 40_000;
const addedCount = 10_000;

/** Of the starts of a load, at most, before one is let to its end. */
const mostKills = 8;

/** Of loads: those whose file has grown before they are killed again. */
const growingShare = 0.5;

/** Of kills: those at any time of a start, whatever it has stored. */
const startingShare = 0.1;
const longestStartMs = 600;

/** Bytes of an event in the log of a store, at least. */
const eventBytes = 60;

/** What kills have hit. */
interface Hits {
  kills: number;
  /** With some of the file in the store, but not all. */
  within: number;
}

/** Bytes of the log that what a store is given now goes into. */
async function logBytes(store: string): Promise<number> {
  const logs = await filesOf(store, '.log').catch(() => []);
  // A log that has become a table is gone.
  const sizes = await Promise.all(
    logs.map((log) =>
      stat(log).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}

/** Waits until so many bytes more are stored; or there are none to come, and the backend listens. */
async function storing(backend: BackendProcess, store: string, byteCount: number): Promise<void> {
  const over = backend.ready().then(
    () => true,
    () => true,
  );
  while ((await logBytes(store)) < byteCount) {
    if (await Promise.race([over, sleep(1, false)])) return;
  }
}

function startLoad(folder: string, file: LoadedFile): BackendProcess {
  return new BackendProcess({ INITIAL_COUNT: '0' }, ['--data', file.path, '--store', folder]);
}

async function end(backend: BackendProcess): Promise<void> {
  backend.kill('SIGTERM');
  expect(await backend.exited).toBe(0);
}

/** Kills starts at any moment of their load, with and without the name of the file. */
async function killLoads(
  store: string,
  file: LoadedFile,
  random: Random,
  hits: Hits,
): Promise<void> {
  let storedCount = await file.countStored(store);
  const count = 1 + random.below(mostKills);
  for (let i = 0; i < count && storedCount < file.eventCount; i++) {
    const isNamed = i === 0 || random.chance(0.5);
    const backend = isNamed ? startLoad(store, file) : startStored(store);
    // Some before anything is stored, the others after some part of what is to come.
    const restBytes = (file.eventCount - storedCount) * eventBytes;
    if (random.chance(startingShare)) await sleep(random.below(longestStartMs));
    else await storing(backend, store, random.below(restBytes));
    backend.kill('SIGKILL');
    await backend.exited;
    hits.kills++;
    storedCount = await file.countStored(store);
    if (storedCount > 0 && storedCount < file.eventCount) hits.within++;
  }
}

async function expectWhole(backend: BackendProcess, file: LoadedFile): Promise<void> {
  const { events } = await fetchPage(await urlOf(backend));
  expect(events.length).toBe(file.eventCount);
  expect(events).toEqual(file.events);
  await end(backend);
}

async function loadOne(isCsv: boolean, random: Random, hits: Hits): Promise<void> {
  const folder = await openFolder();
  const store = join(folder, 'store');
  const file = new LoadedFile(join(folder, 'rows'), isCsv, random);
  await file.write(rowCount);
  await killLoads(store, file, random, hits);
  await expectWhole(startLoad(store, file), file);
  if (random.chance(growingShare)) {
    await file.append(addedCount);
    await killLoads(store, file, random, hits);
    await expectWhole(startLoad(store, file), file);
  }
  // It stands by itself, and is not loaded again.
  await expectWhole(startStored(store), file);
  await expectWhole(startLoad(store, file), file);
}

test('kills at any moment of a load leave the begin of the file, and the next start the whole of it', async () => {
  const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`KILL_SEED=${seed}\n`);
  const startedMs = performance.now();
  const hits: Hits = { kills: 0, within: 0 };
  let isFailed = false;
  const sides = Array.from({ length: sideCount }, async (_, side) => {
    const random = new Random(seed + side, 'load kills');
    try {
      for (let i = 0; i < storesOfSide && !isFailed; i++)
        await loadOne(i % 2 === side, random, hits);
    } catch (error) {
      isFailed = true;
      throw error;
    }
  });
  // Nothing goes on after the test.
  await Promise.allSettled(sides);
  await Promise.all(sides);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  process.stdout.write(
    `${JSON.stringify({ ...hits, stores: sideCount * storesOfSide, seconds })}\n`,
  );
  // Kills that hit nothing would prove nothing.
  expect(hits.within).toBeGreaterThan(hits.kills / 4);
});
