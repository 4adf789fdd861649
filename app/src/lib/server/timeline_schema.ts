import { eventSchema } from '@eventglass/backend/schema';
import { env } from '$env/dynamic/private';
import { TableColumns } from '$lib/timeline/columns.js';
import { parseSchema } from '$lib/timeline/timeline_schema.js';
import { defaultBackendUrl } from './backend.js';

/** A schema stays the same as long as the backend's life; who serves another one afterwards is noticed soon. */
const knownForMs = 5_000;

/** A reader waits this long at most. */
const timeoutMs = 1_500;

/** Until the backend has told, its columns are taken for those of the demo; the page looks again when it is connected. */
let known = new TableColumns(eventSchema);
let askedAtMs = -Infinity;
let asking: Promise<void> | undefined;

async function ask(): Promise<void> {
  try {
    const url = new URL('/data/schema', env['BACKEND_URL'] ?? defaultBackendUrl);
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    const schema = response.ok ? parseSchema(await response.json()) : undefined;
    if (!schema) return;
    known = new TableColumns(schema);
    askedAtMs = performance.now();
  } catch {
    // The rows can't be had either: the page says so.
  } finally {
    asking = undefined;
  }
}

/** The columns of the backend's events, as they were told last. Never rejects. */
export async function loadColumns(): Promise<TableColumns> {
  if (performance.now() - askedAtMs > knownForMs) await (asking ??= ask());
  return known;
}
