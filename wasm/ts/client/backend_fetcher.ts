import type { ClientErrorCode, FilterFault, Problem } from './client_error.js';
import type { Environment } from './environment.js';
import { readFilterFault } from './filter_fault.js';
import { isObject, type JsonObject, parseObject, textOf } from './json_values.js';

/** Why there is no answer to use. */
export interface FetchFailure {
  readonly type: 'failure';
  readonly problem: Problem;
  /** The wait that the backend asks for. */
  readonly retryAfterMs?: number | undefined;
  /** Where the request's filter is at fault: asking again does not help. */
  readonly filterFault?: FilterFault | undefined;
  /** Of the answer, where there is one. */
  readonly status?: number | undefined;
}

/** What to ask for. */
export interface FetchRequest {
  readonly path: string;
  readonly parameters: URLSearchParams;
  /** Default: JSON. */
  readonly accept?: string;
}

/** Milliseconds for a whole answer: 5,000 events compressed to 300 KB, at 10 KB/s. */
const TIMEOUT_MS = 30_000;
/** Bytes of an error's body that are read; ours have a few hundred. */
const MAX_ERROR_BYTES = 64 << 10;
/** Milliseconds: the longest wait that a backend may ask for. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Why a fetch was aborted. */
const TIMEOUT = 'timeout';

/** Asks the backend over HTTP, within limits of time and size. Never rejects. */
export class BackendFetcher {
  readonly #backendUrl: string;
  readonly #environment: Pick<Environment, 'fetch' | 'after'>;

  /** `backendUrl`: without a slash at its end. */
  constructor(backendUrl: string, environment: Pick<Environment, 'fetch' | 'after'>) {
    this.#backendUrl = backendUrl;
    this.#environment = environment;
  }

  /** What `read` makes of an answer with status 200. It means nothing once `signal` is aborted. */
  async get<Answer>(
    { path, parameters, accept = 'application/json' }: FetchRequest,
    signal: AbortSignal,
    read: (response: Response) => Promise<Answer | FetchFailure>,
  ): Promise<Answer | FetchFailure> {
    const abort = new AbortController();
    const onAbort = (): void => {
      abort.abort();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const cancelTimeout = this.#environment.after(TIMEOUT_MS, () => {
      abort.abort(TIMEOUT);
    });
    try {
      const url = `${this.#backendUrl}${path}?${parameters.toString()}`;
      const response = await this.#environment.fetch(url, {
        headers: { accept },
        signal: abort.signal,
        redirect: 'error',
        // Updates reach the past as well, so whatever a cache holds is asked for again.
        cache: 'no-cache',
      });
      return response.status === 200 ? await read(response) : await readFailure(response);
    } catch (error) {
      if (error instanceof OversizedBody) return failure('page_too_large', error.message);
      if (abort.signal.reason === TIMEOUT)
        return failure('timeout', `The backend took longer than ${TIMEOUT_MS / 1000} s to answer.`);
      return failure('backend_unreachable', `The backend at ${this.#backendUrl} can't be reached.`);
    } finally {
      // Frees the connection of an answer that was refused before its end.
      abort.abort();
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
    }
  }
}

export function failure(code: ClientErrorCode, message: string): FetchFailure {
  return { type: 'failure', problem: { code, message } };
}

/** A header that holds a count. */
export function readCount(headers: Headers, name: string): number | undefined {
  const text = headers.get(name) ?? '';
  const count = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(count) ? count : undefined;
}

/** The media type of an answer, in lower case. */
export function mediaTypeOf(response: Response): string {
  const [mediaType = ''] = (response.headers.get('content-type') ?? '').split(';');
  return mediaType.trim().toLowerCase();
}

class OversizedBody extends Error {}

/** The body's bytes. Rejects where they are more than `maxBytes`. */
export async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next === undefined || next.done) return joinChunks(chunks, byteCount);
    byteCount += next.value.byteLength;
    if (byteCount > maxBytes)
      throw new OversizedBody(`The backend's answer is larger than ${maxBytes} bytes.`);
    chunks.push(next.value);
  }
}

function joinChunks(chunks: readonly Uint8Array[], byteCount: number): Uint8Array {
  const body = new Uint8Array(byteCount);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** The JSON object that is the body; `undefined` where it is none. */
export async function readJson(
  response: Response,
  maxBytes: number,
): Promise<JsonObject | undefined> {
  return parseObject(new TextDecoder().decode(await readBody(response, maxBytes)));
}

async function readFailure(response: Response): Promise<FetchFailure> {
  const error = (await readJson(response, MAX_ERROR_BYTES))?.['error'];
  const filterFault = readFilterFault(error);
  if (filterFault !== undefined) {
    return { ...failure('invalid_filter', filterFault.message), filterFault };
  }
  const reason = isObject(error) ? error['message'] : undefined;
  const why = typeof reason === 'string' ? `: ${textOf(reason).replace(/\.$/, '')}` : '';
  return {
    ...failure('backend_refused', `The backend answered ${response.status}${why}.`),
    status: response.status,
    retryAfterMs: readRetryAfterMs(response.headers),
  };
}

/** Reads the form in seconds alone; dates are not used by this protocol. */
function readRetryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS) : undefined;
}
