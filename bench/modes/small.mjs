/** @import { Options } from '../options.mjs' */
import { ADAPTERS } from '../adapters/index.mjs';
import { ensureDataset } from '../data/dataset.mjs';
import { countChecks, describeFailures } from '../report/comparison.mjs';
import { measureStores } from './measure.mjs';

const EVENT_COUNT = 3_000;
const BATCH_COUNT = 20;
const BATCH_SIZE = 200;

/**
 * Compares the answers of the stores that need no packages with the oracle's.
 * @param {Options} options
 */
export async function checkSmall({ only, budgetMs, timeoutMs }) {
  const adapters = only ?? Object.keys(ADAPTERS).filter((name) => !ADAPTERS[name]?.isPeer);
  const dataset = ensureDataset({
    eventCount: EVENT_COUNT,
    batchCount: BATCH_COUNT,
    batchSize: BATCH_SIZE,
    mix: 'growing',
  });
  const measured = await measureStores(adapters, { dataset, runs: 1, budgetMs, timeoutMs });
  const failures = [...measured.failures, ...describeFailures(measured.results)];
  console.log(`${countChecks(measured.results)} answers compared, ${failures.length} failures`);
  for (const failure of failures) console.log(failure);
  return failures.length === 0;
}
