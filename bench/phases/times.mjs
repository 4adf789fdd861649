/** @import { Store, Task, TimeFigures } from '../types.js' */
import { readFileSync } from 'node:fs';
import { findAdapter, importAdapter } from '../adapters/index.mjs';
import { checkStore } from '../checks.mjs';
import { readFrames } from '../data/dataset.mjs';
import { FILTER } from '../data/events.mjs';
import { timed } from '../latency.mjs';
import { Oracle } from '../oracle.mjs';
import { MutationStream } from './mutations.mjs';
import { collectGarbage, spinMs, storeOptions } from './process.mjs';
import { readPhases } from './reads.mjs';

/** Runs phases and keeps what they measure, and what those that fail throw. */
class Phases {
  /** @type {Record<string, unknown>} */
  figures = {};
  /** @type {string[]} */
  failures = [];

  /** @param {string} name @param {() => unknown} run */
  async run(name, run) {
    try {
      this.figures[name] = await run();
    } catch (error) {
      this.failures.push(`${name}: ${String(error)}`);
    }
  }
}

/** @param {Store} store @param {Task} task */
async function measureLoad(store, { dataset }) {
  const bytes = readFileSync(dataset.eventsPath);
  const [loadMs] = await timed(() => store.load(bytes));
  return loadMs;
}

/**
 * Measures what a store takes time for: coming up, loading, reads, mutations with and without a filter. Then compares it with
 * the oracle.
 * @param {Task} task
 * @returns {Promise<TimeFigures>}
 */
export async function measureTimes(task) {
  const { adapter, dataset, budgetMs, warmUpBatches } = task;
  const spinBeforeMs = spinMs();
  const [instantiateMs, store] = await timed(async () =>
    (await importAdapter(adapter)).createStore(storeOptions(dataset)),
  );
  const loadMs = await measureLoad(store, task);
  await collectGarbage();

  const phases = new Phases();
  for (const [name, run] of Object.entries(readPhases(store, dataset))) await phases.run(name, run);
  await phases.run('clearFilter', () => store.filter(undefined));

  const stream = new MutationStream(store, readFrames(dataset, findAdapter(adapter).frames));
  const { batchSize } = dataset;
  const batchCount = (dataset.batchCount - warmUpBatches) >> 1;
  await phases.run('warmUp', () =>
    stream.run({ batchCount: warmUpBatches, budgetMs, batchSize, withFilter: false }),
  );
  for (const withFilter of [false, true]) {
    await phases.run(withFilter ? 'mutateFiltered' : 'mutate', async () => {
      await store.filter(withFilter ? FILTER : undefined);
      return stream.run({ batchCount, budgetMs, batchSize, withFilter });
    });
  }

  const heapBytes = store.heapBytes();
  const verdict = await checkStore(store, new Oracle(dataset, stream.applied), dataset);
  await store.close();
  return {
    ...phases.figures,
    instantiateMs,
    loadMs,
    heapBytes,
    spinMs: (spinBeforeMs + spinMs()) / 2,
    verdict: { ...verdict, failures: [...phases.failures, ...verdict.failures] },
  };
}
