/** @import { StoreResult } from '../types.js' */
/** @import { Options } from '../options.mjs' */
import { adaptersFor, findAdapter } from '../adapters/index.mjs';
import { ensureDataset } from '../data/dataset.mjs';
import { ensurePeers } from '../peers/install.mjs';
import {
  comparisonTable,
  countChecks,
  describeFailures,
  spreadTable,
} from '../report/comparison.mjs';
import { shippedBytes } from '../report/shipped_size.mjs';
import { loadResults, saveResult } from '../results.mjs';
import { measureStores } from './measure.mjs';

/** Half without and half with a filter; a quantile of 99 % is then not the worst. */
const BATCH_COUNT = 400;
const BATCH_SIZE = 1_000;
/** The store of the goals and its opponent take turns before the others are measured. */
const PAIR = ['eventglass', 'plainjs-typed'];

/** @param {readonly StoreResult[]} results */
function print(results) {
  const failures = describeFailures(results);
  console.log(`\n${comparisonTable(results)}\n\n${spreadTable(results)}\n`);
  console.log(
    `${countChecks(results)} answers compared with the oracle's, ${failures.length} wrong`,
  );
  for (const failure of failures) console.log(`  ${failure}`);
  return failures.length === 0;
}

/** @param {number} eventCount Prints the table of what has been saved. */
export function printReport(eventCount) {
  return print(loadResults(eventCount));
}

/**
 * Measures stores at one size, saves the figures and prints the table.
 * @param {Options} options
 */
export async function compare({ eventCount, only = adaptersFor(eventCount), ...limits }) {
  only.forEach(findAdapter);
  ensurePeers(only);
  const dataset = ensureDataset({
    eventCount,
    batchCount: BATCH_COUNT,
    batchSize: BATCH_SIZE,
    mix: 'growing',
  });
  const groups = [
    only.filter((name) => PAIR.includes(name)),
    ...only.filter((name) => !PAIR.includes(name)).map((name) => [name]),
  ];
  /** @type {StoreResult[]} */
  const all = [];
  /** @type {string[]} */
  const failures = [];
  for (const group of groups) {
    const measured = await measureStores(group, { dataset, ...limits });
    failures.push(...measured.failures);
    for (const result of measured.results) {
      const whole = { ...result, shippedBytes: await shippedBytes(result.adapter) };
      saveResult(whole);
      all.push(whole);
    }
  }
  for (const failure of failures) console.error(failure);
  return print(all) && failures.length === 0;
}
