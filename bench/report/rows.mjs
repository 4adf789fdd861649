/** @import { StoreResult, TimeFigures } from '../types.js' */
import { median } from '../latency.mjs';

/**
 * @typedef {object} Goal
 * @property {string} text
 * @property {(value: number, ratio: number) => boolean} isMet
 */

/**
 * @typedef {object} ReportRow
 * @property {string} name
 * @property {(result: StoreResult) => number | undefined} value
 * @property {(figures: TimeFigures) => number | undefined} [ofRun] Where processes were paired with those of another store.
 * @property {'less' | 'more'} better
 * @property {Goal} [goal]
 */

const MB = 1e6;

/** @param {number} limit @returns {Goal} */
const atMost = (limit) => ({ text: `at most ${limit}`, isMet: (value) => value <= limit });
/** @param {number} limit @returns {Goal} */
const under = (limit) => ({ text: `under ${limit}`, isMet: (value) => value < limit });
/** @param {number} factor @returns {Goal} */
const timesBetter = (factor) => ({
  text: `${factor}× typed`,
  isMet: (_, ratio) => ratio >= factor,
});

/**
 * A row whose figure is the median of the processes that measured it.
 * @param {string} name
 * @param {(figures: TimeFigures) => number | undefined} ofRun
 * @param {'less' | 'more'} better
 * @param {Goal} [goal]
 * @returns {ReportRow}
 */
function timesRow(name, ofRun, better, goal) {
  return {
    name,
    value: ({ times }) => median(times.map((figures) => ofRun(figures) ?? NaN)),
    ofRun,
    better,
    ...(goal && { goal }),
  };
}

/**
 * A row of what is measured once.
 * @param {string} name
 * @param {(result: StoreResult) => number | undefined} value
 * @param {Goal} [goal]
 * @returns {ReportRow}
 */
function onceRow(name, value, goal) {
  return { name, value, better: 'less', ...(goal && { goal }) };
}

/** @type {readonly ReportRow[]} */
export const REPORT_ROWS = [
  timesRow('load to a sorted store, ms', ({ loadMs }) => loadMs, 'less', timesBetter(3)),
  onceRow(
    'wasm heap, bytes per event',
    ({ memory, dataset }) => (memory && memory.heapBytes / dataset.eventCount) || undefined,
    atMost(160),
  ),
  onceRow(
    'wasm heap / bytes of the columns',
    ({ memory, dataset }) => (memory && memory.heapBytes / dataset.columnBytes) || undefined,
    atMost(1.3),
  ),
  onceRow(
    'process growth, bytes per event',
    ({ memory, dataset }) => memory && memory.rssBytes / dataset.eventCount,
  ),
  onceRow(
    'peak memory while loading, MB',
    ({ memory }) => memory && memory.peakRssBytes / MB,
    atMost(350),
  ),
  timesRow(
    'mutations a second, decode included',
    ({ mutate }) => mutate?.mutationsPerSecond,
    'more',
    timesBetter(3.5),
  ),
  timesRow(
    'mutations a second with a live filter',
    ({ mutateFiltered }) => mutateFiltered?.mutationsPerSecond,
    'more',
    timesBetter(4),
  ),
  timesRow('batch of 1,000: p99, ms', ({ mutate }) => mutate?.batch.p99, 'less', under(2)),
  timesRow('batch of 1,000: worst, ms', ({ mutate }) => mutate?.batch.max, 'less', under(8.3)),
  timesRow(
    'the same with a live filter: p99, ms',
    ({ mutateFiltered }) => mutateFiltered?.batch.p99,
    'less',
  ),
  timesRow(
    'filter on source and text: count and 50 rows, ms',
    ({ filter }) => filter?.p50,
    'less',
    timesBetter(5),
  ),
  timesRow('50 rows at any place, p50 ms', ({ window }) => window?.p50, 'less', under(0.02)),
  timesRow('50 rows at any place, p99 ms', ({ window }) => window?.p99, 'less'),
  timesRow('the same as a row block, p50 ms', ({ block }) => block?.p50, 'less'),
  timesRow('place of a time, p50 ms', ({ seek }) => seek?.p50, 'less'),
  timesRow('50 rows from a time, p50 ms', ({ at }) => at?.p50, 'less'),
  timesRow(
    '50 filtered rows at any place, p50 ms',
    ({ filterWindow }) => filterWindow?.p50,
    'less',
  ),
  timesRow(
    'histogram of 200 buckets, all, ms',
    ({ histogram }) => histogram?.p50,
    'less',
    under(0.05),
  ),
  timesRow(
    'histogram of 200 buckets, filtered, ms',
    ({ histogramFiltered }) => histogramFiltered?.p50,
    'less',
    under(0.05),
  ),
  onceRow(
    'shipped, wasm and JS, brotli kB',
    ({ shippedBytes }) => (shippedBytes === undefined ? undefined : shippedBytes / 1_000),
    atMost(120),
  ),
  timesRow('instantiate, ms', ({ instantiateMs }) => instantiateMs, 'less', atMost(25)),
];
