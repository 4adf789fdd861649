import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test } from 'vitest';

import { eventAt, fetchPage, ndjson, post } from '../backend/support/test_backend.js';
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

test('a store of a newer format is refused, and left as it is', async () => {
  const folder = await openFolder();
  const about = JSON.stringify({ format: 9 });
  const database = new ClassicLevel(folder);
  await database.put('about', about);
  await database.close();
  expect(await refusalOf(folder)).toContain('has format 9, and this program reads 1 and 2');
  await database.open();
  expect(await database.get('about')).toBe(about);
  await database.close();
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
