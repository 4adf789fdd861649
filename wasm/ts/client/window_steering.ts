import type { KeyRange } from '../types.js';
import type { NewCounter } from './new_counter.js';
import type { OpenErrors } from './open_errors.js';
import type { SessionEngine } from './session_engine.js';
import type { Subscriber } from './subscriber.js';
import type { TailFinder } from './tail_finder.js';
import type { TimelineDensity } from './timeline_density.js';
import type { Viewport } from './viewport.js';
import type { WantedFilter } from './wanted_filter.js';
import type { WindowFeed } from './window_feed.js';
import { fillQuery, nextFill } from './window_filler.js';
import type { WindowLoader } from './window_loader.js';
import type { WindowRank } from './window_rank.js';

/** What a window is steered by, and with. */
export interface SteeringParts {
  readonly engine: SessionEngine;
  readonly viewport: Viewport;
  readonly filter: WantedFilter;
  readonly rank: WindowRank;
  readonly feed: WindowFeed;
  readonly subscriber: Subscriber;
  readonly loader: WindowLoader;
  readonly newCounter: NewCounter;
  readonly tailFinder: TailFinder;
  readonly density: TimelineDensity;
  readonly errors: OpenErrors;
}

/** Brings the window to the reader: begins it where the reader looks, widens it from there, and has the feed follow it. */
export class WindowSteering {
  readonly #parts: SteeringParts;
  readonly #capacityRows: number;
  #isResetting = false;
  /** Rows at which the engine evicted some for the last page: large events fill the window earlier. */
  #fullAtRows = Infinity;

  /** `capacityRows`: of the engine. */
  constructor(parts: SteeringParts, capacityRows: number) {
    this.#parts = parts;
    this.#capacityRows = capacityRows;
  }

  /** The window's rows belong to a history that is lost; they stay until the page that replaces them has come. */
  get isResetting(): boolean {
    return this.#isResetting;
  }

  /** After anything has changed: starts what is due. */
  steer(): void {
    const { engine, viewport, filter, rank, loader, subscriber, density } = this.#parts;
    this.#keepFeedOpen();
    if (viewport.wanted === undefined) return;
    filter.want(viewport.wanted.filter);
    density.watch(filter.due);
    const isThere = filter.due === filter.ofWindow && viewport.isCovered;
    if (isThere) viewport.show();
    rank.setEvictionSide(viewport.farEnd);
    const { coverage } = engine;
    if (coverage === undefined || this.#isResetting || !isThere) {
      this.#load();
      return;
    }
    loader.cancelLoad();
    this.#findTail();
    subscriber.refine(viewport.visible.begin, !loader.isBusy);
    if (!loader.isBusy) this.#fill(coverage);
  }

  /** The loader has begun the window anew. */
  begin(begunFilter: string): void {
    const { viewport, filter, subscriber, newCounter, tailFinder } = this.#parts;
    this.#isResetting = false;
    if (begunFilter !== filter.ofWindow) {
      newCounter.forget();
      tailFinder.cancel();
    }
    filter.begin(begunFilter);
    newCounter.update(viewport.isLive);
    subscriber.begin(begunFilter);
  }

  /** A page is in the window, and so many rows were evicted for it. */
  noteEvicted(rowCount: number): void {
    this.#fullAtRows = rowCount > 0 ? this.#parts.engine.rowCount : Infinity;
  }

  /** Begins anew around what the reader looks at, after a while; the old rows stay on screen until the new ones are there. */
  reset(delayMs: number): void {
    const { feed, loader } = this.#parts;
    this.#isResetting = true;
    feed.close();
    loader.cancel();
    loader.wait(delayMs, true);
  }

  /** The feed goes on from the window's cursor. */
  #keepFeedOpen(): void {
    const { engine, feed } = this.#parts;
    if (engine.cursor === undefined) {
      feed.close();
    } else if (!this.#isResetting && !feed.isOpen) {
      feed.open();
    }
  }

  /** Begins the window at what the reader wants to see. */
  #load(): void {
    const { viewport, filter, feed, loader } = this.#parts;
    const { place, screenRows } = viewport;
    const canWiden = !this.#isResetting && filter.due === filter.ofWindow;
    loader.load({
      place,
      filter: filter.due,
      screenRows,
      capacityRows: this.#capacityRows,
      followed: canWiden ? feed.subscription?.range : undefined,
    });
  }

  /** Widens the window, within what the feed follows. */
  #fill(coverage: KeyRange): void {
    const { engine, viewport, filter, feed, subscriber, loader, errors } = this.#parts;
    const { visible, heading } = viewport;
    const { rowCount } = engine;
    const capacityRows = Math.min(this.#capacityRows, this.#fullAtRows);
    const fill = nextFill({ coverage, rowCount, capacityRows, visible, heading });
    if (fill === undefined) {
      errors.resolve('page'); // nothing is missing any more
      return;
    }
    if (!subscriber.reach(fill.side, visible.begin)) return;
    const range = feed.subscription?.range ?? coverage;
    loader.fill(fillQuery(fill, coverage, range), filter.ofWindow);
  }

  /** Looks for the tail where the reader began elsewhere. */
  #findTail(): void {
    const { filter, newCounter, tailFinder } = this.#parts;
    if (newCounter.needsTail) {
      tailFinder.find(filter.ofWindow);
    } else {
      tailFinder.cancel();
    }
  }
}
