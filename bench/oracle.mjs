/** @import { BenchEvent, DatasetOptions } from './types.js' */
import { FILTER, generateEvents } from './data/events.mjs';
import { generateBatches } from './data/mutations.mjs';

/** @param {BenchEvent} a @param {BenchEvent} b The order of `(timestamp, id)`; ids are ASCII. */
function byKey(a, b) {
  return a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1);
}

/** What a store has to answer, from a plain Map of the generated events. */
export class Oracle {
  /** @type {readonly BenchEvent[]} In the order of `(timestamp, id)`. */
  rows;
  /** @type {readonly BenchEvent[]} Those that match the filter. */
  filtered;

  /**
   * @param {DatasetOptions} options
   * @param {number} batchCount Batches that have been applied.
   */
  constructor(options, batchCount) {
    /** @type {Map<string, BenchEvent>} */
    const events = new Map();
    for (const event of generateEvents(options.eventCount)) events.set(event.id, event);
    for (const batch of generateBatches({ ...options, batchCount }, [...events.keys()])) {
      for (const mutation of batch) {
        if (mutation.op === 'insert') events.set(mutation.event.id, mutation.event);
        else if (mutation.op === 'delete') events.delete(mutation.id);
        else Object.assign(events.get(mutation.id) ?? {}, mutation.set);
      }
    }
    this.rows = [...events.values()].sort(byKey);
    this.filtered = this.rows.filter(
      ({ source, message }) => source === FILTER.source && message.includes(FILTER.contains),
    );
  }

  /** @param {number} timestamp The place of the first row at or after it. */
  seek(timestamp) {
    const index = this.rows.findIndex((row) => row.timestamp >= timestamp);
    return index < 0 ? this.rows.length : index;
  }

  /**
   * @param {number} begin
   * @param {number} end
   * @param {number} bucketCount
   * @param {boolean} onFiltered
   */
  histogram(begin, end, bucketCount, onFiltered) {
    /** @type {number[]} */
    const counts = new Array(bucketCount).fill(0);
    for (const { timestamp } of onFiltered ? this.filtered : this.rows) {
      const bucket = Math.floor((timestamp - begin) / ((end - begin) / bucketCount));
      if (bucket in counts) counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return counts;
  }
}
