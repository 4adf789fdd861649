import type { Density } from 'eventglass/client';
import { isCount, waitMsOf } from '../backend_answer.js';
import { requestFromBackend, type Failed } from '../backend_request.js';
import { isObject } from '../json.js';

/** Which events to count, in which equal parts of `[start, stop)`, in ms since 1970. */
export interface AskedCounts {
  readonly filter: string;
  readonly start: number;
  readonly stop: number;
  readonly buckets: number;
}

export type CountsAnswer =
  | { readonly type: 'counts'; readonly density: Density }
  /** Too much is asked of the backend now. */
  | { readonly type: 'busy'; readonly waitMs: number }
  | Failed;

/** The counts of an answer; `undefined` if they are not those that were asked for. */
export function parseCounts(
  answer: unknown,
  { start, stop, buckets }: AskedCounts,
): Density | undefined {
  if (!isObject(answer) || answer['start'] !== start || answer['stop'] !== stop) return undefined;
  const { before, counts } = answer;
  if (!isCount(before) || !Array.isArray(counts) || counts.length !== buckets) return undefined;
  const checked: readonly unknown[] = counts;
  return checked.every(isCount)
    ? { start, stop, before, counts: Uint32Array.from(checked) }
    : undefined;
}

async function readAnswer(response: Response, asked: AskedCounts): Promise<CountsAnswer> {
  if (response.status === 503) {
    return { type: 'busy', waitMs: waitMsOf(response.headers.get('Retry-After')) };
  }
  const answer: unknown = await response.json().catch(() => undefined);
  const density = response.ok ? parseCounts(answer, asked) : undefined;
  return density
    ? { type: 'counts', density }
    : { type: 'failed', reason: 'the answer has no such counts' };
}

/** Asks for counts over time. Never rejects; once `signal` is aborted the answer says nothing. */
export function requestCounts(
  backendUrl: string,
  asked: AskedCounts,
  signal: AbortSignal,
): Promise<CountsAnswer> {
  const { filter, start, stop, buckets } = asked;
  const query = new URLSearchParams({
    start: String(start),
    stop: String(stop),
    buckets: String(buckets),
  });
  if (filter !== '') query.set('filter', filter);
  const url = `${backendUrl}/data/density?${query.toString()}`;
  return requestFromBackend(url, signal, (response) => readAnswer(response, asked));
}
