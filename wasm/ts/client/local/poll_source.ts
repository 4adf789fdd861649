import type { Environment } from '../environment.js';
import { isObject } from '../json_values.js';
import type { PollSource } from '../source_description.js';
import { valueAt } from './foreign_events.js';
import type { LocalStore } from './local_store.js';
import { readText, request } from './requests.js';
import { type SourceRun, SourceProblem } from './source_run.js';

/** UTF-16 units of an answer: what one worker parses in about a second. */
const MAX_ANSWER_LENGTH = 128 << 20;
/** Milliseconds: no server is asked more often. */
const MIN_INTERVAL_MS = 250;
/** Milliseconds that timers can wait; with more they would not wait at all. */
const MAX_INTERVAL_MS = 2 ** 31 - 1;

interface ListRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Where the list is in the answer. */
  readonly items?: string | undefined;
}

/** Asks for the list again and again, and makes the timeline equal to it, or takes over what has changed. */
export function poll(
  source: PollSource,
  store: LocalStore,
  environment: Pick<Environment, 'fetch' | 'after'>,
): SourceRun {
  const { since, deletedField } = source;
  const intervalMs = waitMs(source.intervalMs);
  let entityTag: string | undefined;
  let newest: string | number | undefined;
  return async ({ signal, live, sleep }) => {
    for (;;) {
      const url = since === undefined ? source.url : withSince(source.url, since, newest);
      const asked = { ...source, url, headers: conditional(source.headers, entityTag) };
      const answer = await fetchList(asked, environment, signal);
      if (answer !== 'unchanged') {
        if (since === undefined) {
          store.replace(answer.items);
        } else {
          takeChanges(store, answer.items, deletedField);
          newest = newestOf(answer.items, since.field, newest);
        }
        // An answer to another question later on is not told apart by this one's tag.
        entityTag = since === undefined ? answer.entityTag : undefined;
      }
      live();
      await sleep(intervalMs);
    }
  };
}

/** What is no number waits no longer than it has to. */
function waitMs(intervalMs: number): number {
  return intervalMs > MIN_INTERVAL_MS ? Math.min(intervalMs, MAX_INTERVAL_MS) : MIN_INTERVAL_MS;
}

interface ListAnswer {
  readonly items: readonly unknown[];
  readonly entityTag: string | undefined;
}

/** @throws {SourceProblem} where the answer is no list. */
export async function fetchList(
  { url, headers, items }: ListRequest,
  environment: Pick<Environment, 'fetch' | 'after'>,
  signal: AbortSignal,
): Promise<ListAnswer | 'unchanged'> {
  const asked = { url, accept: 'application/json', headers, isStream: false };
  const answer = await request(environment, asked, signal, async (response) => ({
    text: response.status === 304 ? undefined : await readWhole(response, url),
    entityTag: response.headers.get('etag') ?? undefined,
  }));
  signal.throwIfAborted();
  if (answer.text === undefined) return 'unchanged';
  const list = listIn(answer.text, items);
  if (!Array.isArray(list)) {
    const place = items === undefined ? '' : ` at '${items}'`;
    const what = `${url} answered without a JSON array${place}`;
    throw new SourceProblem('source_failed', `${what}; \`items\` names where the list is.`);
  }
  return { items: list, entityTag: answer.entityTag };
}

async function readWhole(response: Response, url: string): Promise<string> {
  let text = '';
  await readText(response.body, `${url} broke off in the midst of its answer.`, (piece) => {
    text += piece;
    if (text.length <= MAX_ANSWER_LENGTH) return;
    const message = `${url} answered with more than ${MAX_ANSWER_LENGTH} characters.`;
    throw new SourceProblem('page_too_large', message);
  });
  return text;
}

function listIn(text: string, items: string | undefined): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return items === undefined ? json : valueAt(json, items.split('.'));
  } catch {
    return undefined;
  }
}

function conditional(
  headers: Readonly<Record<string, string>> | undefined,
  entityTag: string | undefined,
): Readonly<Record<string, string>> | undefined {
  return entityTag === undefined ? headers : { ...headers, 'if-none-match': entityTag };
}

function withSince(
  url: string,
  { parameter }: { readonly parameter: string },
  value: string | number | undefined,
): string {
  if (value === undefined) return url;
  const [address = '', hash] = url.split('#', 2);
  const separator = address.includes('?') ? '&' : '?';
  const query = new URLSearchParams({ [parameter]: String(value) }).toString();
  return `${address}${separator}${query}${hash === undefined ? '' : `#${hash}`}`;
}

/** Puts and deletes in the order of the list. */
function takeChanges(
  store: LocalStore,
  items: readonly unknown[],
  deletedField: string | undefined,
): void {
  const path = deletedField?.split('.');
  let begin = 0;
  const isDeleted = (item: unknown): boolean => path !== undefined && valueAt(item, path) === true;
  while (begin < items.length) {
    const deletes = isDeleted(items[begin]);
    let end = begin + 1;
    while (end < items.length && isDeleted(items[end]) === deletes) end++;
    const run = items.slice(begin, end);
    if (deletes) store.delete(run);
    else store.put(run);
    begin = end;
  }
}

/** The greatest value of a field: numbers by size, texts by their characters, as ISO 8601 dates are. */
function newestOf(
  items: readonly unknown[],
  field: string,
  known: string | number | undefined,
): string | number | undefined {
  const path = field.split('.');
  let newest = known;
  for (const item of items) {
    const value = isObject(item) ? valueAt(item, path) : undefined;
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    if (newest === undefined || value > newest) newest = value;
  }
  return newest;
}
