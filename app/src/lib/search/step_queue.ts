export type Direction = 1 | -1;

/** Steps in one direction, one after the other. */
export interface Run {
  readonly direction: Direction;
  readonly count: number;
}

/** A page has at most as many events; nobody presses a key that often before an answer comes. */
const maxRunLength = 1_000;

/** Turns of direction that wait at most. */
const maxRuns = 64;

/** Steps that wait for the one before them, those of one direction together: one question answers them. */
export class StepQueue {
  #runs: Run[] = [];

  add(direction: Direction): void {
    const last = this.#runs.at(-1);
    if (last?.direction === direction) {
      const count = Math.min(last.count + 1, maxRunLength);
      this.#runs[this.#runs.length - 1] = { direction, count };
    } else if (this.#runs.length < maxRuns) {
      this.#runs.push({ direction, count: 1 });
    }
  }

  /** The steps that come next, which wait no longer. */
  take(): Run | undefined {
    return this.#runs.shift();
  }

  /** There is no match further on: steps that were made there before anybody could know lead nowhere. */
  dropAhead(direction: Direction): void {
    if (this.#runs[0]?.direction === direction) this.#runs.shift();
  }

  clear(): void {
    this.#runs = [];
  }
}
