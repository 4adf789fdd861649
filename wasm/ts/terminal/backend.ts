import { readSchema } from '../internal/schema_answer.js';
import {
  BackendFetcher,
  failure,
  type FetchFailure,
  mediaTypeOf,
  readBody,
  readCount,
} from '../client/backend_fetcher.js';
import type { Environment } from '../client/environment.js';
import type { Cursor, Schema } from '../types.js';
import {
  type EventJson,
  type KeyNames,
  keyNamesOf,
  readEvents,
  USUAL_KEY_NAMES,
} from './event_json.js';
import { Cancelled, Fault } from './faults.js';
import { filterUsageFault } from './filter_caret.js';

/** The parameters of `GET /data`; see docs/protocol.md. Bounds are as it writes them. */
export interface PageQuery {
  readonly start?: string | undefined;
  readonly after?: string;
  readonly rank?: number;
  readonly stop?: string | undefined;
  readonly limit: number;
  readonly direction?: 'backward';
}

export interface Page {
  readonly type: 'page';
  readonly events: readonly EventJson[];
  /** The state that it is exact at. */
  readonly cursor: Cursor;
  readonly firstRank: number;
  /** Events that match the filter. */
  readonly matchCount: number;
}

/** Before a page is asked for again: some 15 s in all, in which a backend is back from a restart. */
const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/** Bytes: 5,000 events of 13 KB. A page of larger ones is asked for in parts. */
const MAX_PAGE_BYTES = 64 << 20;
/** How much shorter a page gets that was too large. */
const SHORTER_BY = 8;

export interface BackendParts {
  readonly url: string;
  readonly filter: string;
  readonly environment: Pick<Environment, 'fetch' | 'after'>;
  readonly signal: AbortSignal;
  /** Says what is going on, for people. */
  readonly report: (line: string) => void;
}

/** A backend's pages of the events that match a filter. */
export class Backend {
  readonly url: string;
  readonly filter: string;
  readonly signal: AbortSignal;
  readonly #fetcher: BackendFetcher;
  readonly #report: (line: string) => void;
  #keyNames = USUAL_KEY_NAMES;
  /** Of the last answer; 0 before the first. */
  #status = 0;

  constructor({ url, filter, environment, signal, report }: BackendParts) {
    this.url = url;
    this.filter = filter;
    this.signal = signal;
    this.#report = report;
    this.#fetcher = new BackendFetcher(url, {
      after: environment.after,
      fetch: async (address, init) => {
        const response = await environment.fetch(address, init);
        this.#status = response.status;
        return response;
      },
    });
  }

  get keyNames(): KeyNames {
    return this.#keyNames;
  }

  /** The columns of the events; `undefined` where the backend does not tell them. */
  async schema(): Promise<Schema | undefined> {
    const request = { path: '/data/schema', parameters: new URLSearchParams(), accept: JSON_TYPE };
    const answer = await this.#fetcher.get(request, this.signal, async (response) => ({
      type: 'schema' as const,
      schema: readSchema(await readJsonValue(response)),
    }));
    if (this.signal.aborted) throw new Cancelled();
    if (answer.type === 'failure') {
      if (this.#status === 404) return undefined;
      throw faultOf(answer);
    }
    if (answer.schema !== undefined) this.#keyNames = keyNamesOf(answer.schema);
    return answer.schema;
  }

  /**
   * A page, asked for again while the backend is busy or away. Has fewer events than there are where these are too large to
   * come at once. `isPatient`: however long that takes.
   */
  async page(query: PageQuery, isPatient = false): Promise<Page> {
    let { limit } = query;
    for (let attempt = 0; ; attempt++) {
      const answer = await this.#ask({ ...query, limit });
      if (this.signal.aborted) throw new Cancelled();
      if (answer.type === 'page') return answer;
      if (answer.problem.code === 'page_too_large' && limit > 1) {
        limit = Math.ceil(limit / SHORTER_BY);
        continue;
      }
      const delayMs = RETRY_DELAYS_MS[attempt] ?? (isPatient ? RETRY_DELAYS_MS.at(-1) : undefined);
      if (delayMs === undefined || !this.#isWorthAnotherTry(answer)) throw this.#pageFault(answer);
      this.#report(`${answer.problem.message} Trying again.`);
      await this.#sleep(Math.max(delayMs, answer.retryAfterMs ?? 0));
    }
  }

  #ask(query: PageQuery): Promise<Page | FetchFailure> {
    const request = { path: '/data', parameters: this.#parametersOf(query), accept: JSON_TYPE };
    return this.#fetcher.get(request, this.signal, (response) => this.#readPage(response));
  }

  #parametersOf({ limit, direction, ...bounds }: PageQuery): URLSearchParams {
    const parameters = new URLSearchParams({ limit: String(limit) });
    for (const [name, value] of Object.entries(bounds)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    if (direction !== undefined) parameters.set('direction', direction);
    if (this.filter !== '') parameters.set('filter', this.filter);
    return parameters;
  }

  async #readPage(response: Response): Promise<Page | FetchFailure> {
    const { headers } = response;
    const events = readEvents(await readJsonValue(response), this.#keyNames);
    const seq = readCount(headers, 'eventglass-seq');
    const firstRank = readCount(headers, 'eventglass-first-rank');
    const counted = this.filter === '' ? 'total' : 'match';
    const matchCount = readCount(headers, `eventglass-${counted}-count`);
    const epoch = headers.get('eventglass-epoch') ?? '';
    if (events === undefined || seq === undefined || epoch === '') return notEvents();
    if (firstRank === undefined || matchCount === undefined) return notEvents();
    return { type: 'page', events, cursor: { epoch, seq }, firstRank, matchCount };
  }

  /** A backend that was never there is not waited for; one that is busy is. */
  #isWorthAnotherTry({ problem }: FetchFailure): boolean {
    switch (problem.code) {
      case 'backend_unreachable':
      case 'timeout':
        return this.#status !== 0;
      case 'backend_refused':
        return this.#status === 429 || this.#status >= 500;
      default:
        return false;
    }
  }

  #pageFault(answer: FetchFailure): Fault {
    const { filterFault } = answer;
    return filterFault === undefined ? faultOf(answer) : filterUsageFault(this.filter, filterFault);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(new Cancelled());
      };
      this.signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

const JSON_TYPE = 'application/json';

/** The JSON of an answer; `undefined` where it is none. Rejects where it is too large. */
async function readJsonValue(response: Response): Promise<unknown> {
  if (mediaTypeOf(response) !== JSON_TYPE) return undefined;
  const text = new TextDecoder().decode(await readBody(response, MAX_PAGE_BYTES));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function notEvents(): FetchFailure {
  const message =
    'The answer is no page of events: this is not the address of an Eventglass backend.';
  return failure('unexpected_answer', message);
}

function faultOf({ problem }: FetchFailure): Fault {
  if (problem.code !== 'backend_unreachable') return new Fault([problem.message]);
  return new Fault([`${problem.message} Is it running, and is the address right?`]);
}
