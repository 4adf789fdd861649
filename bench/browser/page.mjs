/** The main thread of the benchmark page: reads a viewport at moving places while mutations stream in. */
/** @import { FromFeedWorker, FromStoreWorker, PageFigures, PageRun, ToFeedWorker, ToStoreWorker } from './messages.js' */
import { createRandom, randomBelow } from '../data/random.mjs';
import { summarize } from '../latency.mjs';
import { sharedNowMs } from './clock.mjs';

/** Rows on screen and some beside it. */
const VIEWPORT_ROWS = 80;
/** Between an answer and the next request: never in step with the feed. */
const PAUSE_MS = { least: 2, most: 8 };
/** How far a reader scrolls between two requests, and how often the scrollbar is dragged elsewhere instead. */
const SCROLL_ROWS = 200;
const JUMP_SHARE = 0.1;

/**
 * A worker that is spoken to in messages. What it throws rejects whatever is being waited for.
 * @template {{ readonly type: string }} To
 * @template {{ readonly type: string }} From
 */
class Partner {
  #worker;
  /** @type {Map<string, (message: any) => void>} */
  #waiting = new Map();
  /** @type {Promise<never>} */
  #failure;

  /** @param {string} url */
  constructor(url) {
    this.#worker = new Worker(url, { type: 'module' });
    this.#worker.addEventListener('message', ({ data }) => {
      this.#waiting.get(data.type)?.(data);
      this.#waiting.delete(data.type);
    });
    this.#failure = new Promise((_, reject) => {
      this.#worker.addEventListener('error', (event) =>
        reject(new Error(`${url}: ${event.message}`)),
      );
    });
    this.#failure.catch(() => {}); // it is heard of by who waits
  }

  /** @param {To} message @param {Transferable[]} [transfer] */
  post(message, transfer = []) {
    this.#worker.postMessage(message, transfer);
  }

  /**
   * The next message of a type.
   * @template {From['type']} T
   * @param {T} type
   * @returns {Promise<Extract<From, { readonly type: T }>>}
   */
  next(type) {
    const message = new Promise((resolve) => this.#waiting.set(type, resolve));
    return Promise.race([/** @type {Promise<any>} */ (message), this.#failure]);
  }

  end() {
    this.#worker.terminate();
  }
}

/** Where a reader is, who scrolls a little or jumps. */
class Reader {
  #random = createRandom(5);
  #place = 0;

  /** @param {number} rowCount @returns {number} The first row to read. */
  move(rowCount) {
    const last = Math.max(0, rowCount - VIEWPORT_ROWS);
    this.#place =
      this.#random() < JUMP_SHARE
        ? randomBelow(this.#random, last)
        : this.#place + randomBelow(this.#random, 2 * SCROLL_ROWS) - SCROLL_ROWS;
    this.#place = Math.min(Math.max(this.#place, 0), last);
    return this.#place;
  }

  pause() {
    const ms = PAUSE_MS.least + this.#random() * (PAUSE_MS.most - PAUSE_MS.least);
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/**
 * Reads viewports until the feed has ended.
 * @param {Partner<ToStoreWorker, FromStoreWorker>} store
 * @param {Promise<unknown>} fed
 * @param {number} eventCount
 */
async function readViewports(store, fed, eventCount) {
  const reader = new Reader();
  /** @type {number[]} */
  const readMs = [];
  /** @type {number[]} */
  const answerMs = [];
  /** @type {number[]} */
  const roundTripMs = [];
  let rowCount = eventCount;
  let isFed = false;
  void fed.then(
    () => (isFed = true),
    () => (isFed = true),
  );
  while (!isFed) {
    await reader.pause();
    const sentMs = sharedNowMs();
    const begin = reader.move(rowCount);
    store.post({ type: 'viewport', begin, rowCount: VIEWPORT_ROWS, sentMs });
    const rows = await store.next('rows');
    roundTripMs.push(sharedNowMs() - sentMs);
    readMs.push(rows.readMs);
    answerMs.push(rows.answerMs);
    rowCount = rows.count;
  }
  return {
    read: summarize(readMs),
    answer: summarize(answerMs),
    roundTrip: summarize(roundTripMs),
  };
}

/** @param {PageRun} run @returns {Promise<PageFigures>} */
async function runBenchmark(run) {
  /** @type {Partner<ToStoreWorker, FromStoreWorker>} */
  const store = new Partner('/store_worker.js');
  /** @type {Partner<ToFeedWorker, FromFeedWorker>} */
  const feed = new Partner('/feed_worker.js');
  feed.post({ type: 'fetch', framesUrl: run.framesUrl });
  await feed.next('fetched');
  const { port1, port2 } = new MessageChannel();
  store.post({ type: 'start', run, frames: port1 }, [port1]);
  const { instantiateMs, loadMs } = await store.next('loaded');

  const startedMs = performance.now();
  const fed = store.next('fed');
  feed.post({ type: 'send', port: port2, tickMs: run.tickMs }, [port2]);
  const latencies = await readViewports(store, fed, run.dataset.eventCount);
  const { batch, heapBytes } = await fed;
  const seconds = (performance.now() - startedMs) / 1_000;

  store.post({ type: 'check' });
  const { verdict } = await store.next('checked');
  store.end();
  feed.end();
  const mutationsPerSecond = (batch.count * run.dataset.batchSize) / seconds;
  return { instantiateMs, loadMs, ...latencies, batch, mutationsPerSecond, heapBytes, verdict };
}

Object.assign(window, { runBenchmark });
