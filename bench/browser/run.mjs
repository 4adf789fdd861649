/** @import { Page } from 'playwright-core' */
/** @import { Dataset } from '../types.js' */
/** @import { PageFigures, PageRun } from './messages.js' */
import { basename } from 'node:path';
import { findAdapter } from '../adapters/index.mjs';
import { storeOptions } from '../phases/process.mjs';
import { startBenchmarkServer } from './server.mjs';

/** What a backend under heavy load sends. */
const MUTATIONS_PER_SECOND = 50_000;

/**
 * Measures a store in a worker of this page, at the rate that the goals are stated for.
 * @param {Page} page
 * @param {string} adapter
 * @param {Dataset} dataset
 * @returns {Promise<PageFigures>}
 */
export async function runInPage(page, adapter, dataset) {
  const { eventsPath, framesPaths, ...options } = dataset;
  const framesPath = framesPaths[findAdapter(adapter).frames];
  const server = await startBenchmarkServer([eventsPath, framesPath]);
  /** @type {PageRun} */
  const run = {
    adapter,
    dataset: options,
    storeOptions: storeOptions(dataset),
    eventsUrl: `/${basename(eventsPath)}`,
    framesUrl: `/${basename(framesPath)}`,
    tickMs: (dataset.batchSize * 1_000) / MUTATIONS_PER_SECOND,
  };
  try {
    await page.goto(server.url, { waitUntil: 'load' });
    return await page.evaluate(
      (parameters) => /** @type {any} */ (globalThis).runBenchmark(parameters),
      run,
    );
  } finally {
    server.close();
  }
}
