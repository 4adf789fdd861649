import type { EventKey, KeyRange } from 'eventglass';

/** Milliseconds of one part: about as many as a page of 200 events spans where ten million are a month. */
const partMs = 60_000;

/**
 * Parts that are told apart, 512 KiB of seqs: 45 days of minutes. Farther ones share a place, and are renewed together; a
 * range of more counts as touched by everything.
 */
const placeCount = 1 << 16;

/** Milliseconds before the newest event that are expected to change all the time. */
const tailMs = 2 * partMs;

/**
 * When ranges of time were touched last, so that a page that has not changed need not be sent again. Errs on one side
 * only: a range may count as touched though it was not.
 */
export class RangeVersions {
  readonly #seqs = new Float64Array(placeCount);
  #newestSeq: number;

  /** `seq`: of the state before anything is noted. */
  constructor(seq: number) {
    this.#newestSeq = seq;
    this.#seqs.fill(seq);
  }

  /** A mutation touched this time, in ms; NaN is nowhere. */
  note(timestamp: number, seq: number): void {
    this.#newestSeq = seq;
    if (!Number.isNaN(timestamp)) this.#seqs[placeOf(Math.floor(timestamp / partMs))] = seq;
  }

  /**
   * The seq of the newest mutation that may have touched the range; `undefined` where the range reaches the tail of a
   * timeline whose last event is at `newestMs`.
   */
  versionOf({ begin, end }: KeyRange, newestMs: number): number | undefined {
    if (end === undefined || end.timestamp > newestMs - tailMs) return undefined;
    if (begin === undefined) return this.#newestSeq;
    return this.#newestIn(begin, end);
  }

  #newestIn(begin: EventKey, end: EventKey): number {
    const first = Math.floor(begin.timestamp / partMs);
    const last = Math.floor(end.timestamp / partMs);
    if (last - first >= placeCount) return this.#newestSeq;
    let newest = 0;
    for (let part = first; part <= last; part++) {
      newest = Math.max(newest, this.#seqs[placeOf(part)] ?? 0);
    }
    return newest;
  }
}

function placeOf(part: number): number {
  return ((part % placeCount) + placeCount) % placeCount;
}
