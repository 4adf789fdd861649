import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { Schema } from 'eventglass';
import { expect, onTestFinished, test } from 'vitest';

import { LevelArchive } from '../../backend/src/persistence/level_archive.js';
import { eventAt, fetchPage, ndjson, post, quietLogger } from '../backend/support/test_backend.js';
import { tryMount } from './support/mounts.js';
import { openFolder, refusalOf, startStored, urlOf } from './support/stored_backend.js';

const event = eventAt(1, 'a');

test('a store in use is refused; its owner goes on', async () => {
  const folder = await openFolder();
  const owner = startStored(folder);
  const url = await urlOf(owner);
  expect(await refusalOf(folder)).toBe(`the store in ${folder} is in use by another process`);
  expect((await post(url, ndjson([event]))).status).toBe(200);
});

test('a store of other columns is refused, and both are named', async () => {
  const folder = await openFolder();
  const schema: Schema = [
    { name: 'id', type: 'id' },
    { name: 'at', type: 'timestamp' },
  ];
  await (await LevelArchive.open(folder, { schema, logger: quietLogger })).close();
  const said = await refusalOf(folder);
  expect(said).toContain(
    'other columns: id (id), at (timestamp). These are wanted: id (id), timestamp (',
  );
  // It is as it was.
  await (await LevelArchive.open(folder, { schema, logger: quietLogger })).close();
});

test('a database of something else is refused', async () => {
  const folder = await openFolder();
  const database = new ClassicLevel(folder);
  await database.put('some', 'thing');
  await database.close();
  expect(await refusalOf(folder)).toContain('holds a database of something else');
  await database.open();
  expect(await database.keys().all()).toEqual(['some']);
  await database.close();
});

test('an event that is not what was stored is refused', async () => {
  const folder = await openFolder();
  const backend = startStored(folder);
  await post(await urlOf(backend), ndjson([event]));
  backend.kill('SIGTERM');
  await backend.exited;
  const database = new ClassicLevel<string, Buffer>(folder, { valueEncoding: 'buffer' });
  const value = (await database.get('ea')) ?? Buffer.alloc(0);
  await database.put('eb', value);
  await database.close();
  expect(await refusalOf(folder)).toContain('is damaged: event "b" is not what was stored');
});

test('a file in place of the folder is refused', async () => {
  const file = join(await openFolder(), 'file');
  await writeFile(file, '');
  expect(await refusalOf(file)).toContain(`${file} is no folder`);
  expect(await refusalOf(join(file, 'below'))).toContain('is no folder');
});

test('a folder that can only be read is refused', async (context) => {
  const folder = await openFolder();
  const backend = startStored(folder);
  await post(await urlOf(backend), ndjson([event]));
  backend.kill('SIGTERM');
  await backend.exited;
  // Permissions don't keep root from anything.
  const unmount = tryMount(['--bind', folder, folder]);
  if (unmount === undefined) {
    context.skip('mounting is refused on this machine');
    return;
  }
  onTestFinished(unmount);
  execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
  expect(await refusalOf(folder)).toMatch(/can't be opened: .*Read-only file system/);
  execFileSync('mount', ['-o', 'remount,rw,bind', folder]);
  const again = startStored(folder);
  expect((await fetchPage(await urlOf(again))).events).toEqual([event]);
  again.kill('SIGTERM');
  await again.exited;
});
