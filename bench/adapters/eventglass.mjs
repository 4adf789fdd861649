/** @import { Engine, Schema, View } from 'eventglass' */
/** @import { BenchEvent, EventFilter, Store, StoreOptions } from '../types.js' */
import { createEngine } from 'eventglass';
import { EPOCH } from '../data/frames.mjs';

/** @type {Schema} */
const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'type', type: 'dictionary' },
  { name: 'actor', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: 'value', type: 'number' },
];
const CURSOR = { epoch: EPOCH, seq: 0 };
const EVERYTHING = { begin: undefined, end: undefined };
/** What a network delivers at once, more or less. */
const PIECE_BYTES = 256 * 1024;

/** @param {{ readonly status: string }} report */
function requireApplied(report) {
  if (report.status !== 'applied') throw new Error(JSON.stringify(report));
}

/** @implements {Store} */
class EventglassStore {
  #engine;
  /** @type {View | undefined} */
  #view;

  /** @param {Engine} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /** @param {Uint8Array} bytes */
  load(bytes) {
    const page = this.#openPage();
    for (let begin = 0; begin < bytes.length; begin += PIECE_BYTES) {
      requireApplied(page.write(bytes.subarray(begin, begin + PIECE_BYTES)));
    }
    requireApplied(page.end());
  }

  /** @param {AsyncIterable<Uint8Array>} pieces */
  async loadPieces(pieces) {
    const page = this.#openPage();
    for await (const piece of pieces) requireApplied(page.write(piece));
    requireApplied(page.end());
  }

  /** @param {string} frame */
  applyBatch(frame) {
    requireApplied(this.#engine.applyFeed(frame));
  }

  count() {
    return this.#engine.rowCount;
  }

  /** @param {number} begin @param {number} rowCount */
  window(begin, rowCount) {
    return toEvents(this.#engine.readRows({ begin, end: begin + rowCount }));
  }

  /** @param {number} begin @param {number} rowCount */
  block(begin, rowCount) {
    return this.#engine.readRows({ begin, end: begin + rowCount }).buffer;
  }

  /** @param {number} timestamp */
  seek(timestamp) {
    return this.#engine.rank({ timestamp, id: '' });
  }

  /** @param {number} timestamp @param {number} rowCount */
  at(timestamp, rowCount) {
    return this.window(this.seek(timestamp), rowCount);
  }

  /** @param {EventFilter | undefined} filter */
  filter(filter) {
    this.#view?.delete();
    this.#view =
      filter &&
      this.#engine.openView({ filter: `source:"${filter.source}" message:"${filter.contains}"` });
  }

  filterCount() {
    return this.#openedView().rowCount;
  }

  /** @param {number} begin @param {number} rowCount */
  filterWindow(begin, rowCount) {
    return toEvents(this.#openedView().readRows({ begin, end: begin + rowCount }));
  }

  /** @param {number} begin @param {number} end @param {number} buckets @param {boolean} onFiltered */
  histogram(begin, end, buckets, onFiltered) {
    const rows = onFiltered ? this.#openedView() : this.#engine;
    return rows.density({ begin, end, buckets });
  }

  heapBytes() {
    return this.#engine.heapBytes;
  }

  close() {
    this.#view?.delete();
    this.#engine.delete();
  }

  #openPage() {
    return this.#engine.openPage({ cursor: CURSOR, covered: EVERYTHING });
  }

  #openedView() {
    if (this.#view === undefined) throw new Error('no filter is set');
    return this.#view;
  }
}

/** @param {{ events(): unknown[] }} block Events of the schema above, of which none lacks a field. */
function toEvents(block) {
  return /** @type {BenchEvent[]} */ (block.events());
}

/** @param {StoreOptions} options @returns {Promise<Store>} */
export async function createStore({ capacityRows }) {
  return new EventglassStore(await createEngine({ schema, capacityRows, sourceCursor: CURSOR }));
}
