/** @import { StoreResult, TimeFigures } from '../types.js' */
/** @import { Options } from '../options.mjs' */
import { ensureDataset } from '../data/dataset.mjs';
import { median } from '../latency.mjs';
import { describeFailures } from '../report/comparison.mjs';
import { formatNumber, formatTable } from '../report/format.mjs';
import { measureStores } from './measure.mjs';

const BATCH_SIZE = 1_000;
/** As many without as with a filter; a quantile of 99 % is then not the worst. */
const BATCH_COUNT = 420;
/** So that small sizes, whose load is short, run compiled code as well. */
const WARM_UP_BATCHES = 20;

/** @typedef {(figures: TimeFigures) => number | undefined} Figure */

const microseconds = (/** @type {number | undefined} */ ms) => ms && ms * 1_000;
/** @type {Figure} */
const mutationUs = ({ mutate }) => mutate && 1e6 / mutate.mutationsPerSecond;
/** @type {Figure} */
const filteredMutationUs = ({ mutateFiltered }) =>
  mutateFiltered && 1e6 / mutateFiltered.mutationsPerSecond;

/** @type {readonly [name: string, figure: Figure][]} */
const COLUMNS = [
  ['load, ms', ({ loadMs }) => loadMs],
  ['a mutation, µs', mutationUs],
  ['with a live filter, µs', filteredMutationUs],
  ['batch of 1,000: p99, ms', ({ mutate }) => mutate?.batch.p99],
  ['50 rows, µs', ({ window }) => microseconds(window?.p50)],
  ['place of a time, µs', ({ seek }) => microseconds(seek?.p50)],
  ['histogram, µs', ({ histogram }) => microseconds(histogram?.p50)],
  ['wasm heap, MB', ({ heapBytes }) => heapBytes / 1e6 || NaN],
];

/** @param {StoreResult} result @param {Figure} figure */
function medianOf({ times }, figure) {
  return median(times.map((run) => figure(run) ?? NaN));
}

/** @param {StoreResult} result */
function sizeOf({ dataset }) {
  return dataset.eventCount.toLocaleString('en');
}

/** @param {readonly StoreResult[]} results */
function scaleTable(results) {
  return formatTable([
    ['rows', ...COLUMNS.map(([name]) => name)],
    ...results.map((result) => [
      sizeOf(result),
      ...COLUMNS.map(([, figure]) => formatNumber(medianOf(result, figure))),
    ]),
  ]);
}

/** @param {readonly StoreResult[]} results @param {string} adapter */
function scaleChart(results, adapter) {
  const [plain, filtered] = /** @type {const} */ ([mutationUs, filteredMutationUs]).map((figure) =>
    results.map((result) => medianOf(result, figure)),
  );
  const line = (/** @type {readonly number[]} */ values = []) =>
    `  line [${values.map((us) => us.toFixed(3)).join(', ')}]`;
  const maxUs = Math.ceil(Math.max(...(plain ?? []), ...(filtered ?? [])));
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${adapter}: a mutation by rows held, without and with a live filter"`,
    `  x-axis "rows" [${results.map((result) => `"${sizeOf(result)}"`).join(', ')}]`,
    `  y-axis "microseconds" 0 --> ${maxUs}`,
    line(plain),
    line(filtered),
    '```',
  ].join('\n');
}

/**
 * Measures a store at several sizes, under mutations that keep its size, and prints a table and a chart.
 * @param {Options} options
 */
export async function measureScale({ only: [adapter = ''] = ['eventglass'], sizes, ...limits }) {
  /** @type {StoreResult[]} */
  const results = [];
  /** @type {string[]} */
  const failures = [];
  for (const eventCount of sizes) {
    const measured = await measureStores([adapter], {
      dataset: ensureDataset({
        eventCount,
        batchCount: BATCH_COUNT,
        batchSize: BATCH_SIZE,
        mix: 'steady',
      }),
      ...limits,
      warmUpBatches: WARM_UP_BATCHES,
      withMemory: false,
    });
    results.push(...measured.results);
    failures.push(...measured.failures, ...describeFailures(measured.results));
  }
  console.log(`\n${scaleTable(results)}\n\n${scaleChart(results, adapter)}`);
  for (const failure of failures) console.log(failure);
  return failures.length === 0;
}
