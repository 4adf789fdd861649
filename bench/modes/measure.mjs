/** @import { Dataset, MemoryFigures, StoreResult, Task, TimeFigures } from '../types.js' */
import { runTask } from '../run_task.mjs';

/**
 * @typedef {object} MeasureOptions
 * @property {Dataset} dataset
 * @property {number} runs
 * @property {number} budgetMs
 * @property {number} timeoutMs
 * @property {number} [warmUpBatches]
 * @property {boolean} [withMemory]
 */

/**
 * Measures some stores: times in `runs` rounds of all of them, so that what else the machine does hits them alike, and memory
 * once. A store that fails is left out of further rounds.
 *
 * @param {readonly string[]} adapters
 * @param {MeasureOptions} options
 * @returns {Promise<{ results: StoreResult[], failures: string[] }>}
 */
export async function measureStores(adapters, options) {
  const { dataset, runs, budgetMs, timeoutMs, warmUpBatches = 0, withMemory = true } = options;
  /** @type {Map<string, TimeFigures[]>} */
  const times = new Map(adapters.map((adapter) => [adapter, []]));
  /** @type {Map<string, MemoryFigures>} */
  const memory = new Map();
  /** @type {string[]} */
  const failures = [];

  /**
   * @template {Task['kind']} K
   * @param {K} kind
   * @param {string} adapter
   */
  async function run(kind, adapter) {
    console.error(`${adapter}: ${kind}, ${dataset.eventCount.toLocaleString('en')} events`);
    const task = { kind, adapter, dataset, budgetMs, warmUpBatches };
    try {
      return await runTask(task, timeoutMs);
    } catch (error) {
      failures.push(String(error));
      times.delete(adapter);
      return undefined;
    }
  }

  for (let round = 0; round < runs; round++) {
    for (const adapter of [...times.keys()]) {
      const figures = await run('times', adapter);
      if (figures) times.get(adapter)?.push(figures);
    }
  }
  for (const adapter of withMemory ? [...times.keys()] : []) {
    const figures = await run('memory', adapter);
    if (figures) memory.set(adapter, figures);
  }
  const results = [...times].map(([adapter, figures]) => ({
    adapter,
    dataset,
    times: figures,
    memory: memory.get(adapter),
    shippedBytes: undefined,
  }));
  return { results, failures };
}
