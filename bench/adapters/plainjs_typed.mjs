/** @import { BenchEvent, EventFilter, Mutation, Store } from '../types.js' */
import { histogramBySeeking, matches } from './plain_rows.mjs';
import { SlotOrder, Slots } from './slot_order.mjs';

/** What a batch does to one order: first rows leave their old places, then rows are put into their new ones. */
class Splice {
  /** @type {number[]} */
  gonePlaces = [];
  /** @type {Set<number>} */
  addedSlots = new Set();
  order;

  /** @param {SlotOrder} order */
  constructor(order) {
    this.order = order;
  }

  /** @param {number} slot @returns {boolean} Whether it was at a place before the batch, which it now leaves. */
  remove(slot) {
    if (this.addedSlots.delete(slot)) return false;
    const place = this.order.placeOf(slot);
    if (place >= 0) this.gonePlaces.push(place);
    return place >= 0;
  }
}

/**
 * Plain JavaScript at its best: rows in slots, their timestamps in a Float64Array, and the order of time as a Uint32Array of
 * slots that batches splice; the rows of a filter are kept in the same way.
 * @implements {Store}
 */
class TypedStore {
  #slots = new Slots();
  /** @type {Map<string, number>} */
  #slotById = new Map();
  /** @type {number[]} */
  #freeSlots = [];
  #all = new SlotOrder(this.#slots);
  #filtered = new SlotOrder(this.#slots);
  /** @type {EventFilter | undefined} */
  #filter;

  /** @param {Uint8Array} bytes */
  load(bytes) {
    /** @type {BenchEvent[]} */
    const rows = JSON.parse(new TextDecoder().decode(bytes));
    const slots = this.#slots;
    slots.rows = rows;
    slots.reserve(rows.length);
    const order = new Uint32Array(rows.length);
    let isSorted = true;
    let last = -Infinity;
    for (let slot = 0; slot < rows.length; slot++) {
      const { id, timestamp } = /** @type {BenchEvent} */ (rows[slot]);
      this.#slotById.set(id, slot);
      slots.timestamps[slot] = timestamp;
      order[slot] = slot;
      if (timestamp < last) isSorted = false;
      last = timestamp;
    }
    this.#all.assign(order, isSorted);
  }

  /** @param {string} frame */
  applyBatch(frame) {
    const slots = this.#slots;
    const filter = this.#filter;
    const all = new Splice(this.#all);
    const filtered = new Splice(this.#filtered);
    /** @type {Set<number>} Slots that have left their old places among the filtered rows. */
    const filteredGone = new Set();
    /** @type {Map<number, BenchEvent>} Rows as they were before the batch. */
    const before = new Map();
    /** @type {Map<number, number>} */
    const newTimestamps = new Map();
    /** @type {number[]} */
    const freed = [];

    /** @param {number} slot */
    const leaveFiltered = (slot) => {
      if (filter === undefined || filtered.addedSlots.delete(slot) || filteredGone.has(slot))
        return;
      if (!matches(filter, before.get(slot) ?? slots.row(slot))) return;
      if (filtered.remove(slot)) filteredGone.add(slot);
    };
    /** @param {number} slot */
    const enterFiltered = (slot) => {
      if (filter !== undefined && matches(filter, slots.row(slot))) filtered.addedSlots.add(slot);
    };

    for (const mutation of /** @type {Mutation[]} */ (JSON.parse(frame))) {
      if (mutation.op === 'insert') {
        const { event } = mutation;
        const slot = this.#freeSlots.pop() ?? slots.rows.length;
        slots.reserve(slot + 1);
        slots.rows[slot] = event;
        this.#slotById.set(event.id, slot);
        newTimestamps.set(slot, event.timestamp);
        all.addedSlots.add(slot);
        enterFiltered(slot);
        continue;
      }
      const slot = this.#slotById.get(mutation.id);
      if (slot === undefined) continue;
      leaveFiltered(slot);
      if (mutation.op === 'delete') {
        all.remove(slot);
        newTimestamps.delete(slot);
        this.#slotById.delete(mutation.id);
        freed.push(slot);
        continue;
      }
      const { set } = mutation;
      if (set.timestamp !== undefined) {
        if (!all.addedSlots.has(slot)) all.remove(slot);
        all.addedSlots.add(slot);
        newTimestamps.set(slot, set.timestamp);
      }
      const row = slots.row(slot);
      if (filter !== undefined && !before.has(slot)) before.set(slot, { ...row });
      Object.assign(row, set);
      enterFiltered(slot);
    }

    const splices = filter === undefined ? [all] : [all, filtered];
    for (const { order, gonePlaces } of splices) order.remove(gonePlaces);
    for (const [slot, timestamp] of newTimestamps) slots.timestamps[slot] = timestamp;
    for (const { order, addedSlots } of splices) order.insert([...addedSlots]);
    for (const slot of freed) slots.rows[slot] = undefined;
    this.#freeSlots.push(...freed);
  }

  count() {
    return this.#all.count;
  }

  /** @param {number} begin @param {number} rowCount */
  window(begin, rowCount) {
    return this.#all.rows(begin, rowCount);
  }

  /** @param {number} timestamp */
  seek(timestamp) {
    return this.#all.seek(timestamp);
  }

  /** @param {number} timestamp @param {number} rowCount */
  at(timestamp, rowCount) {
    return this.#all.rows(this.seek(timestamp), rowCount);
  }

  /** @param {EventFilter | undefined} filter */
  filter(filter) {
    this.#filter = filter;
    const matching = [];
    for (let place = 0; filter !== undefined && place < this.#all.count; place++) {
      const slot = this.#all.at(place);
      if (matches(filter, this.#slots.row(slot))) matching.push(slot);
    }
    this.#filtered.assign(matching, true);
  }

  filterCount() {
    return this.#filtered.count;
  }

  /** @param {number} begin @param {number} rowCount */
  filterWindow(begin, rowCount) {
    return this.#filtered.rows(begin, rowCount);
  }

  /** @param {number} begin @param {number} end @param {number} bucketCount @param {boolean} onFiltered */
  histogram(begin, end, bucketCount, onFiltered) {
    const order = onFiltered ? this.#filtered : this.#all;
    return histogramBySeeking((timestamp) => order.seek(timestamp), begin, end, bucketCount);
  }

  heapBytes() {
    return 0;
  }

  close() {
    // Nothing that the garbage collector does not find.
  }
}

/** @returns {Promise<Store>} */
export function createStore() {
  return Promise.resolve(new TypedStore());
}
