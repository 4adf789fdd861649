/** @import { MemoryFigures, Store, Task } from '../types.js' */
import { readFileSync } from 'node:fs';
import { importAdapter } from '../adapters/index.mjs';
import { checkStore } from '../checks.mjs';
import { FILTER } from '../data/events.mjs';
import { Oracle } from '../oracle.mjs';
import { collectGarbage, readPieces, storeOptions } from './process.mjs';

/** @param {Store} store @param {string} path In pieces if it can take them, else whole. */
async function load(store, path) {
  if (store.loadPieces) await store.loadPieces(readPieces(path));
  else await store.load(readFileSync(path));
}

/**
 * Measures what a store takes of memory: the process at its largest while it loads, and what it has grown by once garbage is
 * collected. Then compares the loaded store with the oracle.
 * @param {Task} task
 * @returns {Promise<MemoryFigures>}
 */
export async function measureMemory({ adapter, dataset }) {
  const { createStore } = await importAdapter(adapter);
  const store = await createStore(storeOptions(dataset));
  await collectGarbage();
  const before = process.memoryUsage().rss;
  await load(store, dataset.eventsPath);
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  await collectGarbage();
  const rssBytes = process.memoryUsage().rss - before;
  const heapBytes = store.heapBytes();

  await store.filter(FILTER);
  const verdict = await checkStore(store, new Oracle(dataset, 0), dataset);
  await store.close();
  return { heapBytes, rssBytes, peakRssBytes, verdict };
}
