import { eventSchema } from '@eventglass/backend/schema';
import { env } from '$env/dynamic/private';
import { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { isSameSchema, parseSchema } from '@eventglass/table/timeline/timeline_schema.js';
import { defaultBackendUrl } from './backend.js';

/** A reader waits this long at most. */
const timeoutMs = 1_500;

/** Until the backend has told, its columns are taken for those of the demo; the page looks again when it is connected. */
let known = new TableColumns(eventSchema);

/**
 * The columns of the backend's events, or those that it told last where it does not answer. Asked for with every page: a backend that
 * has begun another life may serve others, and a page that was made for the wrong ones would not know. Never rejects.
 */
export async function loadColumns(): Promise<TableColumns> {
  try {
    const url = new URL('/data/schema', env['BACKEND_URL'] ?? defaultBackendUrl);
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    const schema = response.ok ? parseSchema(await response.json()) : undefined;
    if (schema && !isSameSchema(schema, known.schema)) known = new TableColumns(schema);
  } catch {
    // The rows can't be had either: the page says so.
  }
  return known;
}
