/** Milliseconds from report to report, and to the first. */
const everyMs = 2_000;

/** How far a file has been read. */
interface Progress {
  /** Rows. */
  readonly count: number;
  /** All of them, as soon as that is known. */
  readonly totalCount: number | undefined;
  /** Rows, since it was begun. */
  readonly perSecond: number;
}

export interface LoadProgressOptions {
  /** Milliseconds, never going back. */
  readonly now: () => number;
  readonly report: (progress: Progress) => void;
}

/** Says how far a large file has been read; nothing about a small one. */
export class LoadProgress {
  readonly #options: LoadProgressOptions;
  readonly #startedMs: number;
  #reportedAtMs: number;

  constructor(options: LoadProgressOptions) {
    this.#options = options;
    this.#startedMs = options.now();
    this.#reportedAtMs = this.#startedMs;
  }

  /** `count` rows have been read. */
  reach(count: number, totalCount?: number): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#reportedAtMs < everyMs) return;
    this.#reportedAtMs = nowMs;
    const perSecond = Math.round((1_000 * count) / (nowMs - this.#startedMs));
    this.#options.report({ count, totalCount, perSecond });
  }
}
