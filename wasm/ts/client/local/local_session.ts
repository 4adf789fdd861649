import type { ApplyCounts, Schema } from '../../types.js';
import { failure, type FetchFailure } from '../backend_fetcher.js';
import type { ClientError } from '../client_error.js';
import type { ClientState } from '../client_state.js';
import type { Environment } from '../environment.js';
import { isObject } from '../json_values.js';
import { assertNever, type ToWorker } from '../messages.js';
import { NewCounter } from '../new_counter.js';
import { OpenErrors } from '../open_errors.js';
import type { ReadEvent } from '../session_source.js';
import type { ReadingOptions } from '../source_description.js';
import { StateReporter } from '../state_reporter.js';
import { Tally } from '../tally.js';
import { Viewport } from '../viewport.js';
import { normalizeRequest } from '../viewport_request.js';
import { WantedFilter } from '../wanted_filter.js';
import { WindowRank } from '../window_rank.js';
import type { EventFault } from './foreign_events.js';
import { LocalDensity } from './local_density.js';
import type { LocalEngine } from './local_engine.js';
import { LocalStore } from './local_store.js';
import { LocalWindow } from './local_window.js';
import { SourceRunner, type SourceRun } from './source_run.js';

export interface LocalSessionOptions extends ReadingOptions {
  readonly schema: Schema;
  /** The capacity that the engine was made with. */
  readonly capacityRows: number;
  /** Events without an id get a number as one. */
  readonly numbers: boolean;
  /** Makes what brings the events. */
  readonly makeRun: (store: LocalStore) => SourceRun;
  /** Frees what the source has. */
  readonly close?: () => void;
  /** Reads an event where the source has more of it than the schema's columns. */
  readonly readEvent?: (id: string, signal: AbortSignal) => Promise<unknown>;
}

const OUT_OF_MEMORY: ClientError = {
  code: 'out_of_memory',
  message: 'There is no memory for more events.',
  action: 'Those that came last are left out.',
};

/**
 * A session whose source is held whole: one engine is timeline and window at once, so that every place of it is there at once, and
 * nothing has to be fetched, joined or subscribed.
 *
 * Owns the engine.
 */
export class LocalSession {
  readonly #engine: LocalEngine;
  readonly #options: LocalSessionOptions;
  readonly #environment: Environment;
  readonly #window: LocalWindow;
  readonly #store: LocalStore;
  readonly #runner: SourceRunner;
  readonly #viewport: Viewport;
  readonly #density: LocalDensity;
  readonly #newCounter: NewCounter;
  readonly #reporter: StateReporter;
  readonly #filter = new WantedFilter();
  readonly #errors = new OpenErrors();
  readonly #tally = new Tally(this.#errors);
  readonly #closed = new AbortController();

  constructor(engine: LocalEngine, options: LocalSessionOptions, environment: Environment) {
    this.#engine = engine;
    this.#options = options;
    this.#environment = environment;
    this.#window = new LocalWindow(engine);
    this.#viewport = new Viewport(this.#window, new WindowRank(this.#window), environment);
    this.#newCounter = new NewCounter(this.#window);
    this.#density = new LocalDensity(this.#window, environment);
    this.#reporter = new StateReporter(environment);
    this.#store = new LocalStore(engine, options.schema, options, {
      onApplied: (counts) => {
        this.#count(counts);
      },
      onSkipped: (fault) => {
        this.#skip(fault);
      },
      onFull: () => {
        this.#errors.add('data', OUT_OF_MEMORY);
        this.#update();
      },
    });
    this.#runner = new SourceRunner(options.makeRun(this.#store), environment, {
      onChange: () => {
        this.#update();
      },
      onError: (error) => {
        this.#errors.add('feed', error);
      },
      onReport: (error) => {
        this.#errors.add('data', error);
        this.#update();
      },
      onLive: () => {
        this.#errors.resolve('feed');
      },
    });
    this.#runner.start();
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
        this.#runner.retry();
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
    this.#runner.close();
    this.#options.close?.();
    this.#viewport.close();
    this.#density.close();
    this.#reporter.close();
    this.#engine.delete();
  }

  async #read(id: string, readId: number): Promise<void> {
    const { signal } = this.#closed;
    const answer = await this.#answerTo(id, signal);
    if (!signal.aborted) this.#environment.post({ type: 'event', readId, answer }, []);
  }

  async #answerTo(id: string, signal: AbortSignal): Promise<ReadEvent | FetchFailure> {
    const own = this.#store.readEvent(id);
    const { readEvent } = this.#options;
    if (readEvent === undefined) return { type: 'event', event: own };
    try {
      const event = await readEvent(id, signal);
      return { type: 'event', event: isObject(event) ? event : undefined };
    } catch (error) {
      return failure('source_failed', error instanceof Error ? error.message : String(error));
    }
  }

  #count(counts: ApplyCounts): void {
    this.#tally.addBatch(counts);
    if (counts.evicted + counts.outsideOlder > 0) {
      this.#errors.add('data', {
        code: 'capacity_reached',
        message: `There are more than ${this.#options.capacityRows} events.`,
        action: 'The oldest are left out; capacityRows makes room for more.',
      });
    }
    this.#update();
  }

  #skip(code: EventFault): void {
    const skippedSamples = [{ index: 0, code, column: '' }];
    this.#tally.addSkipped({ skipped: 1, skippedSamples });
  }

  /** After anything has changed: shows what is wanted, and tells the page. */
  #update(): void {
    const viewport = this.#viewport;
    if (viewport.wanted !== undefined) {
      this.#want(viewport.wanted.filter);
      viewport.show();
    }
    this.#newCounter.update(viewport.isLive);
    this.#density.update(this.#filter.ofWindow);
    viewport.flush();
    this.#reporter.report(this.#state());
  }

  /** Shows the events of a filter, or where that can't be read goes on with the one before. */
  #want(text: string): void {
    const filter = this.#filter;
    filter.want(text);
    if (filter.due === filter.ofWindow) return;
    const { due } = filter;
    const fault = this.#window.setFilter(due);
    if (fault === undefined) {
      filter.begin(due);
      this.#newCounter.forget();
      this.#density.reset();
    } else {
      filter.refuse(due, fault);
    }
  }

  #state(): ClientState {
    const runner = this.#runner;
    const { ofWindow, fault } = this.#filter;
    return {
      connection: runner.connection,
      stale: runner.connection !== 'live',
      loading: runner.isLoading,
      cursor: this.#engine.cursor,
      rowCount: this.#window.rowCount,
      totalCount: this.#engine.rowCount,
      matchCount: ofWindow === '' ? undefined : this.#window.rowCount,
      coverage: this.#window.coverage,
      newCount: this.#newCounter.newCount,
      filterError: fault,
      error: this.#errors.newest,
      mutationCount: this.#tally.mutationCount,
    };
  }
}
