import type { Cursor, PageReport } from '../types.js';
import { describeFault, type Problem } from './client_error.js';
import { rangeHasRange, rangesTouch } from './event_keys.js';
import type { LoadRequest } from './load_request.js';
import type { Page } from './page_fetcher.js';
import { type KeptBatch, ReplayBuffer } from './replay_buffer.js';
import type { SessionEngine } from './session_engine.js';
import { hasPlace } from './window_place.js';
import type { WindowRank } from './window_rank.js';

export interface JoinEvents {
  /** A page is in the window. */
  onApplied(page: Page, report: PageReport): void;
  /** The window has been begun anew, with events of this filter, at the cursor of its pages: the feed has to go on from there. */
  onBegun(filter: string): void;
}

/** Why pages are not in the window. */
export type JoinFault = Problem | 'epoch_changed';

/**
 * Joins pages and the feed: puts pages into the window, and repairs what the feed changed while they were under way.
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
export class PageJoiner {
  readonly #engine: SessionEngine;
  readonly #rank: WindowRank;
  readonly #events: JoinEvents;
  readonly #replay = new ReplayBuffer();
  #isOpen = false;
  /** The window's cursor when the request began. */
  #floor: Cursor | undefined;

  constructor(engine: SessionEngine, rank: WindowRank, events: JoinEvents) {
    this.#engine = engine;
    this.#rank = rank;
    this.#events = events;
  }

  /** A request for pages begins. REQUIRES: none is open */
  open(): void {
    this.#isOpen = true;
    this.#floor = this.#engine.cursor;
    this.#engine.beginRequest();
    this.#replay.open();
  }

  /** Ends the request that is open, if one is. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#replay.close();
    this.#engine.endRequest();
  }

  /** Keeps a batch that the window has just applied, for the pages to come. False: there are too many, and no page can be used. */
  keep(batch: KeptBatch): boolean {
    return this.#replay.keep(batch);
  }

  /** Widens the window by pages. `undefined`, as of {@link load}: they are in it. REQUIRES: open */
  fill(pages: readonly Page[]): JoinFault | undefined {
    return this.#faultOf(pages, this.#floor) ?? this.#widen(pages);
  }

  /** Brings a place into the window: widens it by the pages, or begins it anew with them. REQUIRES: open */
  load(pages: readonly Page[], request: LoadRequest): JoinFault | undefined {
    const inOrder = [...pages].sort((a, b) => a.cursor.seq - b.cursor.seq);
    const floor = request.followed === undefined ? undefined : this.#floor;
    const fault = this.#faultOf(inOrder, floor) ?? this.#widenTo(inOrder, request);
    return fault === 'elsewhere' ? this.#begin(inOrder, request) : fault;
  }

  /** Whether pages are of one epoch, and not older than `floor`. */
  #faultOf(pages: readonly Page[], floor: Cursor | undefined): JoinFault | undefined {
    const epoch = floor?.epoch ?? pages[0]?.cursor.epoch;
    if (pages.some(({ cursor }) => cursor.epoch !== epoch)) return 'epoch_changed';
    return seqOf(pages) < (floor?.seq ?? 0) ? TOO_OLD : undefined;
  }

  /** Widens the window where pages reach it and the feed has followed them. `'elsewhere'`: the place is still not there. */
  #widenTo(
    pages: readonly Page[],
    { place, followed }: LoadRequest,
  ): JoinFault | 'elsewhere' | undefined {
    const { coverage } = this.#engine;
    if (coverage === undefined || followed === undefined) return 'elsewhere';
    if (!pages.every(({ covered }) => rangeHasRange(followed, covered))) return 'elsewhere';
    const near = pages.filter(({ covered }) => rangesTouch(coverage, covered));
    if (near.length === 0) return 'elsewhere';
    // The others touch these.
    const fault = this.#widen([...near, ...pages.filter((page) => !near.includes(page))]);
    return fault ?? (hasPlace(this.#engine, this.#rank, place) ? undefined : 'elsewhere');
  }

  /** Begins the window with pages. What is cleared can't be brought back, so they are looked at first. */
  #begin(pages: readonly Page[], { place, filter }: LoadRequest): JoinFault | undefined {
    const { cursor } = this.#engine;
    if (cursor !== undefined) {
      // A page of another epoch is read, and then changes nothing.
      const other = { epoch: `${cursor.epoch}'`, seq: 0 };
      const problem = problemAmong(
        pages.map((page) => this.#applyBody({ ...page, cursor: other })),
      );
      if (problem !== undefined) return problem;
    }
    // The request ends with the old rows: what was deleted among them is true of later than the pages.
    this.close();
    this.#engine.clear();
    const reports = pages.map((page) => this.#apply(page));
    if (this.#engine.coverage !== undefined) {
      const evicted = reports.reduce((sum, { counts }) => sum + counts.evicted, 0);
      const before = Math.min(...pages.map(({ firstRank }) => firstRank));
      this.#rank.begin(before, pages.at(-1)?.matchCount ?? 0, evicted);
      this.#events.onBegun(filter);
    }
    const isThere = hasPlace(this.#engine, this.#rank, place);
    return problemAmong(reports) ?? (isThere ? undefined : NOT_THERE);
  }

  #widen(pages: readonly Page[]): JoinFault | undefined {
    const reports = this.#rank.move(() => {
      const kept = this.#replay.close();
      const all = pages.map((page) => this.#apply(page));
      if (all.some(({ status }) => status === 'applied')) this.#reapply(kept, seqOf(pages));
      return all;
    });
    if (reports.some(({ status }) => status === 'epoch_changed')) return 'epoch_changed';
    return problemAmong(reports);
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

const TOO_OLD: Problem = {
  code: 'page_too_old',
  message: 'The backend answered with a page older than the rows on screen.',
};

const NOT_THERE: Problem = {
  code: 'unexpected_answer',
  message: 'The backend answered with other events than asked for.',
};

/** What all of the pages know. */
function seqOf(pages: readonly Page[]): number {
  return Math.min(...pages.map(({ cursor }) => cursor.seq));
}

/** The first thing that is wrong with a page. */
function problemAmong(reports: readonly PageReport[]): Problem | undefined {
  return reports.map(problemOf).find((problem) => problem !== undefined);
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
