import type { Cursor, KeyRange, PageReport } from '../types.js';
import { Backoff } from './backoff.js';
import type { FetchFailure } from './backend_fetcher.js';
import {
  type ClientError,
  describeFault,
  type FilterFault,
  type Problem,
  tryingAgainIn,
} from './client_error.js';
import type { CancelTimer, Environment } from './environment.js';
import { rangeHasRange, rangesTouch } from './event_keys.js';
import type { Page, PageFetcher, PageQuery } from './page_fetcher.js';
import { type KeptBatch, ReplayBuffer } from './replay_buffer.js';
import type { SessionEngine } from './session_engine.js';
import { firstPageHasRank, firstQueries } from './window_filler.js';
import { equalPlaces, hasPlace, type Place } from './window_place.js';
import type { WindowRank } from './window_rank.js';

/** What a loader tells its session. */
export interface LoaderEvents {
  /** A request has ended, or may be tried again: there is room for the next. */
  onIdle(): void;
  /** A page is in the window. */
  onApplied(page: Page, report: PageReport): void;
  /** The window has been begun anew, with events of this filter, at the cursor of its pages: the feed has to go on from there. */
  onBegun(filter: string): void;
  onError(error: ClientError): void;
  /** The backend does not take the filter of a load. */
  onFilterRefused(filter: string, fault: FilterFault): void;
  /** The backend began a new epoch. */
  onEpochChanged(): void;
}

/** A window to begin. */
export interface LoadRequest {
  readonly place: Place;
  readonly filter: string;
  /** Overscan included. */
  readonly screenRows: number;
  readonly capacityRows: number;
  /**
   * What the feed follows, and goes on following while the load is under way: pages within it may widen the window.
   * `undefined`: whatever the window holds is not to be built upon.
   */
  readonly followed: KeyRange | undefined;
}

type Work =
  | { readonly type: 'load'; readonly request: LoadRequest }
  /** Widens the window. */
  | { readonly type: 'fill' };

/** What became of the pages of a request. */
interface Outcome {
  readonly problem?: Problem | undefined;
  readonly failure?: FetchFailure;
  readonly isEpochChanged?: boolean;
}

const EPOCH_CHANGED: Outcome = { isEpochChanged: true };

/**
 * Brings pages into the window, one request at a time, and repairs what the feed changed while they were under way.
 *
 * A page is exact at its own cursor `S`. Where it widens the window, the feed has followed all of its range since before it was
 * asked for, and when it arrives the window may be
 *
 *   - before S: later batches repeat what the page knows, and change nothing;
 *   - after S: the batches that came since the request began are applied again, over the page's rows.
 *
 * A page at S before the request began would need batches that are not kept, and is refused. Where pages begin the window
 * anew, at a place that the feed did not follow, the engine forgets everything, takes the oldest page's cursor, and the feed is
 * asked for what came after that: the cursor never passes a mutation that one of the pages lacks.
 */
export class WindowLoader {
  readonly #engine: SessionEngine;
  readonly #rank: WindowRank;
  readonly #fetcher: PageFetcher;
  readonly #environment: Pick<Environment, 'after'>;
  readonly #events: LoaderEvents;
  readonly #backoff: Backoff;
  readonly #replay = new ReplayBuffer();
  #current: { readonly work: Work; readonly abort: AbortController } | undefined;
  #cancelWait: CancelTimer | undefined;
  #holdsLoads = false;
  #failureCount = 0;
  /** Rows to ask for at most: fewer where pages were too large, more again with each that was not. */
  #maxPageRows = Infinity;

  constructor(
    engine: SessionEngine,
    rank: WindowRank,
    fetcher: PageFetcher,
    environment: Pick<Environment, 'after' | 'now' | 'random'>,
    events: LoaderEvents,
  ) {
    this.#engine = engine;
    this.#rank = rank;
    this.#fetcher = fetcher;
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
    const work = this.#current?.work;
    if (work?.type === 'load' && this.#answers(work.request, request)) return;
    this.cancel();
    this.#stopWaiting();
    const { place, screenRows, capacityRows, filter } = request;
    const queries = firstQueries(place, screenRows, capacityRows);
    this.#start({ type: 'load', request }, queries, filter);
  }

  /** Gives up a load that is under way; a fill goes on. */
  cancelLoad(): void {
    if (this.#current?.work.type === 'load') this.cancel();
  }

  /** Widens the window, within what the feed follows from now until the page is there. REQUIRES: not busy */
  fill(query: PageQuery, filter: string): void {
    this.#start({ type: 'fill' }, [query], filter);
  }

  /** Keeps a batch that the window has just applied, for the page that is under way. */
  keep(json: string, seq: number): void {
    if (this.#replay.keep({ json, seq })) return;
    this.cancel();
    this.#fail(
      { code: 'backlog_full', message: 'Changes came faster than a page could be loaded.' },
      undefined,
      true,
    );
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

  /** Whether a load that is under way does for what is wanted now. */
  #answers(begun: LoadRequest, wanted: LoadRequest): boolean {
    const replaces = wanted.followed === undefined;
    if (begun.filter !== wanted.filter || (begun.followed === undefined) !== replaces) return false;
    // Without a window to show, rows that the reader has scrolled past are better than none.
    if (replaces || this.#engine.coverage === undefined) return true;
    if (begun.place.type === 'rank' && wanted.place.type === 'rank') {
      const { screenRows, capacityRows } = begun;
      if (firstPageHasRank(begun.place.rank, wanted.place.rank, screenRows, capacityRows))
        return true;
    }
    return equalPlaces(begun.place, wanted.place);
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
    this.#holdsLoads = false;
  }

  #start(work: Work, wanted: readonly PageQuery[], filter: string): void {
    const abort = new AbortController();
    this.#current = { work, abort };
    this.#engine.beginRequest();
    this.#replay.open();
    const queries = wanted.map((query) => ({
      ...query,
      limit: Math.min(query.limit, this.#maxPageRows),
    }));
    void this.#run(work, queries, filter, this.#engine.cursor, abort.signal);
  }

  #end(): void {
    if (this.#current === undefined) return;
    this.#current = undefined;
    this.#replay.close();
    this.#engine.endRequest();
  }

  async #run(
    work: Work,
    queries: readonly PageQuery[],
    filter: string,
    floor: Cursor | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const answers = await Promise.all(
      queries.map((query) => this.#fetcher.fetch(query, filter, signal)),
    );
    if (signal.aborted) return;
    const { problem, failure, isEpochChanged } = this.#applyAnswers(work, answers, floor);
    if (this.#current?.work === work) this.#end();
    if (isEpochChanged === true) {
      this.#events.onEpochChanged();
    } else if (failure?.filterFault !== undefined && filter !== '') {
      this.#events.onFilterRefused(filter, failure.filterFault);
    } else if (problem?.code === 'page_too_large' && this.#askForLess(queries)) {
      this.#events.onIdle();
    } else if (problem !== undefined) {
      this.#fail(problem, failure?.retryAfterMs, work.type === 'load');
    } else {
      this.#failureCount = 0;
      this.#maxPageRows *= 2;
      this.#backoff.reset();
      this.#events.onIdle();
    }
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

  #applyAnswers(
    work: Work,
    answers: readonly (Page | FetchFailure)[],
    floor: Cursor | undefined,
  ): Outcome {
    const pages: Page[] = [];
    for (const answer of answers) {
      if (answer.type === 'failure') return { failure: answer, problem: answer.problem };
      pages.push(answer);
    }
    pages.sort((a, b) => a.cursor.seq - b.cursor.seq);
    const [oldest] = pages;
    if (oldest === undefined) return {};
    const isReplacing = work.type === 'load' && work.request.followed === undefined;
    const epoch = floor === undefined || isReplacing ? oldest.cursor.epoch : floor.epoch;
    if (pages.some((page) => page.cursor.epoch !== epoch)) return EPOCH_CHANGED;
    if (floor !== undefined && !isReplacing && oldest.cursor.seq < floor.seq) {
      const message = 'The backend answered with a page older than the rows on screen.';
      return { problem: { code: 'page_too_old', message } };
    }
    if (work.type === 'fill') return this.#widen(pages);
    return this.#join(pages, work.request) ?? this.#begin(pages, work.request);
  }

  /** Puts pages into the window where they reach it and the feed has followed them. `undefined`: its place is still not there. */
  #join(pages: readonly Page[], { place, followed }: LoadRequest): Outcome | undefined {
    const { coverage } = this.#engine;
    if (coverage === undefined || followed === undefined) return undefined;
    if (!pages.every(({ covered }) => rangeHasRange(followed, covered))) return undefined;
    const near = pages.filter(({ covered }) => rangesTouch(coverage, covered));
    if (near.length === 0) return undefined;
    // The others touch these.
    const outcome = this.#widen([...near, ...pages.filter((page) => !near.includes(page))]);
    const isThere = hasPlace(this.#engine, this.#rank, place);
    return isThere || outcome.problem !== undefined ? outcome : undefined;
  }

  /** Begins the window with pages. What is cleared can't be brought back, so they are looked at first. */
  #begin(pages: readonly Page[], { place, filter }: LoadRequest): Outcome {
    const { cursor } = this.#engine;
    if (cursor !== undefined) {
      // A page of another epoch is read, and then changes nothing.
      const other = { epoch: `${cursor.epoch}'`, seq: 0 };
      const problem = pages
        .map((page) => problemOf(this.#applyBody({ ...page, cursor: other })))
        .find((found) => found !== undefined);
      if (problem !== undefined) return { problem };
    }
    // The request ends with the old rows: what was deleted among them is true of later than the pages.
    this.#end();
    this.#engine.clear();
    const reports = pages.map((page) => this.#apply(page));
    if (this.#engine.coverage !== undefined) {
      const evicted = reports.reduce((sum, { counts }) => sum + counts.evicted, 0);
      const before = Math.min(...pages.map(({ firstRank }) => firstRank));
      this.#rank.begin(before, pages.at(-1)?.matchCount ?? 0, evicted);
      this.#events.onBegun(filter);
    }
    const problem = reports.map(problemOf).find((found) => found !== undefined);
    const isThere = hasPlace(this.#engine, this.#rank, place);
    return { problem: problem ?? (isThere ? undefined : NOT_THERE) };
  }

  #widen(pages: readonly Page[]): Outcome {
    const reports = this.#rank.move(() => {
      const kept = this.#replay.close();
      const all = pages.map((page) => this.#apply(page));
      const seq = Math.min(...pages.map(({ cursor }) => cursor.seq));
      if (all.some(({ status }) => status === 'applied')) this.#reapply(kept, seq);
      return all;
    });
    if (reports.some(({ status }) => status === 'epoch_changed')) return EPOCH_CHANGED;
    return { problem: reports.map(problemOf).find((problem) => problem !== undefined) };
  }

  #apply(page: Page): PageReport {
    const report = this.#applyBody(page);
    if (report.status === 'applied') this.#events.onApplied(page, report);
    return report;
  }

  #applyBody(page: Page): PageReport {
    return page.format === 'rows'
      ? this.#engine.applyPageBlock(page.body, page)
      : this.#engine.applyPage(page.body, page);
  }

  /** Brings the rows of pages up to the window's cursor. */
  #reapply(batches: readonly KeptBatch[], pageSeq: number): void {
    for (const { json, seq } of batches) {
      if (seq > pageSeq) this.#engine.reapplyFeed(json);
    }
  }
}

const NOT_THERE: Problem = {
  code: 'unexpected_answer',
  message: 'The backend answered with other events than the ones asked for.',
};

/** What is wrong with a page, wherever it would go. */
function problemOf({ status, error }: PageReport): Problem | undefined {
  switch (status) {
    case 'applied':
    case 'disjoint':
    case 'epoch_changed':
    case 'busy':
    case 'not_open':
      return undefined; // the last two are of pages in pieces, which are not loaded here
    case 'malformed':
      return {
        code: 'page_malformed',
        message: `The backend sent a malformed page: ${describeFault(error)}.`,
      };
    case 'too_large':
      return {
        code: 'page_too_large',
        message: `The backend sent too large a page: ${describeFault(error)}.`,
      };
    case 'superseded':
      return {
        code: 'backlog_full',
        message: 'More events were deleted than are remembered while a page was loaded.',
      };
    case 'out_of_memory':
      return { code: 'out_of_memory', message: 'There is no memory for more events.' };
  }
}
