import type { EventKey } from 'eventglass';
import { countHeader, refusalText, waitMsOf } from '../backend_answer.js';
import { requestFromBackend, type Failed } from '../backend_request.js';
import { boundText } from '../bound_text.js';
import { isObject } from '../json.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { rowOfJson, type TimelineRow } from '@eventglass/table/timeline/row.js';
import type { SearchFault } from './search_filter.js';

/** Which matches to ask for: the `limit` that are nearest to the bound, on one side of it. */
export interface AskedMatches {
  readonly filter: string;
  readonly direction: 'forward' | 'backward';
  /** `from`: at a key or later; `after` it; `before` it. None: from the first, or the last. */
  readonly bound?:
    { readonly type: 'from' | 'after' | 'before'; readonly key: EventKey } | undefined;
  /** The last key that may match. */
  readonly last?: EventKey;
  readonly limit: number;
}

export interface Matches {
  readonly type: 'matches';
  /** In the order of the timeline. */
  readonly rows: readonly TimelineRow[];
  /** Matches before the first of `rows`, or before the bound where there are none. */
  readonly rankBefore: number;
  /** All that there are. */
  readonly matchCount: number;
}

export type MatchesAnswer =
  | Matches
  | { readonly type: 'fault'; readonly fault: SearchFault }
  /** Too much is asked of the backend now. */
  | { readonly type: 'busy'; readonly waitMs: number; readonly reason: string }
  | Failed;

const parameterNames = { from: 'start', after: 'after', before: 'stop' } as const;

/** The query that asks for matches. */
export function matchesQuery({ filter, direction, bound, last, limit }: AskedMatches): string {
  const query = new URLSearchParams({ filter, direction, limit: String(limit) });
  if (bound) query.set(parameterNames[bound.type], boundText(bound.key));
  if (last) query.set('stop', boundText(last, true));
  return query.toString();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function sentence(text: string): string {
  const dot = /[.!?]$/.test(text) ? '' : '.';
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${dot}`;
}

/** What the backend says in place of matches. */
export function refusalOf(
  answer: unknown,
  status: number,
  retryAfter: string | null,
): MatchesAnswer {
  const error = isObject(answer) && isObject(answer['error']) ? answer['error'] : {};
  const { begin, end } = error;
  const message = refusalText(answer, status);
  if (error['code'] === 'invalid_filter' && typeof begin === 'number' && typeof end === 'number') {
    const text = sentence(textOf(error['expected']) || message);
    return { type: 'fault', fault: { begin, end, text } };
  }
  if (status !== 503) return { type: 'failed', reason: message };
  return { type: 'busy', waitMs: waitMsOf(retryAfter), reason: message };
}

async function readAnswer(response: Response, columns: TableColumns): Promise<MatchesAnswer> {
  const answer: unknown = await response.json().catch(() => undefined);
  const { headers, status } = response;
  if (!response.ok) return refusalOf(answer, status, headers.get('Retry-After'));
  const rankBefore = countHeader(headers, 'Eventglass-First-Rank');
  const matchCount = countHeader(headers, 'Eventglass-Match-Count');
  if (!Array.isArray(answer) || rankBefore === undefined || matchCount === undefined) {
    return { type: 'failed', reason: 'the answer has no such events' };
  }
  const rows = answer.flatMap((event: unknown) => rowOfJson(event, columns) ?? []);
  return { type: 'matches', rows, rankBefore, matchCount };
}

/** Where matches are looked for, and what its events consist of. */
export interface SearchedTimeline {
  readonly backendUrl: string;
  readonly columns: TableColumns;
}

/** Asks for matches. Never rejects; once `signal` is aborted the answer says nothing. */
export function requestMatches(
  { backendUrl, columns }: SearchedTimeline,
  asked: AskedMatches,
  signal: AbortSignal,
): Promise<MatchesAnswer> {
  const url = `${backendUrl}/data?${matchesQuery(asked)}`;
  return requestFromBackend(url, signal, (response) => readAnswer(response, columns));
}
