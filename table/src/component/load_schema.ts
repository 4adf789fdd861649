import type { Schema } from 'eventglass';
import { inferSchema, readSample } from 'eventglass/sources';
import { parseSchema } from '../timeline/timeline_schema.js';
import type { TimelineSource } from '../timeline/timeline.svelte.js';

/** A backend that takes longer is asked again. */
const timeoutMs = 10_000;

/** What `GET /data/schema` of a backend answers. */
async function askSchema(backendUrl: string, signal: AbortSignal): Promise<Schema> {
  const url = `${backendUrl}/data/schema`;
  const answer = await ask(url, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
  const schema = parseSchema(answer);
  if (!schema) throw new Error(`${url} answered something else than the columns of a timeline`);
  return schema;
}

async function ask(url: string, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (cause) {
    throw new Error(`${url} does not answer, or not to this page`, { cause });
  }
  if (!response.ok) throw new Error(`${url} answered with status ${String(response.status)}`);
  return response.json();
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
