import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

import { BackendProcess } from '../../backend/support/backend_process.js';
import { token } from '../../backend/support/test_backend.js';

/** `node build --store FOLDER`, with nothing made up and a token. */
export function startStored(
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): BackendProcess {
  return new BackendProcess({ INITIAL_COUNT: '0', INGEST_TOKEN: token, ...environment }, [
    '--store',
    folder,
  ]);
}

/** Where a backend listens, once it does. */
export async function urlOf(backend: BackendProcess): Promise<string> {
  const { url } = await backend.ready();
  return url as string;
}

/** What a backend says as it refuses to start. */
export async function refusalOf(folder: string): Promise<string> {
  const backend = startStored(folder);
  const hasStarted = backend.ready().then(
    () => true,
    () => false,
  );
  if (await hasStarted) throw new Error('the backend was to refuse its store, and started');
  expect(await backend.exited).toBe(1);
  expect(backend.lines.at(-1)?.level).toBe(60);
  return backend.lines.at(-1)?.msg ?? '';
}

/** A folder that goes with the test. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'eventglass-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The files of a store whose names end so. */
export async function filesOf(folder: string, end: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(end));
  return names.sort().map((name) => join(folder, name));
}
