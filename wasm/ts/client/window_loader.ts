import type { Cursor, PageReport } from '../types.js';
import { Backoff } from './backoff.js';
import { type ClientError, describeFault, type Problem, tryingAgainIn } from './client_error.js';
import type { CancelTimer, Environment } from './environment.js';
import { equalKeys, rangeHasKey } from './event_keys.js';
import type { Page, PageFailure, PageFetcher, PageQuery } from './page_fetcher.js';
import { type KeptBatch, ReplayBuffer } from './replay_buffer.js';
import type { SessionEngine } from './session_engine.js';
import { firstQueries, type Place } from './window_filler.js';

/** What a loader tells its session. */
export interface LoaderEvents {
  /** A request has ended, or may be tried again: there is room for the next. */
  onIdle(): void;
  /** A page is in the window. */
  onApplied(page: Page, report: PageReport): void;
  /** The window has been begun anew, at an earlier cursor: applies a batch that follows. False: it could not be applied. */
  onReplay(json: Uint8Array): boolean;
  onError(error: ClientError): void;
  /** The backend began a new epoch. */
  onEpochChanged(): void;
}

type Work =
  /** Begins the window at a place; `replaces`: whatever it holds is not to be built upon. */
  | { readonly type: 'load'; readonly place: Place; readonly replaces: boolean }
  /** Widens the window. */
  | { readonly type: 'fill' };

/** What became of the pages of a request. */
interface Outcome {
  readonly problem?: Problem | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly isEpochChanged?: boolean;
  /** Batches that follow the window's new cursor. */
  readonly replay?: readonly KeptBatch[];
}

const EPOCH_CHANGED: Outcome = { isEpochChanged: true };

/**
 * Brings pages into the window, one request at a time, and repairs what the feed changed while they were under way.
 *
 * A page is exact at its own cursor `S`. The feed goes on meanwhile, so when the page arrives the window may be
 *
 *   - before S: later batches repeat what the page knows, and change nothing;
 *   - after S: the batches that came since the request began are applied again, over the page's rows.
 *
 * A page at S before the request began would need batches that are not kept, and is refused. Where a page begins the window
 * anew the engine forgets its cursor and takes the page's; then the same batches bring it up to the feed again. Of several
 * pages the oldest goes first, so that the cursor never passes a mutation that one of them lacks.
 */
export class WindowLoader {
  readonly #engine: SessionEngine;
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
    fetcher: PageFetcher,
    environment: Pick<Environment, 'after' | 'now' | 'random'>,
    events: LoaderEvents,
  ) {
    this.#engine = engine;
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

  /**
   * Begins the window at a place: asks for it unless that is under way already, giving up any other request. `replaces`: even
   * where the window could be widened to it.
   */
  load(place: Place, screenRows: number, capacityRows: number, replaces: boolean): void {
    if (this.#holdsLoads) return;
    const work = this.#current?.work;
    if (work?.type === 'load' && work.replaces === replaces) {
      // Without a window to show, rows that the reader has scrolled past are better than none.
      const isFirst = replaces || this.#engine.coverage === undefined;
      if (isFirst || equalPlaces(work.place, place)) return;
    }
    this.cancel();
    this.#stopWaiting();
    this.#start({ type: 'load', place, replaces }, firstQueries(place, screenRows, capacityRows));
  }

  /** Gives up a load that is under way; a fill goes on. */
  cancelLoad(): void {
    if (this.#current?.work.type === 'load') this.cancel();
  }

  /** Widens the window. REQUIRES: not busy */
  fill(query: PageQuery): void {
    this.#start({ type: 'fill' }, [query]);
  }

  /** Keeps a batch that the window has just applied, for the page that is under way. */
  keep(json: Uint8Array, seq: number): void {
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
    if (this.#current === undefined) return;
    this.#current.abort.abort();
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

  #start(work: Work, wanted: readonly PageQuery[]): void {
    const abort = new AbortController();
    this.#current = { work, abort };
    this.#engine.beginRequest();
    this.#replay.open();
    const queries = wanted.map((query) => ({
      ...query,
      limit: Math.min(query.limit, this.#maxPageRows),
    }));
    void this.#run(work, queries, this.#engine.cursor, abort.signal);
  }

  #end(): void {
    this.#current = undefined;
    this.#replay.close();
    this.#engine.endRequest();
  }

  async #run(
    work: Work,
    queries: readonly PageQuery[],
    floor: Cursor | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const answers = await Promise.all(queries.map((query) => this.#fetcher.fetch(query, signal)));
    if (signal.aborted) return;
    const outcome = this.#applyAnswers(work, answers, floor);
    this.#end();
    for (const { json } of outcome.replay ?? []) {
      if (!this.#events.onReplay(json)) break;
    }
    if (outcome.isEpochChanged === true) {
      this.#events.onEpochChanged();
    } else if (outcome.problem?.code === 'page_too_large' && this.#askForLess(queries)) {
      this.#events.onIdle();
    } else if (outcome.problem !== undefined) {
      this.#fail(outcome.problem, outcome.retryAfterMs, work.type === 'load');
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
    answers: readonly (Page | PageFailure)[],
    floor: Cursor | undefined,
  ): Outcome {
    const pages: Page[] = [];
    for (const answer of answers) {
      if (answer.type === 'failure') return answer;
      pages.push(answer);
    }
    pages.sort((a, b) => a.cursor.seq - b.cursor.seq);
    const [oldest] = pages;
    if (oldest === undefined) return {};
    const epoch = floor === undefined || isReplacing(work) ? oldest.cursor.epoch : floor.epoch;
    if (pages.some((page) => page.cursor.epoch !== epoch)) return EPOCH_CHANGED;
    if (floor !== undefined && !isReplacing(work) && oldest.cursor.seq < floor.seq) {
      const message = 'The backend answered with a page older than the rows on screen.';
      return { problem: { code: 'page_too_old', message } };
    }
    return work.type === 'load' ? this.#begin(pages, oldest, work) : this.#widen(oldest);
  }

  /** Puts pages into the window where they reach it and its place stays in it, and otherwise begins it anew. */
  #begin(
    pages: readonly Page[],
    oldest: Page,
    { place, replaces }: Work & { type: 'load' },
  ): Outcome {
    // What is cleared can't be brought back, so every page is tried first. One that does not reach the window changes nothing.
    const kept = this.#replay.close();
    const reports = pages.map((page) => this.#applyBody(page));
    if (reports.some(({ status }) => status === 'applied')) this.#reapply(kept, oldest.cursor.seq);
    const problem = reports.map(problemOf).find((found) => found !== undefined);
    if (problem !== undefined) return { problem };
    if (reports[0]?.status === 'applied' && !replaces && this.#covers(place)) {
      pages.forEach((page, i) => {
        const report = reports[i];
        if (report?.status === 'applied') this.#events.onApplied(page, report);
      });
      return {};
    }
    this.#engine.clear();
    return { ...this.#applyAll(pages, place), replay: kept };
  }

  #applyAll(pages: readonly Page[], place: Place): Outcome {
    let problem: Problem | undefined;
    for (const page of pages) problem = problemOf(this.#apply(page)) ?? problem;
    return { problem: problem ?? (this.#covers(place) ? undefined : NOT_THERE) };
  }

  #covers(place: Place): boolean {
    const coverage = this.#engine.coverage;
    if (coverage === undefined) return false;
    return place.type === 'tail' ? coverage.end === undefined : rangeHasKey(coverage, place.key);
  }

  #widen(page: Page): Outcome {
    const report = this.#apply(page);
    if (report.status === 'epoch_changed') return EPOCH_CHANGED;
    if (report.status === 'applied') this.#reapply(this.#replay.close(), page.cursor.seq);
    return { problem: problemOf(report) };
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

  /** Brings the rows of a page up to the window's cursor. */
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

function isReplacing(work: Work): boolean {
  return work.type === 'load' && work.replaces;
}

function equalPlaces(a: Place, b: Place): boolean {
  if (a.type === 'tail' || b.type === 'tail') return a.type === b.type;
  return equalKeys(a.key, b.key);
}

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
