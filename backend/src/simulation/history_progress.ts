/** Milliseconds from report to report, and to the first: a history of a hundred thousand events is made sooner. */
const everyMs = 5_000;

/** How far a history is. */
interface Progress {
  /** Events that have been made. */
  readonly count: number;
  /** Missing where nobody knows. */
  readonly totalCount?: number;
  /** Events, since it was begun. */
  readonly perSecond: number;
}

export interface HistoryProgressOptions {
  /** Milliseconds, never going back. */
  readonly now: () => number;
  readonly totalCount?: number;
  readonly report: (progress: Progress) => void;
}

/** Says how far a long history is; nothing about a short one. */
export class HistoryProgress {
  readonly #options: HistoryProgressOptions;
  readonly #startedMs: number;
  #count = 0;
  #reportedAtMs: number;

  constructor(options: HistoryProgressOptions) {
    this.#options = options;
    this.#startedMs = options.now();
    this.#reportedAtMs = this.#startedMs;
  }

  /** `count` more events have been made. */
  add(count: number): void {
    const { now, totalCount, report } = this.#options;
    this.#count += count;
    const nowMs = now();
    if (nowMs - this.#reportedAtMs < everyMs) return;
    this.#reportedAtMs = nowMs;
    const perSecond = Math.round((1_000 * this.#count) / (nowMs - this.#startedMs));
    const total = totalCount === undefined ? {} : { totalCount };
    report({ count: this.#count, ...total, perSecond });
  }
}
