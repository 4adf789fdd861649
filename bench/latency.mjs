/** @import { Awaitable, Latency } from './types.js' */

const MIN_DRAWS = 5;

/** @param {readonly number[]} sorted @param {number} share */
function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (quantile(sorted, 0.5) + (sorted[(sorted.length - 1) >> 1] ?? NaN)) / 2;
}

/** @param {readonly number[]} timesMs @returns {Latency} */
export function summarize(timesMs) {
  const sorted = [...timesMs].sort((a, b) => a - b);
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? NaN,
    count: sorted.length,
  };
}

/**
 * @template T
 * @param {() => Awaitable<T>} run
 * @returns {Promise<[ms: number, result: T]>}
 */
export async function timed(run) {
  const started = performance.now();
  const result = await run();
  return [performance.now() - started, result];
}

/**
 * Runs something up to `draws` times, and no longer than `budgetMs`, but some times in any case.
 * @param {() => Awaitable<unknown>} run
 * @param {number} draws
 * @param {number} budgetMs
 * @param {() => Awaitable<unknown>} [prepare] Before each run; its time does not count.
 */
export async function sample(run, draws, budgetMs, prepare) {
  const timesMs = [];
  const deadline = performance.now() + budgetMs;
  while (timesMs.length < draws && (timesMs.length < MIN_DRAWS || performance.now() < deadline)) {
    await prepare?.();
    timesMs.push((await timed(run))[0]);
  }
  return summarize(timesMs);
}
