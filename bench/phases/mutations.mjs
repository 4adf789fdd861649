/** @import { MutationFigures, Store } from '../types.js' */
import { WINDOW_ROWS } from '../checks.mjs';
import { summarize, timed } from '../latency.mjs';

/** Batches that are applied in any case. */
const MIN_BATCHES = 2;

/** Applies frames one after another, each followed by the reads of a table that shows the newest rows. */
export class MutationStream {
  /** Frames applied so far. */
  applied = 0;
  #store;
  #frames;

  /** @param {Store} store @param {readonly string[]} frames */
  constructor(store, frames) {
    this.#store = store;
    this.#frames = frames;
  }

  /**
   * @param {object} options
   * @param {number} options.batchCount Ends after so many, or when there are no more,
   * @param {number} options.budgetMs or after this long.
   * @param {number} options.batchSize
   * @param {boolean} options.withFilter
   * @returns {Promise<MutationFigures>}
   */
  async run({ batchCount, budgetMs, batchSize, withFilter }) {
    const timesMs = [];
    const deadline = performance.now() + budgetMs;
    while (timesMs.length < batchCount) {
      const frame = this.#frames[this.applied];
      if (frame === undefined) break;
      if (timesMs.length >= MIN_BATCHES && performance.now() >= deadline) break;
      timesMs.push((await timed(() => this.#follow(frame, withFilter)))[0]);
      this.applied++;
    }
    const totalMs = timesMs.reduce((sum, ms) => sum + ms, 0);
    return {
      mutationsPerSecond: (timesMs.length * batchSize * 1_000) / totalMs,
      batch: summarize(timesMs),
    };
  }

  /** @param {string} frame @param {boolean} withFilter */
  async #follow(frame, withFilter) {
    const store = this.#store;
    await store.applyBatch(frame);
    if (withFilter) {
      await store.filterCount();
      await store.filterWindow(0, WINDOW_ROWS);
    }
    const count = await store.count();
    await store.window(Math.max(0, count - WINDOW_ROWS), WINDOW_ROWS);
  }
}
