import type { Environment } from '../environment.js';
import { SourceProblem } from './source_run.js';

/** Milliseconds until an answer begins; of one that is read as a whole, until it ends. */
const ANSWER_TIMEOUT_MS = 60_000;
/** Milliseconds: the longest wait that a server may ask for. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Why a request was aborted. */
const TIMEOUT = 'timeout';

/** What is asked of a server that is no Eventglass backend. */
export interface SourceRequest {
  readonly url: string;
  readonly accept: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The answer may go on for as long as it likes. */
  readonly isStream: boolean;
}

/**
 * What `read` makes of an answer with status 200, or 304. The connection is closed when it is done.
 *
 * @throws {SourceProblem} where there is no such answer in time.
 */
export async function request<Answer>(
  environment: Pick<Environment, 'fetch' | 'after'>,
  { url, accept, headers, isStream }: SourceRequest,
  signal: AbortSignal,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const abort = new AbortController();
  const onAbort = (): void => {
    abort.abort();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  const cancelTimeout = environment.after(ANSWER_TIMEOUT_MS, () => {
    abort.abort(TIMEOUT);
  });
  try {
    const response = await environment
      .fetch(url, {
        headers: { ...headers, accept },
        signal: abort.signal,
        redirect: 'follow',
        cache: 'no-store',
      })
      .catch(() => {
        throw new SourceProblem(
          'source_failed',
          `${url} can't be reached; across origins it must allow this page (CORS).`,
        );
      });
    if (isStream) cancelTimeout();
    if (response.status !== 200 && response.status !== 304) {
      throw new SourceProblem('source_failed', `${url} answered ${response.status}.`, {
        retryAfterMs: retryAfterOf(response),
      });
    }
    return await read(response);
  } catch (error) {
    if (abort.signal.reason !== TIMEOUT) throw error;
    throw new SourceProblem('timeout', `${url} took longer than ${ANSWER_TIMEOUT_MS / 1000} s.`);
  } finally {
    cancelTimeout();
    signal.removeEventListener('abort', onAbort);
    // Frees the connection of an answer that was not read to its end.
    abort.abort();
  }
}

function retryAfterOf({ headers }: Response): number {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS) : 0;
}

/** Hands on a body as text, piece by piece. @throws {SourceProblem} `broken` where it breaks off. */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  broken: string,
  take: (piece: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const next = await reader.read().catch(() => {
        throw new SourceProblem('source_failed', broken);
      });
      if (next.done) break;
      take(decoder.decode(next.value, { stream: true }));
    }
    take(decoder.decode());
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
