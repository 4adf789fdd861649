import type { Cursor, EventKey, KeyRange } from '../types.js';
import type { ClientErrorCode, Problem } from './client_error.js';
import type { Environment } from './environment.js';
import { compareKeys, equalKeys } from './event_keys.js';
import { formatBound, parseBound } from './key_bounds.js';

/** The parameters of `GET /data`; see docs/protocol.md. */
export interface PageQuery {
  readonly start: EventKey | undefined;
  readonly stop: EventKey | undefined;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}

type PageFormat = 'json' | 'rows';

/** Events of a range as of a cursor. */
export interface Page {
  readonly type: 'page';
  /** What the body is: a JSON array of events, or a row block. */
  readonly format: PageFormat;
  /** Not looked into. */
  readonly body: Uint8Array;
  readonly cursor: Cursor;
  readonly covered: KeyRange;
  readonly totalCount: number;
}

export interface PageFailure {
  readonly type: 'failure';
  readonly problem: Problem;
  /** The wait that the backend asks for. */
  readonly retryAfterMs: number | undefined;
}

/** Milliseconds for a whole page: 5,000 events compressed to 300 KB, at 10 KB/s. */
const PAGE_TIMEOUT_MS = 30_000;
/** Bytes: 5,000 events of 3 KB, and as much as the engine takes. */
export const MAX_PAGE_BYTES = 16 << 20;
/** Bytes of an error's body that are read; ours have a few hundred. */
const MAX_ERROR_BYTES = 64 << 10;
/** Characters of an epoch; ours have 36. */
const MAX_EPOCH_LENGTH = 256;
/** Characters of a backend's error message that are shown. */
const MAX_MESSAGE_LENGTH = 300;
/** Milliseconds: the longest wait that a backend may ask for. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Row blocks before JSON: they are put into the window in less time. Not every backend has them. */
const ACCEPT = 'application/vnd.eventglass.rows, application/json;q=0.9';

/** Why a fetch was aborted. */
const TIMEOUT = 'timeout';

/** Fetches pages, and lets nothing in that is not one. Never rejects. */
export class PageFetcher {
  readonly #backendUrl: string;
  readonly #environment: Pick<Environment, 'fetch' | 'after'>;

  constructor(backendUrl: string, environment: Pick<Environment, 'fetch' | 'after'>) {
    this.#backendUrl = backendUrl;
    this.#environment = environment;
  }

  /** The answer means nothing once `signal` is aborted. */
  async fetch(query: PageQuery, signal: AbortSignal): Promise<Page | PageFailure> {
    const abort = new AbortController();
    const onAbort = (): void => {
      abort.abort();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const cancelTimeout = this.#environment.after(PAGE_TIMEOUT_MS, () => {
      abort.abort(TIMEOUT);
    });
    try {
      const response = await this.#environment.fetch(this.#url(query), {
        headers: { accept: ACCEPT },
        signal: abort.signal,
        redirect: 'error',
        cache: 'no-store',
      });
      return response.status === 200
        ? await readPage(response, query)
        : await readFailure(response);
    } catch (error) {
      if (error instanceof OversizedBody) return failure('page_too_large', error.message);
      if (abort.signal.reason === TIMEOUT)
        return failure(
          'timeout',
          `The backend took longer than ${PAGE_TIMEOUT_MS / 1000} s for a page.`,
        );
      return failure('backend_unreachable', `The backend at ${this.#backendUrl} can't be reached.`);
    } finally {
      // Frees the connection of an answer that was refused before its end.
      abort.abort();
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
    }
  }

  #url(query: PageQuery): string {
    const parameters = new URLSearchParams();
    if (query.start !== undefined) parameters.set('start', formatBound(query.start));
    if (query.stop !== undefined) parameters.set('stop', formatBound(query.stop));
    parameters.set('limit', String(query.limit));
    parameters.set('direction', query.direction);
    return `${this.#backendUrl.replace(/\/+$/, '')}/data?${parameters.toString()}`;
  }
}

function failure(code: ClientErrorCode, message: string, retryAfterMs?: number): PageFailure {
  return { type: 'failure', problem: { code, message }, retryAfterMs };
}

class OversizedBody extends Error {}

async function readPage(response: Response, query: PageQuery): Promise<Page | PageFailure> {
  const contentType = response.headers.get('content-type') ?? '';
  const format = formatOf(contentType);
  if (format === undefined) {
    return failure(
      'unexpected_answer',
      `The backend answered with ${contentType || 'no content type'}, not with events.`,
    );
  }
  const cursor = readCursor(response.headers);
  const covered = readCovered(response.headers);
  const totalCount = readCount(response.headers, 'eventglass-total-count');
  if (cursor === undefined || covered === undefined || totalCount === undefined) {
    return failure(
      'unexpected_answer',
      'The backend answered without valid Eventglass headers; across origins it must expose them (CORS).',
    );
  }
  if (!beginsAsAsked(covered, query)) {
    return failure(
      'unexpected_answer',
      'The backend answered with another range of events than the one asked for.',
    );
  }
  return {
    type: 'page',
    format,
    body: await readBody(response, MAX_PAGE_BYTES),
    cursor,
    covered,
    totalCount,
  };
}

function formatOf(contentType: string): PageFormat | undefined {
  const [mediaType = ''] = contentType.split(';');
  switch (mediaType.trim().toLowerCase()) {
    case 'application/json':
      return 'json';
    case 'application/vnd.eventglass.rows':
      return 'rows';
    default:
      return undefined;
  }
}

function readCursor(headers: Headers): Cursor | undefined {
  const epoch = headers.get('eventglass-epoch') ?? '';
  const seq = readCount(headers, 'eventglass-seq');
  if (epoch === '' || epoch.length > MAX_EPOCH_LENGTH || seq === undefined) return undefined;
  return { epoch, seq };
}

function readCovered(headers: Headers): KeyRange | undefined {
  const begin = parseBound(headers.get('eventglass-covered-begin') ?? '');
  const end = parseBound(headers.get('eventglass-covered-end') ?? '');
  if (begin === undefined || end === undefined) return undefined;
  if (begin !== 'open' && end !== 'open' && compareKeys(begin, end) >= 0) return undefined;
  return { begin: begin === 'open' ? undefined : begin, end: end === 'open' ? undefined : end };
}

/** Whether a page covers its range from the end that it was asked to begin at. */
function beginsAsAsked(covered: KeyRange, { start, stop, direction }: PageQuery): boolean {
  const asked = direction === 'forward' ? start : stop;
  const begun = direction === 'forward' ? covered.begin : covered.end;
  if (asked === undefined || begun === undefined) return asked === begun;
  return equalKeys(asked, begun);
}

function readCount(headers: Headers, name: string): number | undefined {
  const text = headers.get(name) ?? '';
  const count = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(count) ? count : undefined;
}

async function readFailure(response: Response): Promise<PageFailure> {
  const reason = readReason(await readBody(response, MAX_ERROR_BYTES));
  return failure(
    'backend_refused',
    `The backend answered ${response.status}${reason === undefined ? '' : `: ${reason}`}.`,
    readRetryAfterMs(response.headers),
  );
}

/** The `error.message` of a JSON body. */
function readReason(body: Uint8Array): string | undefined {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(body));
    const error = json instanceof Object && 'error' in json ? json.error : undefined;
    const message = error instanceof Object && 'message' in error ? error.message : undefined;
    return typeof message === 'string'
      ? message.slice(0, MAX_MESSAGE_LENGTH).replace(/\.$/, '')
      : undefined;
  } catch {
    return undefined; // no JSON: the status says enough
  }
}

/** Reads the form in seconds alone; dates are not used by this protocol. */
function readRetryAfterMs(headers: Headers): number | undefined {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS) : undefined;
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
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
