import { Backoff } from './backoff.js';
import type { Problem } from './client_error.js';
import type { ClientState, Connection } from './client_state.js';
import type { Environment } from './environment.js';
import type { FeedVerdict } from './feed_connection.js';
import { FeedJudge } from './feed_judge.js';
import { assertNever, type ToWorker } from './messages.js';
import { NewCounter } from './new_counter.js';
import { OpenErrors } from './open_errors.js';
import type { SessionEngine } from './session_engine.js';
import type { SessionSource } from './session_source.js';
import { StateReporter } from './state_reporter.js';
import { Subscriber } from './subscriber.js';
import { TailFinder } from './tail_finder.js';
import { Tally } from './tally.js';
import { TimelineDensity } from './timeline_density.js';
import { Viewport } from './viewport.js';
import { normalizeRequest } from './viewport_request.js';
import { WantedFilter } from './wanted_filter.js';
import { type FeedEvents, WindowFeed } from './window_feed.js';
import { type LoaderEvents, WindowLoader } from './window_loader.js';
import { WindowRank } from './window_rank.js';
import { WindowSteering } from './window_steering.js';

export interface SessionOptions {
  readonly source: SessionSource;
  /** The capacity that the engine was made with. */
  readonly capacityRows: number;
}

/** Failures in a row: the loss of a connection, and three tries that did not bring it back. */
const OFFLINE_AFTER_FAILURES = 4;

/**
 * Keeps an engine's window around what the reader looks at, joined to its source's feed, and posts row blocks and states.
 *
 * Knows no worker and no browser: what is outside comes in as an {@link Environment}. Owns the engine.
 */
export class Session {
  readonly #engine: SessionEngine;
  readonly #source: SessionSource;
  readonly #environment: Environment;
  readonly #closed = new AbortController();
  readonly #rank: WindowRank;
  readonly #feed: WindowFeed;
  readonly #judge: FeedJudge;
  readonly #loader: WindowLoader;
  readonly #viewport: Viewport;
  readonly #steering: WindowSteering;
  readonly #filter = new WantedFilter();
  readonly #newCounter: NewCounter;
  readonly #tailFinder: TailFinder;
  readonly #density: TimelineDensity;
  readonly #reporter: StateReporter;
  readonly #resetBackoff: Backoff;
  readonly #errors = new OpenErrors();
  readonly #tally = new Tally(this.#errors);
  #hasBeenLive = false;

  constructor(engine: SessionEngine, options: SessionOptions, environment: Environment) {
    const { source, capacityRows } = options;
    this.#source = source;
    this.#environment = environment;
    this.#engine = engine;
    this.#rank = new WindowRank(engine);
    this.#viewport = new Viewport(engine, this.#rank, environment);
    this.#newCounter = new NewCounter(engine);
    this.#reporter = new StateReporter(environment);
    this.#resetBackoff = new Backoff(environment);
    this.#feed = new WindowFeed(source, () => engine.cursor, environment, this.#feedEvents());
    this.#density = new TimelineDensity(source, environment, () => {
      this.#update();
    });
    this.#tailFinder = new TailFinder(source, environment, (key) => {
      this.#newCounter.seeTail(key);
      this.#update();
    });
    const events = this.#loaderEvents();
    this.#loader = new WindowLoader(engine, this.#rank, source, environment, events);
    const parts = {
      engine,
      viewport: this.#viewport,
      filter: this.#filter,
      rank: this.#rank,
      feed: this.#feed,
      loader: this.#loader,
      newCounter: this.#newCounter,
      tailFinder: this.#tailFinder,
      density: this.#density,
      tally: this.#tally,
      errors: this.#errors,
    };
    const subscriber = new Subscriber(parts, capacityRows);
    this.#steering = new WindowSteering({ ...parts, subscriber }, capacityRows);
    this.#judge = new FeedJudge({ ...parts, subscriber }, (problem) => {
      this.#reset(problem);
    });
    this.#update();
  }

  receive(message: Exclude<ToWorker, { type: 'start' }>): void {
    switch (message.type) {
      case 'viewport':
        this.#viewport.want(normalizeRequest(message.request));
        break;
      case 'painted':
        this.#viewport.painted(message.spare);
        break;
      case 'retry':
        this.#feed.retry();
        this.#loader.retry();
        break;
      case 'read':
        void this.#read(message.id, message.readId);
        break;
      default:
        assertNever(message);
    }
    this.#update();
  }

  /** Ends everything that is under way and frees the engine. */
  delete(): void {
    this.#closed.abort();
    this.#feed.close();
    this.#loader.close();
    this.#tailFinder.cancel();
    this.#density.close();
    this.#viewport.close();
    this.#reporter.close();
    this.#engine.delete();
  }

  async #read(id: string, readId: number): Promise<void> {
    const { signal } = this.#closed;
    const answer = await this.#source.fetchEvent(id, signal);
    if (!signal.aborted) this.#environment.post({ type: 'event', readId, answer }, []);
  }

  #feedEvents(): FeedEvents {
    return {
      onMessage: (text) => this.#onMessage(text),
      onRefused: ({ code, message }) => {
        const verdict = this.#judge.lose(code, message);
        this.#update();
        return verdict;
      },
      onChange: () => {
        this.#update();
      },
      onError: (error) => {
        this.#errors.add('feed', error);
      },
    };
  }

  #loaderEvents(): LoaderEvents {
    return {
      onIdle: () => {
        this.#update();
      },
      onApplied: (page, { counts }) => {
        this.#steering.noteEvicted(counts.evicted);
        this.#tally.count(page);
        this.#errors.resolve('page');
        this.#tally.addSkipped(counts);
      },
      onBegun: (filter) => {
        this.#steering.begin(filter);
      },
      onError: (error) => {
        this.#errors.add('page', error);
        this.#update();
      },
      onFilterRefused: (filter, fault) => {
        this.#filter.refuse(filter, fault);
        this.#update();
      },
      onEpochChanged: () => {
        this.#reset({
          code: 'history_lost',
          message: 'The backend began a new history of events.',
        });
        this.#update();
      },
    };
  }

  /** After anything has changed: starts what is due, and tells the page. */
  #update(): void {
    if (this.#feed.isLive) this.#hasBeenLive = true;
    this.#newCounter.update(this.#viewport.isLive);
    this.#steering.steer();
    this.#viewport.flush();
    this.#reporter.report(this.#state());
  }

  #onMessage(text: string): FeedVerdict {
    const report = this.#engine.applyFeed(text);
    if (report.status === 'applied' && report.type === 'batch') {
      this.#tally.addBatch(report.counts);
      this.#rank.evict(report.counts.evicted);
      this.#loader.keep(text, report.seq);
    }
    const verdict = this.#judge.judge(report, text);
    this.#update();
    return verdict;
  }

  #reset(problem: Problem): void {
    this.#judge.forgetLosses();
    // Every reader loses history in the same moment.
    this.#steering.reset(this.#resetBackoff.nextDelayMs());
    this.#errors.resolve('data');
    this.#errors.add('feed', { ...problem, action: 'Loading the rows on screen anew.' });
  }

  #state(): ClientState {
    const viewport = this.#viewport;
    const { due, ofWindow, fault } = this.#filter;
    const isAway = viewport.wanted !== undefined && !(viewport.isCovered && due === ofWindow);
    return {
      connection: this.#connection(),
      stale: this.#steering.isResetting || !this.#feed.isLive,
      loading: this.#steering.isResetting || isAway || viewport.isCut,
      cursor: this.#engine.cursor,
      rowCount: this.#engine.rowCount,
      totalCount: this.#tally.totalCount,
      matchCount: ofWindow === '' ? undefined : this.#tally.matchCount,
      coverage: this.#engine.coverage,
      newCount: this.#newCounter.newCount,
      filterError: fault,
      error: this.#errors.newest,
      mutationCount: this.#tally.mutationCount,
    };
  }

  #connection(): Connection {
    if (this.#feed.isLive) return 'live';
    const { failureCount } = this.#feed.isOpen ? this.#feed : this.#loader;
    if (failureCount >= OFFLINE_AFTER_FAILURES) return 'offline';
    return this.#hasBeenLive ? 'reconnecting' : 'connecting';
  }
}
