import type { Environment } from '../environment.js';
import type { FileSource } from '../source_description.js';
import { JsonEvents } from './json_events.js';
import type { LocalStore } from './local_store.js';
import { readText, request } from './requests.js';
import type { SourceRun } from './source_run.js';

/** Reads a file once, piece by piece: its events can be read while it is under way. */
export function readFile(
  { file, headers }: FileSource,
  store: LocalStore,
  environment: Pick<Environment, 'fetch' | 'after'>,
): SourceRun {
  return async ({ signal }) => {
    const read = async (body: ReadableStream<Uint8Array> | null, broken: string): Promise<void> => {
      const events = new JsonEvents();
      await readText(body, broken, (piece) => {
        signal.throwIfAborted();
        store.put(events.read(piece));
      });
      store.put(events.end());
    };
    if (typeof file !== 'string') {
      await read(file.stream(), 'The file can be read no more: it was moved or changed.');
      return;
    }
    const asked = { url: file, accept: 'application/json', headers, isStream: true };
    await request(environment, asked, signal, ({ body }) =>
      read(body, `${file} broke off in its midst.`),
    );
  };
}
