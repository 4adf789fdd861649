import type { EventKey, EvictionSide, KeyRange } from '../types.js';
import { rangeHasBound } from './event_keys.js';
import type { SessionEngine } from './session_engine.js';

/** The number of events before a key, as the feed tells it. */
export interface KeyRank {
  readonly key: EventKey;
  readonly rank: number;
}

type RankedEngine = Pick<
  SessionEngine,
  'coverage' | 'rowCount' | 'rank' | 'keyAt' | 'setEvictionSide'
>;

/**
 * Where the window stands in the timeline: how many events of it, of those that match the filter, come before the window's
 * rows and after them. An end that is open has none beyond it.
 *
 * Exact as of every `counts` of the feed ({@link count}), once the window's rows are not ahead of its cursor. Between two of them
 * it moves with the window: rows that come into it by a page, or leave it by eviction, were or are beyond it. What the feed
 * changes within the window changes nothing beyond it, and what changes beyond it is learned with the next counts.
 */
export class WindowRank {
  readonly #engine: RankedEngine;
  #before = 0;
  #after = 0;
  #needsCounts = false;
  #evictionSide: EvictionSide = 'oldest';

  constructor(engine: RankedEngine) {
    this.#engine = engine;
  }

  /** Events before the window's first row: its rank in the timeline. */
  get rowsBefore(): number {
    return this.#before;
  }

  /** Events of the timeline. */
  get total(): number {
    return this.#before + this.#engine.rowCount + this.#after;
  }

  /** After the window has moved in one step to where none of its rows was before. */
  get needsCounts(): boolean {
    return this.#needsCounts;
  }

  /** Counts have been asked for. */
  expectCounts(): void {
    this.#needsCounts = false;
  }

  /** A key within the coverage, whose rank tells where the window stands; `undefined` where an open end tells that. */
  keyNear(index: number): EventKey | undefined {
    const { coverage, rowCount } = this.#engine;
    if (coverage === undefined || !isBounded(coverage)) return undefined;
    return this.#keyAt(index, rowCount) ?? coverage.begin;
  }

  /** Whether the rank of `key` tells where the window stands, or none is needed. */
  isToldBy(key: EventKey | undefined): boolean {
    const { coverage } = this.#engine;
    if (coverage === undefined || !isBounded(coverage)) return true;
    return key !== undefined && rangeHasBound(coverage, key);
  }

  /** Which end of the window loses rows from now on. */
  setEvictionSide(side: EvictionSide): void {
    this.#engine.setEvictionSide(side);
    this.#evictionSide = side;
  }

  /** The window has been begun anew by pages with `before` events of `total` before them; `evicted` of theirs were too many. */
  begin(before: number, total: number, evicted: number): void {
    this.#set(this.#evictionSide === 'oldest' ? before + evicted : before, total);
  }

  /** The feed has counted: `total` events in the timeline, and those before a key of {@link keyNear}. */
  count(total: number, told: KeyRank | undefined): void {
    const { coverage } = this.#engine;
    if (coverage === undefined || !this.isToldBy(told?.key)) return;
    const before = told === undefined ? 0 : told.rank - this.#engine.rank(told.key);
    this.#set(coverage.end === undefined ? total - this.#engine.rowCount : before, total);
  }

  /** The feed has brought rows, and so many were evicted for them. */
  evict(rowCount: number): void {
    if (this.#evictionSide === 'oldest') {
      this.#settle(this.#before + rowCount, this.#after);
    } else {
      this.#settle(this.#before, this.#after + rowCount);
    }
  }

  /** Runs what moves the window and changes nothing in it: a page, and what is evicted for it. */
  move<Result>(run: () => Result): Result {
    const { rowCount } = this.#engine;
    const pivot = this.#keyAt(rowCount >> 1, rowCount) ?? this.#bound;
    const [before, after] = this.#besides(pivot);
    const result = run();
    const coverage = this.#engine.coverage;
    if (coverage !== undefined && pivot !== undefined && rangeHasBound(coverage, pivot)) {
      const [beforeNow, afterNow] = this.#besides(pivot);
      this.#settle(this.#before + before - beforeNow, this.#after + after - afterNow);
    } else if (pivot !== undefined) {
      this.#needsCounts = true;
    }
    return result;
  }

  /** Rows of the window before a key, and from it on. */
  #besides(pivot: EventKey | undefined): readonly [number, number] {
    const before = pivot === undefined ? 0 : this.#engine.rank(pivot);
    return [before, this.#engine.rowCount - before];
  }

  #keyAt(index: number, rowCount: number): EventKey | undefined {
    return rowCount === 0 ? undefined : this.#engine.keyAt(Math.min(index, rowCount - 1));
  }

  get #bound(): EventKey | undefined {
    return this.#engine.coverage?.begin ?? this.#engine.coverage?.end;
  }

  #set(before: number, total: number): void {
    const begin = this.#engine.coverage?.begin === undefined ? 0 : Math.max(0, before);
    this.#settle(begin, total - begin - this.#engine.rowCount);
  }

  /** Takes counts over, as far as they can be: those of two moments may differ by what happened in between. */
  #settle(before: number, after: number): void {
    const { coverage } = this.#engine;
    this.#before = coverage?.begin === undefined ? 0 : Math.max(0, before);
    this.#after = coverage?.end === undefined ? 0 : Math.max(0, after);
  }
}

function isBounded({ begin, end }: KeyRange): boolean {
  return begin !== undefined && end !== undefined;
}
