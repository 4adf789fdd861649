import type { Backend, Page } from './backend.js';
import { keyText, type EventJson } from './event_json.js';
import { Fault } from './faults.js';

/** Bounds as docs/protocol.md writes them, half-open; `undefined` for an open one. */
export interface Range {
  readonly start: string | undefined;
  readonly stop: string | undefined;
}

/** Events of a page: one MB as JSON and a few as objects, which is all that is held at a time. */
const PAGE_EVENTS = 5_000;

/**
 * The events of a range, page by page and in order, `limit` of them at most. Each page is exact at its own cursor. Throws
 * where the backend begins a new history meanwhile: what follows would be of another one.
 */
export async function* pagesOf(
  backend: Backend,
  { start, stop }: Range,
  limit = Infinity,
): AsyncGenerator<Page> {
  let epoch: string | undefined;
  let last: EventJson | undefined;
  for (let left = limit; left > 0;) {
    const bounds = last === undefined ? { start, stop } : { after: keyText(last.key), stop };
    const page = await backend.page({ ...bounds, limit: Math.min(PAGE_EVENTS, left) });
    epoch ??= page.cursor.epoch;
    if (page.cursor.epoch !== epoch) {
      throw new Fault(['The backend has begun a new history meanwhile: ask again for all of it.']);
    }
    last = page.events.at(-1);
    if (last === undefined) return;
    yield page;
    left -= page.events.length;
  }
}

/** The rank that a bound has, and how many events match in all. */
async function rankOf(backend: Backend, start: string | undefined): Promise<Page> {
  return backend.page({ start, limit: 1 });
}

/** The ranks of a range, half-open. They change all the time. */
export async function ranksOf(
  backend: Backend,
  { start, stop }: Range,
): Promise<{ readonly begin: number; readonly end: number }> {
  const first = await rankOf(backend, start);
  const end = stop === undefined ? first.matchCount : (await rankOf(backend, stop)).firstRank;
  return { begin: first.firstRank, end: Math.max(end, first.firstRank) };
}

/** The newest events of a range, `limit` of them at most, in order. */
export async function* newestPagesOf(
  backend: Backend,
  range: Range,
  limit: number,
): AsyncGenerator<Page> {
  if (limit <= PAGE_EVENTS) {
    const page = await backend.page({ ...range, limit, direction: 'backward' });
    if (page.events.length > 0) yield page;
    return;
  }
  const { begin, end } = await ranksOf(backend, range);
  const rank = Math.max(begin, end - limit);
  const [first] = (await backend.page({ rank, stop: range.stop, limit: 1 })).events;
  if (first === undefined) return;
  yield* pagesOf(backend, { start: keyText(first.key), stop: range.stop }, limit);
}
