/** @import { BenchEvent, EventFilter } from '../types.js' */

/**
 * Counts of rows in equal parts of `[begin, end)`, from the places where the parts begin.
 * @param {(timestamp: number) => number} seek
 * @param {number} begin
 * @param {number} end
 * @param {number} bucketCount
 */
export function histogramBySeeking(seek, begin, end, bucketCount) {
  const widthMs = (end - begin) / bucketCount;
  const counts = new Array(bucketCount);
  let low = seek(begin);
  for (let i = 0; i < bucketCount; i++) {
    const high = seek(begin + (i + 1) * widthMs);
    counts[i] = high - low;
    low = high;
  }
  return counts;
}

/** @param {EventFilter} filter @param {BenchEvent} event */
export function matches(filter, event) {
  return event.source === filter.source && event.message.includes(filter.contains);
}
