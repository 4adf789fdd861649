/**
 * TanStack DB: a collection that is synced, with a B-tree index by time, and a live query in the order of time whose window
 * moves.
 */
import {
  and,
  BTreeIndex,
  configureIndexDevMode,
  createCollection,
  createLiveQueryCollection,
  eq,
  gte,
  like,
} from '@tanstack/db';

const FIRST_WINDOW_ROWS = 50;

let liveQueryCount = 0;

/** A live query as a mounted component holds it: one that nobody observes is collected after a while. */
async function openLiveQuery(query) {
  const live = createLiveQueryCollection({
    id: `live-${liveQueryCount++}`,
    query,
    startSync: true,
  });
  await live.preload();
  live.subscribeChanges(() => {});
  return live;
}

/** @implements {Store} */
class TanstackStore {
  #sync;
  #events;
  #index;
  #live;
  #filtered;

  constructor() {
    this.#events = createCollection({
      id: 'events',
      getKey: ({ id }) => id,
      startSync: true,
      sync: { sync: (sync) => void (this.#sync = sync) },
    });
  }

  async load(bytes) {
    const events = JSON.parse(new TextDecoder().decode(bytes));
    this.#index = this.#events.createIndex(({ timestamp }) => timestamp, {
      indexType: BTreeIndex,
    });
    this.#sync.begin();
    for (const value of events) this.#sync.write({ type: 'insert', value });
    this.#sync.commit();
    this.#sync.markReady();
    this.#live = await openLiveQuery((query) =>
      query
        .from({ events: this.#events })
        .orderBy(({ events: row }) => row.timestamp, 'asc')
        .limit(FIRST_WINDOW_ROWS)
        .offset(0),
    );
  }

  /** As an adapter for synchronisation does: whole rows out of partial updates. */
  applyBatch(frame) {
    const rows = new Map();
    this.#sync.begin();
    for (const { op, event, id, set } of JSON.parse(frame)) {
      if (op === 'insert') {
        rows.set(event.id, event);
        this.#sync.write({ type: 'insert', value: event });
        continue;
      }
      const old = rows.get(id) ?? this.#events.get(id);
      if (!old) continue;
      if (op === 'delete') {
        rows.delete(id);
        this.#sync.write({ type: 'delete', value: old });
      } else {
        const value = { ...old, ...set };
        rows.set(id, value);
        this.#sync.write({ type: 'update', value });
      }
    }
    this.#sync.commit();
  }

  count() {
    return this.#events.size;
  }

  async window(begin, rowCount) {
    const moved = this.#live.utils.setWindow({ offset: begin, limit: rowCount });
    if (moved !== true) await moved;
    return this.#live.toArray;
  }

  seek(timestamp) {
    return this.#index.rangeQuery({ to: timestamp, toInclusive: false }).size;
  }

  async at(timestamp, rowCount) {
    const live = await openLiveQuery((query) =>
      query
        .from({ events: this.#events })
        .where(({ events: row }) => gte(row.timestamp, timestamp))
        .orderBy(({ events: row }) => row.timestamp, 'asc')
        .limit(rowCount),
    );
    const rows = live.toArray;
    await live.cleanup();
    return rows;
  }

  async filter(filter) {
    await this.#filtered?.cleanup();
    this.#filtered =
      filter &&
      (await openLiveQuery((query) =>
        query
          .from({ events: this.#events })
          .where(({ events: row }) =>
            and(eq(row.source, filter.source), like(row.message, `%${filter.contains}%`)),
          )
          .orderBy(({ events: row }) => row.timestamp, 'asc'),
      ));
  }

  filterCount() {
    return this.#filtered.size;
  }

  filterWindow(begin, rowCount) {
    return this.#filtered.toArray.slice(begin, begin + rowCount);
  }

  histogram(begin, end, bucketCount, onFiltered) {
    const counts = new Array(bucketCount).fill(0);
    const widthMs = (end - begin) / bucketCount;
    for (const { timestamp } of (onFiltered ? this.#filtered : this.#events).values()) {
      const bucket = Math.floor((timestamp - begin) / widthMs);
      if (bucket in counts) counts[bucket]++;
    }
    return counts;
  }

  heapBytes() {
    return 0;
  }

  close() {
    // The process ends.
  }
}

export function createStore() {
  configureIndexDevMode({ enabled: false });
  return Promise.resolve(new TanstackStore());
}
