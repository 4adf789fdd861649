import type { EventKey } from '../types.js';
import { equalKeys, MIN_KEY, rangeHasBound, successorOf } from './event_keys.js';
import type { SessionEngine } from './session_engine.js';
import type { KeyRank } from './window_rank.js';

/**
 * Counts the events that are newer than the tail was when the reader left it, or began to read elsewhere.
 *
 * While the window reaches from there to the tail that is a matter of rank, and moves with every batch. While it does not, the
 * feed tells: the events of the timeline less the rank of {@link rankKey}. Both are exact under updates, moves and deletes.
 */
export class NewCounter {
  readonly #engine: Pick<SessionEngine, 'coverage' | 'rowCount' | 'rank' | 'keyAt'>;
  /** The key after the last event when the reader left; `undefined` while following the tail, and while it has not been seen. */
  #afterTail: EventKey | undefined;
  #isLive = true;
  #count = 0;

  constructor(engine: Pick<SessionEngine, 'coverage' | 'rowCount' | 'rank' | 'keyAt'>) {
    this.#engine = engine;
  }

  /** Exact as of the last batch, or the last that the feed has counted. */
  get newCount(): number {
    return this.#count;
  }

  /** The key whose rank the feed has to tell; `undefined` where the window tells as much. */
  get rankKey(): EventKey | undefined {
    return this.#isInWindow ? undefined : this.#afterTail;
  }

  /** Whether the reader is away from a tail that has not been seen: {@link seeTail} is needed. */
  get needsTail(): boolean {
    return !this.#isLive && this.#afterTail === undefined;
  }

  /** The reader or the window has moved. */
  update(isLive: boolean): void {
    this.#isLive = isLive;
    const coverage = this.#engine.coverage;
    if (isLive) {
      this.forget();
    } else if (coverage !== undefined && coverage.end === undefined) {
      const { rowCount } = this.#engine;
      this.#afterTail ??= rowCount > 0 ? successorOf(this.#engine.keyAt(rowCount - 1)) : MIN_KEY;
      if (this.#isInWindow) this.#count = rowCount - this.#engine.rank(this.#afterTail);
    }
  }

  /** The last event of the timeline, as the backend has it now. */
  seeTail(key: EventKey): void {
    if (this.needsTail) this.#afterTail = successorOf(key);
  }

  /** The feed has counted: `total` events, and those before what was {@link rankKey} when it was subscribed. */
  count(total: number, told: KeyRank | undefined): void {
    const { rankKey } = this;
    if (told === undefined || rankKey === undefined) return;
    if (equalKeys(told.key, rankKey)) this.#count = total - told.rank;
  }

  /** What was new is not any more. */
  forget(): void {
    this.#afterTail = undefined;
    this.#count = 0;
  }

  get #isInWindow(): boolean {
    const { coverage } = this.#engine;
    const key = this.#afterTail;
    if (coverage === undefined || coverage.end !== undefined) return false;
    return key === undefined || rangeHasBound(coverage, key);
  }
}
