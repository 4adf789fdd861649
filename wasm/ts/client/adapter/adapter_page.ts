import { failure, type FetchFailure } from '../backend_fetcher.js';
import { compareKeys, rangeHasKey, successorOf } from '../event_keys.js';
import { isCount, isObject } from '../json_values.js';
import type { ForeignEvents } from '../local/foreign_events.js';
import type { Page, PageQuery } from '../page_fetcher.js';
import { coveredBy } from './pages_adapter.js';

/** Seqs of the engine for one of an adapter, so that each change of a batch has its own. */
export const SEQS_PER_SEQ = 4_096;
/** An adapter's seqs: below them the engine's are exact in doubles. */
const MAX_SEQ = 2 ** 40;

/** The engine's seq of a state that has everything up to an adapter's `seq`. */
export function seqAt(seq: number): number {
  return seq * SEQS_PER_SEQ + SEQS_PER_SEQ - 1;
}

export function isSeq(value: unknown): value is number {
  return isCount(value) && value < MAX_SEQ;
}

/** What an adapter's `readPage` has answered, looked at; `epoch`: of the time when it was asked. */
export function toPage(
  value: unknown,
  query: PageQuery,
  { epoch, needsSeq }: { readonly epoch: string; readonly needsSeq: boolean },
  foreign: ForeignEvents,
): Page | FetchFailure {
  if (!isObject(value) || !Array.isArray(value['events'])) return bad('without an array `events`');
  const { events, firstRank, totalCount, matchCount = totalCount, seq } = value;
  if (!isCount(firstRank))
    return bad(`with a \`firstRank\` that is no count: ${String(firstRank)}`);
  if (!isCount(totalCount))
    return bad(`with a \`totalCount\` that is no count: ${String(totalCount)}`);
  if (!isCount(matchCount))
    return bad(`with a \`matchCount\` that is no count: ${String(matchCount)}`);
  if (!isSeq(seq ?? 0) || (needsSeq && seq === undefined)) {
    return bad(`with a \`seq\` that can't be: ${String(seq)}; it is what \`follow\` goes on from`);
  }
  if (events.length > query.limit)
    return bad(`with ${events.length} events, not ${query.limit} at most`);
  const rows = [];
  for (const [i, each] of (events as readonly unknown[]).entries()) {
    const event = foreign.read(each);
    if (typeof event === 'string') return bad(`with an event that is none, at ${i}: ${event}`);
    rows.push(event);
  }
  rows.sort((a, b) => compareKeys(a, b));
  const outside = rows.findIndex(
    (key) => !rangeHasKey({ begin: query.start, end: query.stop }, key),
  );
  if (outside >= 0) return bad(`with an event outside of the range, '${rows[outside]?.id ?? ''}'`);
  const hasMore = (value['hasMore'] ?? events.length === query.limit) === true;
  const [first, last] = [rows[0], rows.at(-1)];
  if (hasMore && first === undefined) return bad('with no event, though there are more');
  // By rank the page begins at its first event, and the timeline at the very first.
  const start = query.rank !== undefined && firstRank > 0 ? first && keyOf(first) : query.start;
  const covered = coveredBy(
    { ...query, start },
    hasMore,
    first && keyOf(first),
    last && successorOf(keyOf(last)),
  );
  return {
    type: 'page',
    format: 'json',
    body: new TextEncoder().encode(`[${rows.map(({ json }) => json).join(',')}]`),
    cursor: { epoch, seq: seqAt((seq ?? 0) as number) },
    covered,
    firstRank,
    totalCount,
    matchCount,
  };
}

function keyOf({ timestamp, id }: { readonly timestamp: number; readonly id: string }) {
  return { timestamp, id };
}

function bad(what: string): FetchFailure {
  return failure('source_failed', `The adapter's readPage() answered ${what}.`);
}
