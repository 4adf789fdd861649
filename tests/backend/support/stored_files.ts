import { join } from 'node:path';

import { type Backend, type BackendOptions, createBackend } from '../../../backend/src/server.js';
import { readSettings } from '../../../backend/src/settings.js';
import type { Fields } from './own_files.js';
import { token } from './test_backend.js';

/** A backend on a store, with what it was started with. */
export interface OpenStore {
  readonly backend: Backend;
  readonly url: string;
  /** All events, in order. */
  readonly events: () => Promise<readonly Fields[]>;
  /** Names and types of the columns. */
  readonly columns: () => Promise<readonly string[]>;
}

/** Starts a backend as `--store FOLDER` does, with these variables beside it; closes it where `use` is done. */
export async function withStore<Value>(
  folder: string,
  variables: Readonly<Record<string, string>>,
  use: (store: OpenStore) => Promise<Value>,
  options: BackendOptions = {},
): Promise<Value> {
  const environment = { PORT: '0', STORE_DIR: folder, INGEST_TOKEN: token, LOG_LEVEL: 'silent' };
  const settings = readSettings({ ...environment, ...variables }, { initialCount: 100 });
  const backend = await createBackend(settings, options);
  try {
    const { url } = await backend.listen();
    const get = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
    return await use({
      backend,
      url,
      events: async () => (await get('/data')) as readonly Fields[],
      columns: async () => {
        const { columns } = (await get('/data/schema')) as {
          columns: readonly { name: string; type: string }[];
        };
        return columns.map(({ name, type }) => `${name} ${type}`);
      },
    });
  } finally {
    await backend.close();
  }
}

/** What a start says that is refused. */
export async function refusal(
  folder: string,
  variables: Readonly<Record<string, string>>,
): Promise<string> {
  try {
    await withStore(folder, variables, () => Promise.resolve());
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the start was to be refused');
}

/** A row as NDJSON, with an id and a time that follow from `n`. */
export function line(n: number, fields: Fields = {}): string {
  return `${JSON.stringify({ id: `e${n}`, time: 1_700_000_000_000 + n, kind: `k${n % 3}`, ...fields })}\n`;
}

export function lines(begin: number, end: number): string {
  return Array.from({ length: end - begin }, (_, i) => line(begin + i)).join('');
}

/** What `lines` is as events. */
export function eventsOf(begin: number, end: number): readonly Fields[] {
  return Array.from({ length: end - begin }, (_, i) => {
    const n = begin + i;
    return { id: `e${n}`, timestamp: 1_700_000_000_000 + n, kind: `k${n % 3}` };
  });
}

export const storeOf = (folder: string): string => join(folder, 'store');
