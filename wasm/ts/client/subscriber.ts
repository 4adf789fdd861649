import type { EventKey, KeyRange } from '../types.js';
import type { Density } from './density.js';
import { equalBounds } from './event_keys.js';
import type { CountsMessage } from './feed_messages.js';
import type { NewCounter } from './new_counter.js';
import type { SessionEngine } from './session_engine.js';
import { ranksByKey, type Subscription } from './subscription.js';
import type { TimelineDensity } from './timeline_density.js';
import type { WindowFeed } from './window_feed.js';
import type { Side } from './window_filler.js';
import { isTooWide, rangeAround, type WindowSituation } from './window_range.js';
import type { KeyRank, WindowRank } from './window_rank.js';

/** What a subscriber keeps in step. */
export interface SubscriberParts {
  readonly engine: SessionEngine;
  readonly feed: WindowFeed;
  readonly rank: WindowRank;
  readonly newCounter: NewCounter;
  readonly density: TimelineDensity;
}

/**
 * Tells the feed what to follow as window, reader and timeline move.
 *
 * Two things hold at any time: the range that is subscribed has all of the coverage, and it has all of the range of a page that
 * is under way, since before that was asked for. So every mutation that the window needs comes, and none is lost to
 * a page. The range is changed only while no page is under way; what else is subscribed may change at any time.
 */
export class Subscriber {
  readonly #parts: SubscriberParts;
  readonly #capacityRows: number;
  /** The density by which the width of the range was last looked at. */
  #lookedAt: Density | undefined;

  constructor(parts: SubscriberParts, capacityRows: number) {
    this.#parts = parts;
    this.#capacityRows = capacityRows;
  }

  /** The window has been begun anew, with events of this filter. */
  begin(filter: string): void {
    const index = this.#parts.engine.rowCount >> 1;
    const situation = this.#situation(index);
    if (situation !== undefined) this.#subscribe(rangeAround(situation), filter, index);
  }

  /**
   * Asks for what is needed now and has not been asked for. `index`: the row on screen. `canMove`: no page is under way.
   */
  refine(index: number, canMove: boolean): void {
    const { feed } = this.#parts;
    const { subscription } = feed;
    if (subscription === undefined || feed.isAwaiting) return;
    const range = canMove ? this.#notTooWide(subscription.range, index) : subscription.range;
    if (range !== subscription.range || this.#lacks(subscription)) {
      this.#subscribe(range, subscription.filter, index);
    }
  }

  /** Sees to it that the window can be widened on one side. False: not before an answer of the feed. REQUIRES: no page is under way */
  reach(side: Side, index: number): boolean {
    const { engine, feed } = this.#parts;
    const { subscription } = feed;
    const situation = this.#situation(index);
    if (subscription === undefined || situation === undefined) return false;
    const bound = side === 'older' ? 'begin' : 'end';
    if (!equalBounds(engine.coverage?.[bound], subscription.range[bound])) return true;
    if (feed.isAwaiting) return false;
    this.#subscribe(rangeAround(situation), subscription.filter, index);
    return true;
  }

  /** The feed has counted. */
  count({ matchCount, ranks }: CountsMessage): void {
    const { feed, rank, newCounter, density } = this.#parts;
    const { subscription } = feed;
    if (subscription === undefined) return;
    const { inWindow, afterTail } = subscription.rankKeys;
    const told = ranksByKey(subscription, ranks);
    rank.count(matchCount, toRank(inWindow, told.inWindow));
    newCounter.count(matchCount, toRank(afterTail, told.afterTail));
    if (told.densityStop !== undefined) density.noteAfter(matchCount - told.densityStop);
  }

  #subscribe(range: KeyRange, filter: string, index: number): void {
    const { feed, rank, newCounter, density } = this.#parts;
    rank.expectCounts();
    feed.subscribe({
      range,
      filter,
      rankKeys: { inWindow: rank.keyNear(index), afterTail: newCounter.rankKey },
      density: density.range,
    });
  }

  #lacks({ rankKeys, density: counted }: Subscription): boolean {
    const { rank, newCounter, density } = this.#parts;
    const { rankKey } = newCounter;
    const lacksTail = rankKey !== undefined && !equalBounds(rankKey, rankKeys.afterTail);
    const lacksDensity = density.range !== undefined && density.range !== counted;
    return rank.needsCounts || !rank.isToldBy(rankKeys.inWindow) || lacksTail || lacksDensity;
  }

  #notTooWide(range: KeyRange, index: number): KeyRange {
    const { known } = this.#parts.density;
    if (known === this.#lookedAt) return range;
    this.#lookedAt = known;
    const situation = this.#situation(index);
    if (situation === undefined) return range;
    const narrower = rangeAround(situation);
    return isTooWide(range, narrower, situation) ? narrower : range;
  }

  #situation(index: number): WindowSituation | undefined {
    const { engine, rank, density } = this.#parts;
    const { coverage, rowCount } = engine;
    if (coverage === undefined) return undefined;
    return {
      coverage,
      firstMs: rowCount === 0 ? 0 : engine.keyAt(0).timestamp,
      lastMs: rowCount === 0 ? 0 : engine.keyAt(rowCount - 1).timestamp,
      rowCount,
      rowsBefore: rank.rowsBefore,
      total: rank.total,
      index,
      capacityRows: this.#capacityRows,
      density: density.known,
    };
  }
}

function toRank(key: EventKey | undefined, rank: number | undefined): KeyRank | undefined {
  return key === undefined || rank === undefined ? undefined : { key, rank };
}
