import type { EventKey, PageOptions } from '../../types.js';
import { failure, type FetchFailure } from '../backend_fetcher.js';
import type { FilterFault } from '../client_error.js';
import type { Density } from '../density.js';
import type { Environment } from '../environment.js';
import { type ConnectionEvents, FeedConnection } from '../feed_connection.js';
import { toDensity } from '../feed_messages.js';
import { isObject, type JsonObject } from '../json_values.js';
import { faultOfView } from '../local/engine_fault.js';
import type { ForeignEvents } from '../local/foreign_events.js';
import type { LocalEngine } from '../local/local_engine.js';
import type { Page, PageQuery } from '../page_fetcher.js';
import type { ReadEvent, SessionSource } from '../session_source.js';
import type { PagesSource } from '../source_description.js';
import { AdapterFeed, type FeedSource, type OwnChange } from './adapter_feed.js';
import { SEQS_PER_SEQ, toPage } from './adapter_page.js';
import type { AdapterPort, Take } from './adapter_port.js';

/** What tells which events match a filter: an engine that holds those of one batch at a time. */
export type Matcher = LocalEngine & {
  applyPage(json: Uint8Array, page: PageOptions): unknown;
  clear(): void;
};

/** Milliseconds for an answer of the adapter. */
const TIMEOUT_MS = 30_000;
const MATCHED: PageOptions = {
  cursor: { epoch: 'matcher', seq: 0 },
  covered: { begin: undefined, end: undefined },
};

type SourceEnvironment = Pick<Environment, 'after' | 'now' | 'random'>;

/** An object on the page that answers for parts of its timeline, behind the rules of the protocol. */
export class AdapterSource implements SessionSource, FeedSource {
  readonly #port: AdapterPort;
  readonly #options: PagesSource;
  readonly #foreign: ForeignEvents;
  readonly #matcher: Matcher;
  readonly #environment: SourceEnvironment;
  #epochCount = 0;
  #lastFailure: string | undefined;

  constructor(
    port: AdapterPort,
    options: PagesSource,
    { foreign, matcher }: { readonly foreign: ForeignEvents; readonly matcher: Matcher },
    environment: SourceEnvironment,
  ) {
    this.#port = port;
    this.#options = options;
    this.#foreign = foreign;
    this.#matcher = matcher;
    this.#environment = environment;
  }

  get epoch(): string {
    return `adapter ${this.#epochCount}`;
  }

  async fetchPage(
    query: PageQuery,
    filter: string,
    signal: AbortSignal,
  ): Promise<Page | FetchFailure> {
    const fault = this.#faultOf(filter);
    if (fault !== undefined)
      return { ...failure('invalid_filter', fault.message), filterFault: fault };
    const about = { epoch: this.epoch, needsSeq: this.#options.follows };
    const asked = { ...query, rank: query.rank, filter };
    const answer = await this.#call('readPage', asked, signal);
    if ('problem' in answer) return answer;
    const page = toPage(answer.value, query, about, this.#foreign);
    const isPastEnd = query.rank !== undefined && page.type === 'page' && page.body.length === 2;
    if (!isPastEnd || page.matchCount === 0) return page;
    // A rank past the last event is the end.
    const { start, stop, limit } = query;
    return this.fetchPage({ start, stop, limit, direction: 'backward' }, filter, signal);
  }

  async fetchDensity(
    buckets: number,
    filter: string,
    signal: AbortSignal,
  ): Promise<Density | FetchFailure | undefined> {
    if (!this.#options.readsDensity) return undefined;
    const answer = await this.#call('readDensity', { buckets, filter }, signal);
    if ('problem' in answer) return answer;
    const density = isObject(answer.value) ? toDensity(answer.value) : undefined;
    return (
      density ??
      failure('source_failed', "The adapter's readDensity() answered with no counts over time.")
    );
  }

  async fetchEvent(id: string, signal: AbortSignal): Promise<ReadEvent | FetchFailure> {
    if (!this.#options.readsEvents) {
      return failure('source_failed', 'The adapter has no readEvent().');
    }
    const answer = await this.#call('readEvent', id, signal);
    if ('problem' in answer) return answer;
    return { type: 'event', event: isObject(answer.value) ? answer.value : undefined };
  }

  connect(events: ConnectionEvents): FeedConnection {
    const { after, now, random } = this.#environment;
    const openSocket = () => new AdapterFeed(this, { after });
    return new FeedConnection(
      'adapter:',
      { openSocket, after, now, random },
      {
        onOpen: () => {
          events.onOpen();
        },
        onMessage: (text) => events.onMessage(text),
        onRefused: (problem) => events.onRefused(problem),
        onChange: () => {
          events.onChange();
        },
        onError: (error) => {
          const message = this.#lastFailure;
          this.#lastFailure = undefined;
          events.onError(
            message === undefined ? error : { ...error, code: 'source_failed', message },
          );
        },
      },
    );
  }

  async follow(seq: number, signal: AbortSignal, take: Take): Promise<void> {
    if (this.#options.follows) await this.#port.call('follow', seq, signal, take);
  }

  readChanges({ changes }: JsonObject): readonly OwnChange[] | string {
    if (!Array.isArray(changes)) return 'feed.change() was given no array `changes`';
    if (changes.length >= SEQS_PER_SEQ) {
      return `feed.change() was given ${changes.length} changes; ${SEQS_PER_SEQ - 1} at most`;
    }
    const own: OwnChange[] = [];
    for (const [i, change] of (changes as readonly unknown[]).entries()) {
      const { put, delete: deleted } = isObject(change) ? change : {};
      const event = put === undefined ? undefined : this.#foreign.read(put);
      const id = this.#foreign.readId(deleted);
      if (typeof event === 'object') own.push({ type: 'put', id: event.id, json: event.json });
      else if (event === undefined && id !== '') own.push({ type: 'delete', id });
      else
        return `feed.change() was given what is no change, at ${i}: ${event ?? 'neither `put` nor `delete`'}`;
    }
    return own;
  }

  matching(changes: readonly OwnChange[], filter: string): ReadonlySet<string> {
    const puts = changes.filter((change) => change.type === 'put');
    if (filter === '' || puts.length === 0) return new Set(puts.map(({ json }) => json));
    const matcher = this.#matcher;
    const shown = new Set<string>();
    const view = matcher.openView({ filter });
    // One by one: an event may be there twice, and match once.
    for (const { json } of puts) {
      matcher.clear();
      matcher.applyPage(new TextEncoder().encode(`[${json}]`), MATCHED);
      if (view.rowCount > 0) shown.add(json);
    }
    view.delete();
    return shown;
  }

  async readCounts(
    keys: readonly EventKey[],
    filter: string,
    signal: AbortSignal,
  ): Promise<object | undefined> {
    const one = { stop: undefined, limit: 1, direction: 'forward' } as const;
    const starts = keys.length === 0 ? [undefined] : keys;
    const pages = await Promise.all(
      starts.map((start) => this.fetchPage({ ...one, start }, filter, signal)),
    );
    const found = pages.filter((page) => page.type === 'page');
    const [first] = found;
    if (first === undefined || found.length < pages.length) return undefined;
    const ranks = keys.length === 0 ? [] : found.map(({ firstRank }) => firstRank);
    return { totalCount: first.totalCount, matchCount: first.matchCount, ranks };
  }

  beginEpoch(): void {
    this.#epochCount++;
  }

  fail(reason: string): void {
    this.#lastFailure = `The adapter's feed failed: ${reason}.`;
  }

  /** Why the adapter is not asked with a filter. */
  #faultOf(filter: string): FilterFault | undefined {
    if (filter === '') return undefined;
    if (!this.#options.filters) {
      return { message: 'This source has no filters.', begin: 0, end: filter.length, expected: '' };
    }
    try {
      this.#matcher.openView({ filter }).delete();
      return undefined;
    } catch (error) {
      return faultOfView(error);
    }
  }

  async #call(
    method: string,
    argument: unknown,
    signal: AbortSignal,
  ): Promise<{ readonly value: unknown } | FetchFailure> {
    const abort = new AbortController();
    const onAbort = (): void => {
      abort.abort();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const cancelTimeout = this.#environment.after(TIMEOUT_MS, () => {
      abort.abort();
    });
    try {
      return { value: await this.#port.call(method, argument, abort.signal) };
    } catch (error) {
      return abort.signal.aborted
        ? failure('timeout', `The adapter's ${method}() took longer than ${TIMEOUT_MS / 1000} s.`)
        : failure(
            'source_failed',
            `The adapter's ${method}() failed: ${error instanceof Error ? error.message : String(error)}.`,
          );
    } finally {
      cancelTimeout();
      signal.removeEventListener('abort', onAbort);
    }
  }
}
