import { MAX_TIMESTAMP_MS } from '../checks.js';
import type { EventKey } from '../types.js';
import { compareKeys, successorOf } from './event_keys.js';
import type { SessionEngine } from './session_engine.js';

/**
 * Counts the events that are newer than the tail was when the reader left it.
 *
 * While the window reaches the tail that is a matter of rank, exact under updates, moves and deletes. While it does not, what
 * the feed brings beyond the window is added up: an upper bound, because what is deleted there is not seen.
 */
export class NewCounter {
  readonly #engine: SessionEngine;
  #isAway = false;
  /** The last event when the reader left; `undefined` while following the tail, and while it has not been seen yet. */
  #tail: EventKey | undefined;
  /** The count when `#tail` was seen. */
  #countAtTail = 0;
  #count = 0;

  constructor(engine: SessionEngine) {
    this.#engine = engine;
  }

  /** A batch had so many events after the window. */
  addOutside(eventCount: number): void {
    if (this.#isAway) this.#count += eventCount;
  }

  /** Counts anew, after the reader or the window has moved. */
  update(isLive: boolean): void {
    this.#isAway = !isLive;
    if (isLive) {
      this.#tail = undefined;
      this.#countAtTail = 0;
      this.#count = 0;
      return;
    }
    const coverage = this.#engine.coverage;
    if (coverage === undefined || coverage.end !== undefined) return;
    const tail = this.#seeTail();
    const inWindow = this.#engine.rowCount - this.#engine.rank(successorOf(tail));
    const counted = this.#countAtTail + inWindow;
    const isComplete = coverage.begin === undefined || compareKeys(coverage.begin, tail) <= 0;
    this.#count = isComplete ? counted : Math.max(this.#count, counted);
  }

  get count(): number {
    return this.#count;
  }

  #seeTail(): EventKey {
    if (this.#tail !== undefined) return this.#tail;
    const rowCount = this.#engine.rowCount;
    this.#tail =
      rowCount > 0 ? this.#engine.keyAt(rowCount - 1) : { timestamp: -MAX_TIMESTAMP_MS, id: '' };
    this.#countAtTail = this.#count;
    return this.#tail;
  }
}
