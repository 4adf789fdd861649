/**
 * Perspective: a C++ engine in WebAssembly. Here in this process; in a page it sits in a worker behind the same messages.
 */
import { watchWasmMemories } from './wasm_memories.mjs';

const SCHEMA = {
  id: 'string',
  timestamp: 'datetime',
  source: 'string',
  type: 'string',
  actor: 'string',
  message: 'string',
  value: 'float',
};
const TIMESTAMP_COLUMN = Object.keys(SCHEMA).indexOf('timestamp');
const SORT = [['timestamp', 'asc']];
/** Rows that are handed over at once, as columns: smaller in memory than the whole text. */
const LOAD_ROWS = 50_000;

/** @implements {Store} */
class PerspectiveStore {
  heapBytes;
  #table;
  #view;
  #filter;
  #filteredView;

  constructor(table, heapBytes) {
    this.#table = table;
    this.heapBytes = heapBytes;
  }

  async load(bytes) {
    const events = JSON.parse(new TextDecoder().decode(bytes));
    for (let begin = 0; begin < events.length; begin += LOAD_ROWS) {
      const part = events.slice(begin, begin + LOAD_ROWS);
      await this.#table.update(
        Object.fromEntries(
          Object.keys(SCHEMA).map((name) => [name, part.map((event) => event[name])]),
        ),
      );
    }
    this.#view = await this.#table.view({ sort: SORT });
    await this.count();
  }

  /** One upsert, in which absent fields stay as they are, and one removal: deletes end a row, so the meaning is kept. */
  async applyBatch(frame) {
    const upserts = [];
    const deletes = [];
    for (const { op, event, id, set } of JSON.parse(frame)) {
      if (op === 'insert') upserts.push(event);
      else if (op === 'update') upserts.push({ ...set, id });
      else deletes.push(id);
    }
    await Promise.all([
      upserts.length > 0 && this.#table.update(upserts),
      deletes.length > 0 && this.#table.remove(deletes),
    ]);
  }

  count() {
    return this.#view.num_rows();
  }

  window(begin, rowCount) {
    return this.#view.to_json({ start_row: begin, end_row: begin + rowCount });
  }

  /** A view can't look up a value: a binary search over reads of one cell. */
  async seek(timestamp) {
    let low = 0;
    let high = await this.count();
    while (low < high) {
      const middle = (low + high) >>> 1;
      const cell = await this.#view.to_columns({
        start_row: middle,
        end_row: middle + 1,
        start_col: TIMESTAMP_COLUMN,
        end_col: TIMESTAMP_COLUMN + 1,
      });
      if (cell.timestamp[0] < timestamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  async at(timestamp, rowCount) {
    return this.window(await this.seek(timestamp), rowCount);
  }

  async filter(filter) {
    await this.#filteredView?.delete();
    this.#filter = filter && [
      ['source', '==', filter.source],
      ['message', 'contains', filter.contains],
    ];
    this.#filteredView =
      this.#filter && (await this.#table.view({ sort: SORT, filter: this.#filter }));
  }

  filterCount() {
    return this.#filteredView.num_rows();
  }

  filterWindow(begin, rowCount) {
    return this.#filteredView.to_json({ start_row: begin, end_row: begin + rowCount });
  }

  async histogram(begin, end, bucketCount, onFiltered) {
    const widthMs = (end - begin) / bucketCount;
    const view = await this.#table.view({
      group_by: ['bucket'],
      columns: ['value'],
      aggregates: { value: 'count' },
      expressions: { bucket: `floor((float("timestamp") - ${begin}) / ${widthMs})` },
      filter: onFiltered ? this.#filter : [],
    });
    const { __ROW_PATH__: paths, value: groupCounts } = await view.to_columns();
    await view.delete();
    const counts = new Array(bucketCount).fill(0);
    paths.forEach(([bucket], i) => {
      if (bucket in counts) counts[bucket] = groupCounts[i];
    });
    return counts;
  }

  close() {
    // The process ends.
  }
}

export async function createStore() {
  const { result, heapBytes } = await watchWasmMemories(async () => {
    const { default: perspective } = await import('@perspective-dev/client');
    return perspective.table(SCHEMA, { index: 'id' });
  });
  return new PerspectiveStore(result, heapBytes);
}
