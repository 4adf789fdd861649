import type { Schema } from 'eventglass';
import { inferSchema, readSample } from 'eventglass/sources';
import { parseSchema } from '../timeline/timeline_schema.js';
import type { TimelineSource } from '../timeline/timeline.svelte.js';

/** What `GET /data/schema` of a backend answers. */
async function askSchema(backendUrl: string, signal: AbortSignal): Promise<Schema> {
  const url = `${backendUrl}/data/schema`;
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered with status ${String(response.status)}`);
  const schema = parseSchema(await response.json());
  if (!schema) throw new Error(`${url} answered something else than the columns of a timeline`);
  return schema;
}

/** The columns of a source's events: asked of a backend, or found in events that are at hand. Rejects where they can't be had. */
export async function loadSchema(
  { backendUrl, source }: TimelineSource,
  signal: AbortSignal,
): Promise<Schema> {
  if (backendUrl !== undefined) return askSchema(backendUrl.replace(/\/+$/, ''), signal);
  if (source && 'type' in source) {
    if (source.type === 'events') return inferSchema(source.events);
    if (source.type === 'file' && typeof source.file !== 'string')
      return inferSchema(await readSample(source.file));
  }
  throw new TypeError('eventglass: this source needs a schema; only arrays and files tell theirs');
}
