import type { Schema } from 'eventglass';
import { countHeader, refusalText, retryAfterMs } from '../backend_answer.js';
import { requestFromBackend } from '../backend_request.js';
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

async function readRefusal(response: Response): Promise<PageAnswer> {
  const answer: unknown = await response.json().catch(() => undefined);
  const waitMs = retryAfterMs(response.headers.get('retry-after'));
  return {
    type: 'failed',
    reason: refusalText(answer, response.status),
    isFinal: response.status >= 400 && response.status < 500 && response.status !== 429,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  };
}

async function readPage(response: Response, schema: Schema): Promise<PageAnswer> {
  if (!response.ok) return readRefusal(response);
  const { headers } = response;
  const epoch = headers.get('eventglass-epoch');
  const totalCount = countHeader(headers, 'eventglass-total-count');
  const matchCount = countHeader(headers, 'eventglass-match-count');
  const firstRank = countHeader(headers, 'eventglass-first-rank');
  const events = eventsOf(await response.json(), schema);
  if (!events || epoch === null || firstRank === undefined) {
    return { type: 'failed', reason: 'the answer is no page of events', isFinal: true };
  }
  const counted = matchCount ?? totalCount ?? NaN;
  return { type: 'page', page: { events, epoch, firstRank, matchCount: counted } };
}

/** Asks for a page. Never rejects; once `signal` is aborted the answer says nothing. */
export async function requestPage(
  url: string,
  schema: Schema,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const read = (response: Response) => readPage(response, schema);
  const headers = { accept: 'application/json' };
  const answer = await requestFromBackend(url, signal, read, { timeoutMs, headers });
  return answer.type === 'failed' ? { isFinal: false, ...answer } : answer;
}
