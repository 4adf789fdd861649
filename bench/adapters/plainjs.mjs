/** @import { BenchEvent, EventFilter, Mutation, Store } from '../types.js' */
import { histogramBySeeking, matches } from './plain_rows.mjs';

/** @typedef {BenchEvent & { arrival: number }} Row Rows of the same time are in the order of their arrival. */

/** @param {Row} a @param {Row} b */
function byTime(a, b) {
  return a.timestamp - b.timestamp || a.arrival - b.arrival;
}

/** @param {readonly Row[]} rows @param {number} timestamp The place of the first row at or after it. */
function seekIn(rows, timestamp) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (/** @type {Row} */ (rows[middle]).timestamp < timestamp) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Leaves out `gone` and merges the sorted `added` into sorted rows, in place, in one pass over what comes after `from`.
 * @param {Row[]} rows
 * @param {ReadonlySet<Row>} gone
 * @param {readonly Row[]} added
 * @param {number} from
 */
function merge(rows, gone, added, from) {
  let end = from;
  for (let i = from; i < rows.length; i++) {
    const row = /** @type {Row} */ (rows[i]);
    if (!gone.has(row)) rows[end++] = row;
  }
  rows.length = end;
  for (const row of added) rows.push(row);
  let kept = end - 1;
  let place = rows.length - 1;
  for (let i = added.length - 1; i >= 0; i--) {
    const row = /** @type {Row} */ (added[i]);
    while (kept >= 0 && byTime(/** @type {Row} */ (rows[kept]), row) > 0) {
      rows[place--] = /** @type {Row} */ (rows[kept--]);
    }
    rows[place--] = row;
  }
}

/**
 * What a good frontend engineer writes: a Map by id and an array of objects in the order of time, into which batches are
 * merged as sorted runs; the rows of a filter are kept in the same way.
 * @implements {Store}
 */
class PlainStore {
  /** @type {Map<string, Row>} */
  #byId = new Map();
  /** @type {Row[]} */
  #rows = [];
  /** @type {Row[]} */
  #filtered = [];
  /** @type {EventFilter | undefined} */
  #filter;
  #arrivals = 0;

  /** @param {Uint8Array} bytes */
  load(bytes) {
    this.#rows = JSON.parse(new TextDecoder().decode(bytes));
    for (const row of this.#rows) {
      row.arrival = this.#arrivals++;
      this.#byId.set(row.id, row);
    }
    this.#rows.sort(byTime);
  }

  /** @param {string} frame */
  applyBatch(frame) {
    /** @type {Set<Row>} */
    const gone = new Set();
    /** @type {Set<Row>} */
    const added = new Set();
    let earliest = Infinity;

    /** @param {Row} row */
    const remove = (row) => {
      if (added.delete(row)) return;
      gone.add(row);
      earliest = Math.min(earliest, row.timestamp);
    };
    /** @param {Row} row */
    const add = (row) => {
      this.#byId.set(row.id, row);
      added.add(row);
    };

    for (const mutation of /** @type {Mutation[]} */ (JSON.parse(frame))) {
      if (mutation.op === 'insert') {
        const row = /** @type {Row} */ (mutation.event);
        row.arrival = this.#arrivals++;
        add(row);
        continue;
      }
      const row = this.#byId.get(mutation.id);
      if (row === undefined) continue;
      if (mutation.op === 'delete') {
        remove(row);
        this.#byId.delete(mutation.id);
      } else if (mutation.set.timestamp === undefined && this.#filter === undefined) {
        Object.assign(row, mutation.set);
      } else {
        // Replaced, not changed, so that its old place can be found until the merge.
        remove(row);
        add({ ...row, ...mutation.set });
      }
    }

    const run = [...added].sort(byTime);
    earliest = Math.min(earliest, run[0]?.timestamp ?? Infinity);
    merge(this.#rows, gone, run, seekIn(this.#rows, earliest));
    const filter = this.#filter;
    if (filter === undefined) return;
    const matching = run.filter((row) => matches(filter, row));
    merge(this.#filtered, gone, matching, seekIn(this.#filtered, earliest));
  }

  count() {
    return this.#rows.length;
  }

  /** @param {number} begin @param {number} rowCount */
  window(begin, rowCount) {
    return this.#rows.slice(begin, begin + rowCount);
  }

  /** @param {number} timestamp */
  seek(timestamp) {
    return seekIn(this.#rows, timestamp);
  }

  /** @param {number} timestamp @param {number} rowCount */
  at(timestamp, rowCount) {
    return this.window(this.seek(timestamp), rowCount);
  }

  /** @param {EventFilter | undefined} filter */
  filter(filter) {
    this.#filter = filter;
    this.#filtered = filter ? this.#rows.filter((row) => matches(filter, row)) : [];
  }

  filterCount() {
    return this.#filtered.length;
  }

  /** @param {number} begin @param {number} rowCount */
  filterWindow(begin, rowCount) {
    return this.#filtered.slice(begin, begin + rowCount);
  }

  /** @param {number} begin @param {number} end @param {number} bucketCount @param {boolean} onFiltered */
  histogram(begin, end, bucketCount, onFiltered) {
    const rows = onFiltered ? this.#filtered : this.#rows;
    return histogramBySeeking((timestamp) => seekIn(rows, timestamp), begin, end, bucketCount);
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
  return Promise.resolve(new PlainStore());
}
