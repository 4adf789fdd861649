import type { ApplyCounts, FeedReport, KeyRange } from '../types.js';
import { Backoff } from './backoff.js';
import { describeFault, type ClientErrorCode, type Problem } from './client_error.js';
import type { ClientState, Connection } from './client_state.js';
import type { Environment } from './environment.js';
import type { FeedVerdict } from './feed_connection.js';
import {
  type CountsMessage,
  type DensityMessage,
  type ErrorMessage,
  readCounts,
  readDensity,
  readError,
} from './feed_messages.js';
import { assertNever, type ToWorker } from './messages.js';
import { NewCounter } from './new_counter.js';
import { OpenErrors } from './open_errors.js';
import { PageFetcher } from './page_fetcher.js';
import type { SessionEngine } from './session_engine.js';
import { StateReporter } from './state_reporter.js';
import { Subscriber } from './subscriber.js';
import { TailFinder } from './tail_finder.js';
import { TimelineDensity } from './timeline_density.js';
import { Viewport } from './viewport.js';
import { normalizeRequest } from './viewport_request.js';
import { WantedFilter } from './wanted_filter.js';
import { type FeedEvents, WindowFeed } from './window_feed.js';
import { fillQuery, nextFill } from './window_filler.js';
import { type LoaderEvents, WindowLoader } from './window_loader.js';
import { WindowRank } from './window_rank.js';

export interface SessionOptions {
  readonly backendUrl: string;
  /** The capacity that the engine was made with. */
  readonly capacityRows: number;
}

/** Failures in a row: the loss of a connection, and three tries that did not bring it back. */
const OFFLINE_AFTER_FAILURES = 4;
/** Connections in a row that ended at the same message: what the backend has there will not get better. */
const RELOAD_AFTER_LOSSES = 3;
/** Milliseconds until a subscription that the backend can't have is tried again: others have to give up theirs first. */
const REFUSED_RETRY_MS = 5_000;

const MALFORMED_COUNTS = "The feed sent counts that can't be read.";

/**
 * Keeps an engine's window around what the reader looks at, joined to the backend's feed, and posts row blocks and states.
 *
 * Knows no worker and no browser: what is outside comes in as an {@link Environment}. Owns the engine.
 */
export class Session {
  readonly #engine: SessionEngine;
  readonly #capacityRows: number;
  readonly #rank: WindowRank;
  readonly #feed: WindowFeed;
  readonly #subscriber: Subscriber;
  readonly #loader: WindowLoader;
  readonly #viewport: Viewport;
  readonly #filter = new WantedFilter();
  readonly #newCounter: NewCounter;
  readonly #tailFinder: TailFinder;
  readonly #density: TimelineDensity;
  readonly #reporter: StateReporter;
  readonly #resetBackoff: Backoff;
  readonly #errors = new OpenErrors();
  /** The window's rows belong to a history that is lost; they stay until the page that replaces them has come. */
  #isResetting = false;
  /** Rows at which the engine evicted some for the last page: large events fill the window earlier. */
  #fullAtRows = Infinity;
  #hasBeenLive = false;
  #lossCount = 0;
  /** What the last heartbeat said. */
  #heartbeatSeq = 0;
  #totalCount: number | undefined;
  #matchCount: number | undefined;
  #mutationCount = 0;
  #skippedCount = 0;

  constructor(engine: SessionEngine, options: SessionOptions, environment: Environment) {
    const { backendUrl, capacityRows } = options;
    this.#engine = engine;
    this.#capacityRows = capacityRows;
    this.#rank = new WindowRank(engine);
    this.#viewport = new Viewport(engine, this.#rank, environment);
    this.#newCounter = new NewCounter(engine);
    this.#reporter = new StateReporter(environment);
    this.#resetBackoff = new Backoff(environment);
    this.#feed = new WindowFeed(backendUrl, () => engine.cursor, environment, this.#feedEvents());
    this.#density = new TimelineDensity(backendUrl, environment, () => {
      this.#update();
    });
    const fetcher = new PageFetcher(backendUrl, environment);
    this.#tailFinder = new TailFinder(fetcher, environment, (key) => {
      this.#newCounter.seeTail(key);
      this.#update();
    });
    const events = this.#loaderEvents();
    this.#loader = new WindowLoader(engine, this.#rank, fetcher, environment, events);
    this.#subscriber = new Subscriber(
      {
        engine,
        feed: this.#feed,
        rank: this.#rank,
        newCounter: this.#newCounter,
        density: this.#density,
      },
      capacityRows,
    );
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
      default:
        assertNever(message);
    }
    this.#update();
  }

  /** Ends everything that is under way and frees the engine. */
  delete(): void {
    this.#feed.close();
    this.#loader.close();
    this.#tailFinder.cancel();
    this.#density.close();
    this.#viewport.close();
    this.#reporter.close();
    this.#engine.delete();
  }

  #feedEvents(): FeedEvents {
    return {
      onMessage: (text) => this.#onMessage(text),
      onRefused: ({ code, message }) => {
        const verdict = this.#lose(code, message);
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
      onApplied: ({ totalCount, matchCount }, { counts }) => {
        this.#fullAtRows = counts.evicted > 0 ? this.#engine.rowCount : Infinity;
        this.#totalCount = totalCount;
        this.#matchCount = matchCount;
        this.#errors.resolve('page');
        this.#noteSkipped(counts);
      },
      onBegun: (filter) => {
        this.#begin(filter);
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
    if (this.#engine.cursor === undefined) {
      this.#feed.close();
    } else if (!this.#isResetting && !this.#feed.isOpen) {
      this.#feed.open();
    }
    if (this.#viewport.wanted !== undefined) this.#steerWindow(this.#viewport.wanted.filter);
    this.#viewport.flush();
    this.#reporter.report(this.#state());
  }

  /** Brings the window to the reader. */
  #steerWindow(wantedFilter: string): void {
    const viewport = this.#viewport;
    this.#filter.want(wantedFilter);
    this.#density.watch(this.#filter.due);
    const isThere = this.#filter.due === this.#filter.ofWindow && viewport.isCovered;
    if (isThere) viewport.show();
    this.#rank.setEvictionSide(viewport.farEnd);
    const { coverage } = this.#engine;
    if (coverage === undefined || this.#isResetting || !isThere) {
      this.#load();
      return;
    }
    this.#loader.cancelLoad();
    this.#findTail();
    this.#subscriber.refine(viewport.visible.begin, !this.#loader.isBusy);
    if (!this.#loader.isBusy) this.#fill(coverage);
  }

  /** Begins the window at what the reader wants to see. */
  #load(): void {
    const { place, screenRows } = this.#viewport;
    const filter = this.#filter.due;
    const canWiden = !this.#isResetting && filter === this.#filter.ofWindow;
    this.#loader.load({
      place,
      filter,
      screenRows,
      capacityRows: this.#capacityRows,
      followed: canWiden ? this.#feed.subscription?.range : undefined,
    });
  }

  /** Widens the window, within what the feed follows. */
  #fill(coverage: KeyRange): void {
    const { visible, heading } = this.#viewport;
    const { rowCount } = this.#engine;
    const capacityRows = Math.min(this.#capacityRows, this.#fullAtRows);
    const fill = nextFill({ coverage, rowCount, capacityRows, visible, heading });
    if (fill === undefined) {
      this.#errors.resolve('page'); // nothing is missing any more
      return;
    }
    if (!this.#subscriber.reach(fill.side, visible.begin)) return;
    const range = this.#feed.subscription?.range ?? coverage;
    this.#loader.fill(fillQuery(fill, coverage, range), this.#filter.ofWindow);
  }

  /** The loader has begun the window anew. */
  #begin(filter: string): void {
    this.#isResetting = false;
    if (filter !== this.#filter.ofWindow) {
      this.#newCounter.forget();
      this.#tailFinder.cancel();
    }
    this.#filter.begin(filter);
    this.#newCounter.update(this.#viewport.isLive);
    this.#subscriber.begin(filter);
  }

  /** Looks for the tail where the reader began elsewhere. */
  #findTail(): void {
    if (this.#newCounter.needsTail) {
      this.#tailFinder.find(this.#filter.ofWindow);
    } else {
      this.#tailFinder.cancel();
    }
  }

  #onMessage(text: string): FeedVerdict {
    const report = this.#engine.applyFeed(text);
    const { counts } = report;
    if (report.status === 'applied' && report.type === 'batch') {
      this.#mutationCount += counts.inserted + counts.updated + counts.moved + counts.deleted;
      this.#rank.evict(counts.evicted);
      this.#noteSkipped(counts);
      this.#loader.keep(text, report.seq);
    }
    const verdict = this.#judge(report, text);
    this.#update();
    return verdict;
  }

  #judge(report: FeedReport, text: string): FeedVerdict {
    this.#totalCount = report.totalCount ?? this.#totalCount;
    switch (report.status) {
      case 'applied':
        if (report.type === 'batch') this.#lossCount = 0;
        if (!this.#take(report, text)) return this.#lose('message_malformed', MALFORMED_COUNTS);
        this.#errors.resolve('feed');
        return { type: 'good' };
      case 'duplicate':
        return { type: 'good' };
      case 'gap':
        return this.#lose('messages_lost', 'The feed left messages out.');
      case 'malformed':
        return this.#lose(
          'message_malformed',
          `The feed sent a malformed message: ${describeFault(report.error)}.`,
        );
      case 'too_large':
        return this.#lose(
          'message_too_large',
          `The feed sent too large a message: ${describeFault(report.error)}.`,
        );
      case 'epoch_changed':
      case 'reset':
        return this.#reset({
          code: 'history_lost',
          message: `The feed can't go on from the rows on screen (${report.reason || report.status}).`,
        });
      case 'out_of_memory':
        return this.#reset({
          code: 'out_of_memory',
          message: 'There is no memory for more events.',
        });
      case 'error':
        return this.#hearComplaint(readError(text));
    }
  }

  /** Takes over what is not the engine's. False: it can't be read. */
  #take({ type, seq }: FeedReport, text: string): boolean {
    switch (type) {
      case 'counts':
        return this.#takeCounts(readCounts(text));
      case 'density':
        return this.#takeDensity(readDensity(text));
      case 'progress':
        if (seq === this.#heartbeatSeq) this.#subscriber.recount();
        this.#heartbeatSeq = seq;
        return true;
      default:
        return true;
    }
  }

  #takeCounts(counts: CountsMessage | undefined): boolean {
    if (counts === undefined) return false;
    this.#totalCount = counts.totalCount;
    this.#matchCount = counts.matchCount;
    this.#subscriber.count(counts);
    return true;
  }

  #takeDensity(density: DensityMessage | undefined): boolean {
    if (density === undefined) return false;
    this.#density.receive(density);
    return true;
  }

  #hearComplaint({ generation, code, message, filterFault }: ErrorMessage): FeedVerdict {
    if (generation === undefined) {
      this.#errors.add('feed', {
        code: 'backend_complained',
        message: `The backend did not understand this page (${code}).`,
        action: 'Going on.',
      });
      return { type: 'ignored' };
    }
    // What was discarded for the sake of this subscription is lost, so it begins again from the cursor.
    if (filterFault !== undefined) this.#filter.refuse(this.#filter.ofWindow, filterFault);
    const isFull = code === 'too_many_filters';
    const problem: Problem = isFull
      ? { code, message: 'Too many filters are in use at the backend.' }
      : {
          code: 'backend_complained',
          message: `The backend can't follow these rows (${code}: ${message}).`,
        };
    return { type: 'lost', problem, retryAfterMs: REFUSED_RETRY_MS };
  }

  #lose(code: ClientErrorCode, message: string): FeedVerdict {
    this.#lossCount++;
    if (this.#lossCount >= RELOAD_AFTER_LOSSES) return this.#reset({ code, message });
    return { type: 'lost', problem: { code, message } };
  }

  /** Begins anew around what the reader looks at; the old rows stay on screen until the new ones are there. */
  #reset(problem: Problem): FeedVerdict {
    this.#isResetting = true;
    this.#lossCount = 0;
    this.#feed.close();
    this.#loader.cancel();
    // Every reader loses history in the same moment.
    this.#loader.wait(this.#resetBackoff.nextDelayMs(), true);
    this.#errors.resolve('data');
    this.#errors.add('feed', { ...problem, action: 'Loading the rows on screen anew.' });
    return { type: 'ignored' };
  }

  #noteSkipped({ skipped, skippedSamples }: ApplyCounts): void {
    if (skipped === 0) return;
    this.#skippedCount += skipped;
    const sample = skippedSamples[0];
    const cause =
      sample === undefined ? '' : ` (${sample.code} ${sample.column})`.replace(' )', ')');
    this.#errors.add('data', {
      code: 'events_skipped',
      message: `${this.#skippedCount} bad events or changes came from the backend${cause}.`,
      action: 'They are left out.',
    });
  }

  #state(): ClientState {
    const viewport = this.#viewport;
    const { due, ofWindow, fault } = this.#filter;
    const isAway = viewport.wanted !== undefined && !(viewport.isCovered && due === ofWindow);
    return {
      connection: this.#connection(),
      stale: this.#isResetting || !this.#feed.isLive,
      loading: this.#isResetting || isAway || viewport.isCut,
      cursor: this.#engine.cursor,
      rowCount: this.#engine.rowCount,
      totalCount: this.#totalCount,
      matchCount: ofWindow === '' ? undefined : this.#matchCount,
      coverage: this.#engine.coverage,
      newCount: this.#newCounter.newCount,
      filterError: fault,
      error: this.#errors.newest,
      mutationCount: this.#mutationCount,
    };
  }

  #connection(): Connection {
    if (this.#feed.isLive) return 'live';
    const { failureCount } = this.#feed.isOpen ? this.#feed : this.#loader;
    if (failureCount >= OFFLINE_AFTER_FAILURES) return 'offline';
    return this.#hasBeenLive ? 'reconnecting' : 'connecting';
  }
}
