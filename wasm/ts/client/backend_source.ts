import { BackendFetcher, failure, type FetchFailure, readJson } from './backend_fetcher.js';
import type { Density } from './density.js';
import type { Environment } from './environment.js';
import { type ConnectionEvents, FeedConnection } from './feed_connection.js';
import { toDensity } from './feed_messages.js';
import { fetchPage, type Page, type PageQuery } from './page_fetcher.js';
import type { ReadEvent, SessionSource } from './session_source.js';

/** Bytes: a thousand counts have 20 KB at most. */
const MAX_DENSITY_BYTES = 1 << 20;
/** Bytes: one event with its payload. */
const MAX_EVENT_BYTES = 16 << 20;

type BackendEnvironment = Pick<Environment, 'fetch' | 'openSocket' | 'now' | 'after' | 'random'>;

/** A backend that speaks the protocol of docs/protocol.md. */
export class BackendSource implements SessionSource {
  readonly #backendUrl: string;
  readonly #environment: BackendEnvironment;
  readonly #backend: BackendFetcher;

  constructor(backendUrl: string, environment: BackendEnvironment) {
    this.#backendUrl = backendUrl.replace(/\/+$/, '');
    this.#environment = environment;
    this.#backend = new BackendFetcher(this.#backendUrl, environment);
  }

  fetchPage(query: PageQuery, filter: string, signal: AbortSignal): Promise<Page | FetchFailure> {
    return fetchPage(this.#backend, query, filter, signal);
  }

  fetchDensity(
    buckets: number,
    filter: string,
    signal: AbortSignal,
  ): Promise<Density | FetchFailure> {
    const parameters = new URLSearchParams({ buckets: String(buckets) });
    if (filter !== '') parameters.set('filter', filter);
    return this.#backend.get({ path: '/data/density', parameters }, signal, async (response) => {
      const json = await readJson(response, MAX_DENSITY_BYTES);
      return (
        toDensity(json ?? {}) ??
        failure('unexpected_answer', 'The backend answered with no counts over time.')
      );
    });
  }

  async fetchEvent(id: string, signal: AbortSignal): Promise<ReadEvent | FetchFailure> {
    // Half of a pair can't be asked for, and no event has it.
    if (/\p{Surrogate}/u.test(id)) return { type: 'event', event: undefined };
    // Not in the path, where `..` stands for another place, and some words for other things.
    const answer = await this.#backend.get(
      { path: '/data', parameters: new URLSearchParams({ id }) },
      signal,
      async (response): Promise<ReadEvent> => ({
        type: 'event',
        event: await readJson(response, MAX_EVENT_BYTES),
      }),
    );
    const isMissing = answer.type === 'failure' && answer.status === 404;
    return isMissing ? { type: 'event', event: undefined } : answer;
  }

  connect(events: ConnectionEvents): FeedConnection {
    return new FeedConnection(this.#backendUrl, this.#environment, events);
  }
}
