/** @import { BenchEvent } from '../types.js' */

/** Room that is left when an array grows, so that it seldom does. */
const GROWTH = 1.25;

/** Rows in slots: a slot's number stays with a row, and is used again after it. */
export class Slots {
  /** @type {(BenchEvent | undefined)[]} */
  rows = [];
  /** When a row was placed. May lag behind the row's own timestamp while a batch is applied. */
  timestamps = new Float64Array(0);

  /** @param {number} slot */
  row(slot) {
    return /** @type {BenchEvent} */ (this.rows[slot]);
  }

  /** @param {number} slot */
  timestamp(slot) {
    return /** @type {number} */ (this.timestamps[slot]);
  }

  /** @param {number} count Makes room for the timestamps of so many slots. */
  reserve(count) {
    if (count <= this.timestamps.length) return;
    const grown = new Float64Array(Math.ceil(count * GROWTH));
    grown.set(this.timestamps);
    this.timestamps = grown;
  }
}

/**
 * Slots in the order of time, in one typed array. A batch splices it by moving the memory between the places that change.
 */
export class SlotOrder {
  count = 0;
  #order = new Uint32Array(0);
  #slots;

  /** @param {Slots} slots */
  constructor(slots) {
    this.#slots = slots;
  }

  /** @param {ArrayLike<number>} slots @param {boolean} isSorted */
  assign(slots, isSorted) {
    this.count = 0;
    this.#reserve(slots.length);
    this.#order.set(slots);
    this.count = slots.length;
    if (isSorted) return;
    const all = this.#slots;
    this.#order
      .subarray(0, this.count)
      .sort((a, b) => all.timestamp(a) - all.timestamp(b) || a - b);
  }

  /** @param {number} place */
  at(place) {
    return /** @type {number} */ (this.#order[place]);
  }

  /**
   * The first place in `[0, end)` at or after a time.
   * @param {number} timestamp
   */
  seek(timestamp, end = this.count) {
    const { timestamps } = this.#slots;
    const order = this.#order;
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (/** @type {any} */ (timestamps)[order[middle] ?? 0] < timestamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} slot @returns {number} -1 where it is not in the order. */
  placeOf(slot) {
    const timestamp = this.#slots.timestamp(slot);
    for (let place = this.seek(timestamp); place < this.count; place++) {
      if (this.at(place) === slot) return place;
      if (this.#slots.timestamp(this.at(place)) !== timestamp) break;
    }
    return -1;
  }

  /** @param {number} begin @param {number} rowCount */
  rows(begin, rowCount) {
    const rows = [];
    const end = Math.min(this.count, begin + rowCount);
    for (let place = begin; place < end; place++) rows.push(this.#slots.row(this.at(place)));
    return rows;
  }

  /** @param {number[]} places Different ones, in any order. */
  remove(places) {
    if (places.length === 0) return;
    places.sort((a, b) => a - b);
    let end = /** @type {number} */ (places[0]);
    for (let i = 0; i < places.length; i++) {
      const begin = /** @type {number} */ (places[i]) + 1;
      const next = places[i + 1] ?? this.count;
      this.#order.copyWithin(end, begin, next);
      end += next - begin;
    }
    this.count = end;
  }

  /** @param {number[]} slots Not in the order yet; their timestamps are written. */
  insert(slots) {
    slots.sort((a, b) => this.#slots.timestamp(a) - this.#slots.timestamp(b));
    const count = this.count + slots.length;
    this.#reserve(count);
    let end = this.count;
    let target = count;
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = /** @type {number} */ (slots[i]);
      const place = this.seek(this.#slots.timestamp(slot) + 1, end); // behind those of the same millisecond
      target -= end - place;
      this.#order.copyWithin(target, place, end);
      this.#order[--target] = slot;
      end = place;
    }
    this.count = count;
  }

  /** @param {number} count */
  #reserve(count) {
    if (count <= this.#order.length) return;
    const grown = new Uint32Array(Math.ceil(count * GROWTH));
    grown.set(this.#order.subarray(0, this.count));
    this.#order = grown;
  }
}
