import type { Schema } from 'eventglass';
import { inferSchema, readSample } from 'eventglass/sources';
import { askSchema } from '../timeline/ask_schema.js';
import type { TimelineSource } from '../timeline/timeline_source.js';

/** Milliseconds until a backend is asked again for its columns; each time twice as long. */
const firstRetryMs = 1_000;
const lastRetryMs = 15_000;

/** The columns of a source's events: asked of a backend, or found in events that are at hand. Rejects where they can't be had. */
export async function loadSchema(
  { backendUrl, source }: TimelineSource,
  signal: AbortSignal,
): Promise<Schema> {
  if (backendUrl !== undefined) return askSchema(backendUrl, signal);
  if (source && 'type' in source) {
    if (source.type === 'events') return inferSchema(source.events);
    if (source.type === 'file' && typeof source.file !== 'string')
      return inferSchema(await readSample(source.file));
  }
  throw new TypeError(
    'eventglass: this source needs a schema; only arrays and files at hand tell theirs',
  );
}

/** Asks until there is an answer, or until it would be the same again. `undefined` where there is none. */
export async function keepLoadingSchema(
  source: TimelineSource,
  signal: AbortSignal,
  onproblem: (problem: string | undefined) => void,
): Promise<Schema | undefined> {
  const isWanted = () => !signal.aborted;
  for (let retryMs = firstRetryMs; isWanted(); retryMs = Math.min(2 * retryMs, lastRetryMs)) {
    try {
      const schema = await loadSchema(source, signal);
      if (isWanted()) onproblem(undefined);
      return schema;
    } catch (cause) {
      if (isWanted()) onproblem(cause instanceof Error ? cause.message : String(cause));
      // An array without times has none the next time either.
      if (source.backendUrl === undefined) return undefined;
      await pause(retryMs, signal);
    }
  }
  return undefined;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
}
