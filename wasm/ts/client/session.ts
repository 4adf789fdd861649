import type { ApplyCounts, FeedReport } from '../types.js';
import { Backoff } from './backoff.js';
import { describeFault, type ClientErrorCode, type Problem } from './client_error.js';
import type { ClientState, Connection } from './client_state.js';
import type { Environment } from './environment.js';
import { FeedConnection, type FeedVerdict } from './feed_connection.js';
import { assertNever, type ToWorker } from './messages.js';
import { NewCounter } from './new_counter.js';
import { OpenErrors } from './open_errors.js';
import { PageFetcher } from './page_fetcher.js';
import type { SessionEngine } from './session_engine.js';
import { StateReporter } from './state_reporter.js';
import { Viewport } from './viewport.js';
import { normalizeRequest } from './viewport_request.js';
import { evictionSide, nextFill } from './window_filler.js';
import { WindowLoader } from './window_loader.js';

export interface SessionOptions {
  readonly backendUrl: string;
  /** The capacity that the engine was made with. */
  readonly capacityRows: number;
}

/** Failures in a row: the loss of a connection, and three tries that did not bring it back. */
const OFFLINE_AFTER_FAILURES = 4;
/** Connections in a row that ended at the same message: what the backend has there will not get better. */
const RELOAD_AFTER_LOSSES = 3;

/**
 * Keeps an engine's window around what the reader looks at, joined to the backend's feed, and posts row blocks and states.
 *
 * Knows no worker and no browser: what is outside comes in as an {@link Environment}. Owns the engine.
 */
export class Session {
  readonly #engine: SessionEngine;
  readonly #capacityRows: number;
  readonly #feed: FeedConnection;
  readonly #loader: WindowLoader;
  readonly #viewport: Viewport;
  readonly #newCounter: NewCounter;
  readonly #reporter: StateReporter;
  readonly #resetBackoff: Backoff;
  readonly #errors = new OpenErrors();
  /** The window's rows belong to a history that is lost; they stay until the page that replaces them has come. */
  #isResetting = false;
  /** Rows at which the engine evicted some for the last page: large events fill the window earlier. */
  #fullAtRows = Infinity;
  #hasBeenLive = false;
  #lossCount = 0;
  #totalCount: number | undefined;
  #mutationCount = 0;
  #skippedCount = 0;

  constructor(engine: SessionEngine, options: SessionOptions, environment: Environment) {
    this.#engine = engine;
    this.#capacityRows = options.capacityRows;
    this.#viewport = new Viewport(engine, environment);
    this.#newCounter = new NewCounter(engine);
    this.#reporter = new StateReporter(environment);
    this.#resetBackoff = new Backoff(environment);
    this.#feed = new FeedConnection(options.backendUrl, () => engine.cursor, environment, {
      onMessage: (json) => this.#onMessage(json),
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
    });
    const fetcher = new PageFetcher(options.backendUrl, environment);
    this.#loader = new WindowLoader(engine, fetcher, environment, {
      onIdle: () => {
        this.#update();
      },
      onApplied: ({ totalCount }, { counts }) => {
        this.#isResetting = false;
        this.#fullAtRows = counts.evicted > 0 ? engine.rowCount : Infinity;
        this.#totalCount = totalCount;
        this.#errors.resolve('page');
        this.#noteSkipped(counts);
      },
      onReplay: (json) => this.#replay(json),
      onError: (error) => {
        this.#errors.add('page', error);
        this.#update();
      },
      onEpochChanged: () => {
        this.#reset({
          code: 'history_lost',
          message: 'The backend began a new history of events.',
        });
        this.#update();
      },
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
      default:
        assertNever(message);
    }
    this.#update();
  }

  /** Ends everything that is under way and frees the engine. */
  delete(): void {
    this.#feed.close();
    this.#loader.close();
    this.#viewport.close();
    this.#reporter.close();
    this.#engine.delete();
  }

  /** After anything has changed: starts what is due, and tells the page. */
  #update(): void {
    if (this.#feed.isLive) this.#hasBeenLive = true;
    this.#newCounter.update(this.#viewport.isLive);
    if (this.#engine.cursor !== undefined && !this.#isResetting && !this.#feed.isOpen) {
      this.#feed.open();
    }
    if (this.#viewport.wanted !== undefined) this.#steerWindow();
    this.#viewport.flush();
    this.#reporter.report(this.#state());
  }

  /** Brings the window to the reader. */
  #steerWindow(): void {
    const viewport = this.#viewport;
    if (viewport.isCovered) viewport.show();
    const { coverage, rowCount } = this.#engine;
    const { visible } = viewport;
    this.#engine.setEvictionSide(viewport.isLive ? 'oldest' : evictionSide(rowCount, visible));
    if (coverage === undefined || this.#isResetting || !viewport.isCovered) {
      const { place, screenRows } = viewport;
      this.#loader.load(place, screenRows, this.#capacityRows, this.#isResetting);
      return;
    }
    this.#loader.cancelLoad();
    if (this.#loader.isBusy) return;
    const capacityRows = Math.min(this.#capacityRows, this.#fullAtRows);
    const query = nextFill({ coverage, rowCount, capacityRows, visible });
    if (query === undefined) {
      this.#errors.resolve('page'); // nothing is missing any more
    } else {
      this.#loader.fill(query);
    }
  }

  #onMessage(json: Uint8Array): FeedVerdict {
    const report = this.#engine.applyFeed(json);
    const { counts } = report;
    if (report.status === 'applied' && report.type === 'batch') {
      this.#mutationCount += counts.inserted + counts.updated + counts.moved + counts.deleted;
      this.#newCounter.addOutside(counts.outsideNewer);
      this.#noteSkipped(counts);
      this.#loader.keep(json, report.seq);
    }
    const verdict = this.#judge(report);
    this.#update();
    return verdict;
  }

  /** A batch again, after the window was begun anew. */
  #replay(json: Uint8Array): boolean {
    const verdict = this.#judge(this.#engine.applyFeed(json));
    if (verdict.type === 'lost') this.#feed.open();
    return verdict.type === 'good';
  }

  #judge(report: FeedReport): FeedVerdict {
    this.#totalCount = report.totalCount ?? this.#totalCount;
    switch (report.status) {
      case 'applied':
        if (report.type === 'batch') this.#lossCount = 0;
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
        this.#errors.add('feed', {
          code: 'backend_complained',
          message: `The backend did not understand this page (${report.reason}).`,
          action: 'Going on.',
        });
        return { type: 'ignored' };
    }
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
    const isAway = viewport.wanted !== undefined && !viewport.isCovered;
    return {
      connection: this.#connection(),
      stale: this.#isResetting || !this.#feed.isLive,
      loading: this.#isResetting || isAway || viewport.isCut,
      cursor: this.#engine.cursor,
      rowCount: this.#engine.rowCount,
      totalCount: this.#totalCount,
      coverage: this.#engine.coverage,
      newCount: this.#newCounter.count,
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
