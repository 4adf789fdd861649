import type { RowReader } from 'eventglass';

import { largestTimestampMs } from '../store/bounds.js';
import type { EventStore } from '../store/event_store.js';
import type { SourceDensity, TimeBuckets } from './event_source.js';

/** Events of `rows`, a view of `store`, over time. */
export function countDensity(
  store: EventStore,
  rows: RowReader,
  { start, stop, buckets }: TimeBuckets,
): SourceDensity {
  const all = store.rows;
  const isEmpty = all.rowCount === 0;
  const begin = start ?? (isEmpty ? 0 : all.keyAt(0).timestamp);
  const last = isEmpty ? begin : all.keyAt(all.rowCount - 1).timestamp;
  const end = Math.max(stop ?? Math.min(last + 1, largestTimestampMs), begin);
  return {
    cursor: store.cursor,
    totalCount: all.rowCount,
    matchCount: rows.rowCount,
    start: begin,
    stop: end,
    before: rows.rank({ timestamp: begin, id: '' }),
    counts: rows.density({ begin, end, buckets }),
  };
}
