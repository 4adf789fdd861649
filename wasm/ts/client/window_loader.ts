import { Backoff } from './backoff.js';
import type { FetchFailure } from './backend_fetcher.js';
import { type ClientError, type FilterFault, type Problem, tryingAgainIn } from './client_error.js';
import type { CancelTimer, Environment } from './environment.js';
import { answersLoad, type LoadRequest } from './load_request.js';
import type { Page, PageQuery } from './page_fetcher.js';
import { type JoinEvents, type JoinFault, PageJoiner } from './page_joiner.js';
import type { SessionEngine } from './session_engine.js';
import type { SessionSource } from './session_source.js';
import { firstQueries } from './window_filler.js';
import type { WindowRank } from './window_rank.js';

/** What a loader tells its session. */
export interface LoaderEvents extends JoinEvents {
  /** A request has ended, or may be tried again: there is room for the next. */
  onIdle(): void;
  onError(error: ClientError): void;
  /** The backend does not take the filter of a load. */
  onFilterRefused(filter: string, fault: FilterFault): void;
  /** The backend began a new epoch. */
  onEpochChanged(): void;
}

/** Pages that are under way. */
interface Request {
  /** `undefined`: it widens the window. */
  readonly load: LoadRequest | undefined;
  readonly filter: string;
  readonly queries: readonly PageQuery[];
  readonly abort: AbortController;
}

/** Asks for the pages that the window lacks: one request at a time, tried again after whatever goes wrong with it. */
export class WindowLoader {
  readonly #engine: Pick<SessionEngine, 'coverage'>;
  readonly #joiner: PageJoiner;
  readonly #source: Pick<SessionSource, 'fetchPage'>;
  readonly #environment: Pick<Environment, 'after'>;
  readonly #events: LoaderEvents;
  readonly #backoff: Backoff;
  #current: Request | undefined;
  #cancelWait: CancelTimer | undefined;
  #holdsLoads = false;
  #failureCount = 0;
  /** Rows to ask for at most: fewer where pages were too large, more again with each that was not. */
  #maxPageRows = Infinity;

  constructor(
    engine: SessionEngine,
    rank: WindowRank,
    source: Pick<SessionSource, 'fetchPage'>,
    environment: Pick<Environment, 'after' | 'now' | 'random'>,
    events: LoaderEvents,
  ) {
    this.#engine = engine;
    this.#joiner = new PageJoiner(engine, rank, events);
    this.#source = source;
    this.#environment = environment;
    this.#events = events;
    this.#backoff = new Backoff(environment);
  }

  /** Requests that failed since the last that did not. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** A request is under way, or the wait before the next. */
  get isBusy(): boolean {
    return this.#current !== undefined || this.#cancelWait !== undefined;
  }

  /** Begins the window at a place: asks for it unless that is under way already, giving up any other request. */
  load(request: LoadRequest): void {
    if (this.#holdsLoads) return;
    const begun = this.#current?.load;
    const hasWindow = this.#engine.coverage !== undefined;
    if (begun !== undefined && answersLoad(begun, request, hasWindow)) return;
    this.cancel();
    this.#stopWaiting();
    const { place, screenRows, capacityRows, filter } = request;
    this.#start(firstQueries(place, screenRows, capacityRows), filter, request);
  }

  /** Gives up a load that is under way; a fill goes on. */
  cancelLoad(): void {
    if (this.#current?.load !== undefined) this.cancel();
  }

  /** Widens the window, within what the feed follows from now until the page is there. REQUIRES: not busy */
  fill(query: PageQuery, filter: string): void {
    this.#start([query], filter);
  }

  /** Keeps a batch that the window has just applied, for the page that is under way. */
  keep(json: string, seq: number): void {
    if (this.#joiner.keep({ json, seq })) return;
    this.cancel();
    const message = 'Changes came faster than a page could be loaded.';
    this.#fail({ code: 'backlog_full', message }, undefined, true);
  }

  /** Lets nothing start for a while, or no fill. */
  wait(delayMs: number, holdsLoads: boolean): void {
    this.#cancelWait?.();
    this.#holdsLoads = holdsLoads;
    this.#cancelWait = this.#environment.after(delayMs, () => {
      this.#stopWaiting();
      this.#events.onIdle();
    });
  }

  /** Ends a wait. */
  retry(): void {
    if (this.#cancelWait === undefined) return;
    this.#stopWaiting();
    this.#backoff.reset();
    this.#events.onIdle();
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.#current?.abort.abort();
    this.#end();
  }

  /** Gives up everything, for ever. */
  close(): void {
    this.cancel();
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#holdsLoads = false;
  }

  #start(wanted: readonly PageQuery[], filter: string, load?: LoadRequest): void {
    const queries = wanted.map((query) => ({
      ...query,
      limit: Math.min(query.limit, this.#maxPageRows),
    }));
    this.#joiner.open();
    this.#current = { load, filter, queries, abort: new AbortController() };
    void this.#run(this.#current);
  }

  #end(): void {
    this.#current = undefined;
    this.#joiner.close();
  }

  async #run(request: Request): Promise<void> {
    const { load, filter, queries, abort } = request;
    const answers = await Promise.all(
      queries.map((query) => this.#source.fetchPage(query, filter, abort.signal)),
    );
    if (abort.signal.aborted) return;
    const failure = answers.find((answer) => answer.type === 'failure');
    const fault = failure?.problem ?? this.#join(answers.filter(isPage), load);
    this.#end();
    if (fault === undefined) {
      this.#succeed();
    } else if (fault === 'epoch_changed') {
      this.#events.onEpochChanged();
    } else if (failure?.filterFault !== undefined && filter !== '') {
      this.#events.onFilterRefused(filter, failure.filterFault);
    } else if (fault.code === 'page_too_large' && this.#askForLess(queries)) {
      this.#events.onIdle();
    } else {
      this.#fail(fault, failure?.retryAfterMs, load !== undefined);
    }
  }

  #join(pages: readonly Page[], load: LoadRequest | undefined): JoinFault | undefined {
    return load === undefined ? this.#joiner.fill(pages) : this.#joiner.load(pages, load);
  }

  #succeed(): void {
    this.#failureCount = 0;
    this.#maxPageRows *= 2;
    this.#backoff.reset();
    this.#events.onIdle();
  }

  /** Halves the pages. False: they have one row already. */
  #askForLess(queries: readonly PageQuery[]): boolean {
    const askedFor = Math.max(...queries.map(({ limit }) => limit));
    this.#maxPageRows = Math.max(1, Math.floor(askedFor / 2));
    return askedFor > 1;
  }

  #fail(problem: Problem, retryAfterMs: number | undefined, holdsLoads: boolean): void {
    this.#failureCount++;
    const delayMs = Math.max(this.#backoff.nextDelayMs(), retryAfterMs ?? 0);
    this.wait(delayMs, holdsLoads);
    this.#events.onError({ ...problem, action: tryingAgainIn(delayMs) });
  }
}

function isPage(answer: Page | FetchFailure): answer is Page {
  return answer.type === 'page';
}
