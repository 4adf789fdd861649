/** @import { Dataset, Store } from '../types.js' */
import { BUCKET_COUNT, WINDOW_ROWS } from '../checks.mjs';
import { endTimestampMs, FILTER, FIRST_TIMESTAMP_MS } from '../data/events.mjs';
import { createRandom, randomBelow } from '../data/random.mjs';
import { sample } from '../latency.mjs';

const BUDGET_MS = 5_000;
const WINDOW_DRAWS = 500;
/** Of those that slow stores take seconds for. */
const SCAN_DRAWS = 9;

/**
 * Reads of the loaded store, each as a phase of its own. `filter` leaves its filter set for those after it.
 * @param {Store} store
 * @param {Dataset} dataset
 */
export function readPhases(store, { eventCount }) {
  const random = createRandom(99);
  const endMs = endTimestampMs(eventCount);
  const anyPlace = (count = eventCount) => randomBelow(random, Math.max(1, count - WINDOW_ROWS));
  const anyTime = () => FIRST_TIMESTAMP_MS + randomBelow(random, endMs - FIRST_TIMESTAMP_MS);
  const histogram = (/** @type {boolean} */ onFiltered) => () =>
    store.histogram(FIRST_TIMESTAMP_MS, endMs, BUCKET_COUNT, onFiltered);
  const { block } = store;
  return {
    window: () => sample(() => store.window(anyPlace(), WINDOW_ROWS), WINDOW_DRAWS, BUDGET_MS),
    block: () =>
      block && sample(() => block.call(store, anyPlace(), WINDOW_ROWS), WINDOW_DRAWS, BUDGET_MS),
    seek: () => sample(() => store.seek(anyTime()), WINDOW_DRAWS, BUDGET_MS),
    at: () => sample(() => store.at(anyTime(), WINDOW_ROWS), WINDOW_DRAWS, BUDGET_MS),
    filter: () =>
      sample(
        async () => {
          await store.filter(FILTER);
          await store.filterCount();
          await store.filterWindow(0, WINDOW_ROWS);
        },
        SCAN_DRAWS,
        BUDGET_MS,
        () => store.filter(undefined),
      ),
    async filterWindow() {
      const count = await store.filterCount();
      const read = () => store.filterWindow(anyPlace(count), WINDOW_ROWS);
      return sample(read, WINDOW_DRAWS, BUDGET_MS);
    },
    histogram: () => sample(histogram(false), SCAN_DRAWS, BUDGET_MS),
    histogramFiltered: () => sample(histogram(true), SCAN_DRAWS, BUDGET_MS),
  };
}
