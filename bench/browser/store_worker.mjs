/** Holds a store in a worker: applies frames as they come, and answers with rows. */
/** @import { AdapterModule, Store } from '../types.js' */
/** @import { FromStoreWorker, PageRun, ToStoreWorker } from './messages.js' */
import * as eventglass from '../adapters/eventglass.mjs';
import * as plainjs from '../adapters/plainjs.mjs';
import * as plainjsTyped from '../adapters/plainjs_typed.mjs';
import { checkStore } from '../checks.mjs';
import { FILTER } from '../data/events.mjs';
import { summarize, timed } from '../latency.mjs';
import { Oracle } from '../oracle.mjs';
import { sharedNowMs } from './clock.mjs';

/** @type {Readonly<Record<string, AdapterModule>>} */
const ADAPTERS = { eventglass, plainjs, 'plainjs-typed': plainjsTyped };

/** @param {FromStoreWorker} message @param {Transferable[]} [transfer] */
function post(message, transfer = []) {
  self.postMessage(message, { transfer });
}

/** @param {PageRun} run */
async function open({ adapter, storeOptions, eventsUrl }) {
  const response = await fetch(eventsUrl);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const [instantiateMs, store] = await timed(() => {
    const module = ADAPTERS[adapter];
    if (module === undefined) throw new RangeError(`${adapter} does not run in a page`);
    return module.createStore(storeOptions);
  });
  const [loadMs] = await timed(() => store.load(bytes));
  post({ type: 'loaded', instantiateMs, loadMs });
  return store;
}

/**
 * Applies frames until their end.
 * @param {Store} store
 * @param {MessagePort} frames
 */
function follow(store, frames) {
  /** @type {number[]} */
  const timesMs = [];
  frames.addEventListener('message', async ({ data: frame }) => {
    if (frame === undefined) {
      post({ type: 'fed', batch: summarize(timesMs), heapBytes: store.heapBytes() });
    } else {
      timesMs.push((await timed(() => store.applyBatch(frame)))[0]);
    }
  });
  frames.start();
}

/** @param {Store} store @param {ToStoreWorker & { type: 'viewport' }} request */
async function answer(store, { begin, rowCount, sentMs }) {
  const [readMs, rows] = await timed(() =>
    store.block ? store.block(begin, rowCount) : store.window(begin, rowCount),
  );
  const answerMs = sharedNowMs() - sentMs;
  const transfer = rows instanceof ArrayBuffer ? [rows] : [];
  post({ type: 'rows', rows, count: await store.count(), readMs, answerMs }, transfer);
}

/** @param {Store} store @param {PageRun} run */
async function check(store, { dataset }) {
  await store.filter(FILTER);
  const oracle = new Oracle(dataset, dataset.batchCount);
  post({ type: 'checked', verdict: await checkStore(store, oracle, dataset) });
}

/** @type {{ readonly run: PageRun, readonly store: Store } | undefined} */
let opened;

self.addEventListener('message', async (/** @type {MessageEvent<ToStoreWorker>} */ { data }) => {
  if (data.type === 'start') {
    opened = { run: data.run, store: await open(data.run) };
    follow(opened.store, data.frames);
  } else if (opened !== undefined) {
    if (data.type === 'viewport') await answer(opened.store, data);
    else await check(opened.store, opened.run);
  }
});
// Where nobody listens to a promise that fails, the page would wait for ever.
self.addEventListener('unhandledrejection', ({ reason }) => {
  self.reportError(reason);
});
