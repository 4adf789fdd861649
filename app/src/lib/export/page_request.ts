import type { Schema } from 'eventglass';
import { isObject } from '../detail/json.js';
import { eventsOf, type ExportEvent } from './export_event.js';

/** A page of the export, and the state that it shows. */
export interface ExportPage {
  readonly events: readonly ExportEvent[];
  readonly epoch: string;
  readonly firstRank: number;
  /** Events that match the filter. */
  readonly matchCount: number;
}

export type PageAnswer =
  | { readonly type: 'page'; readonly page: ExportPage }
  /** `isFinal`: asking again would be answered the same. */
  | {
      readonly type: 'failed';
      readonly reason: string;
      readonly isFinal: boolean;
      readonly retryAfterMs?: number;
    };

/** The backend answers a page within a second; a large one on a slow line takes longer. */
const timeoutMs = 60_000;

function countOf(headers: Headers, name: string): number {
  const text = headers.get(name);
  return text !== null && /^\d+$/.test(text) ? Number(text) : NaN;
}

async function readRefusal(response: Response): Promise<PageAnswer> {
  const answer: unknown = await response.json().catch(() => undefined);
  const error = isObject(answer) ? answer['error'] : undefined;
  const message = isObject(error) ? error['message'] : undefined;
  const reason =
    typeof message === 'string' ? message : `the answer has status ${String(response.status)}`;
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return {
    type: 'failed',
    reason,
    isFinal: response.status >= 400 && response.status < 500 && response.status !== 429,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  };
}

async function readPage(response: Response, schema: Schema): Promise<PageAnswer> {
  if (!response.ok) return readRefusal(response);
  const { headers } = response;
  const epoch = headers.get('eventglass-epoch');
  const totalCount = countOf(headers, 'eventglass-total-count');
  const matchCount = countOf(headers, 'eventglass-match-count');
  const firstRank = countOf(headers, 'eventglass-first-rank');
  const events = eventsOf(await response.json(), schema);
  if (!events || epoch === null || Number.isNaN(firstRank)) {
    return { type: 'failed', reason: 'the answer is no page of events', isFinal: true };
  }
  const counted = Number.isNaN(matchCount) ? totalCount : matchCount;
  return { type: 'page', page: { events, epoch, firstRank, matchCount: counted } };
}

/** Asks for a page. Never rejects; once `signal` is aborted the answer says nothing. */
export async function requestPage(
  url: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, timeout]),
      cache: 'no-store',
    });
    return await readPage(response, schema);
  } catch {
    const reason = timeout.aborted ? 'there is no answer' : 'the event source can’t be reached';
    return { type: 'failed', reason, isFinal: false };
  }
}
