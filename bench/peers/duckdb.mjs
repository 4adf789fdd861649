/**
 * DuckDB-Wasm, the blocking build for Node. Its JSON reader is an extension that is fetched when it is used, so events are
 * decoded here and handed over as Arrow.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Dictionary, Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';

const require = createRequire(import.meta.url);

const dictionary = () => new Dictionary(new Utf8(), new Int32());
const COLUMN_TYPES = {
  id: () => new Utf8(),
  timestamp: () => new Float64(),
  source: dictionary,
  type: dictionary,
  actor: dictionary,
  message: () => new Utf8(),
  value: () => new Float64(),
};
const COLUMNS = Object.keys(COLUMN_TYPES);
const CREATE_TABLE = `CREATE TABLE events(id VARCHAR, timestamp DOUBLE, source VARCHAR, type VARCHAR, actor VARCHAR,
  message VARCHAR, value DOUBLE)`;
const UPDATE = `UPDATE events SET message = changes.message, value = changes.value,
  timestamp = coalesce(changes.timestamp, events.timestamp) FROM changes WHERE events.id = changes.id`;
/** Rows in one Arrow stream. */
const LOAD_ROWS = 100_000;

function toArrow(rows, columns) {
  const vectors = columns.map((name) => [
    name,
    vectorFromArray(
      rows.map((row) => row[name] ?? null),
      COLUMN_TYPES[name](),
    ),
  ]);
  return tableToIPC(new Table(Object.fromEntries(vectors)), 'stream');
}

/** Joins the mutations of each event, so that a batch is three statements. */
function joinMutations(mutations) {
  const inserts = new Map();
  const updates = new Map();
  const deletes = [];
  for (const { op, event, id, set } of mutations) {
    if (op === 'insert') inserts.set(event.id, event);
    else if (op === 'update') {
      const pending = inserts.get(id) ?? updates.get(id);
      if (pending) Object.assign(pending, set);
      else updates.set(id, { ...set, id });
    } else {
      updates.delete(id);
      if (!inserts.delete(id)) deletes.push({ id });
    }
  }
  return { inserts: [...inserts.values()], updates: [...updates.values()], deletes };
}

/** @implements {Store} */
class DuckdbStore {
  #bindings;
  #connection;
  #where = '';

  constructor(bindings) {
    this.#bindings = bindings;
    this.#connection = bindings.connect();
    this.#query('SET autoload_known_extensions=false');
    this.#query(CREATE_TABLE);
  }

  load(bytes) {
    const events = JSON.parse(new TextDecoder().decode(bytes));
    for (let begin = 0; begin < events.length; begin += LOAD_ROWS) {
      this.#insert('events', events.slice(begin, begin + LOAD_ROWS), COLUMNS, false);
    }
    this.count();
  }

  applyBatch(frame) {
    const { inserts, updates, deletes } = joinMutations(JSON.parse(frame));
    this.#query('BEGIN');
    if (updates.length > 0) {
      this.#insert('changes', updates, ['id', 'message', 'value', 'timestamp'], true);
      this.#query(UPDATE);
      this.#query('DROP TABLE changes');
    }
    if (deletes.length > 0) {
      this.#insert('gone', deletes, ['id'], true);
      this.#query('DELETE FROM events WHERE id IN (SELECT id FROM gone)');
      this.#query('DROP TABLE gone');
    }
    if (inserts.length > 0) this.#insert('events', inserts, COLUMNS, false);
    this.#query('COMMIT');
  }

  count() {
    return this.#number('SELECT count(*) AS n FROM events');
  }

  window(begin, rowCount) {
    return this.#rows(`SELECT * FROM events ORDER BY timestamp LIMIT ${rowCount} OFFSET ${begin}`);
  }

  seek(timestamp) {
    return this.#number(`SELECT count(*) AS n FROM events WHERE timestamp < ${timestamp}`);
  }

  at(timestamp, rowCount) {
    return this.#rows(
      `SELECT * FROM events WHERE timestamp >= ${timestamp} ORDER BY timestamp LIMIT ${rowCount}`,
    );
  }

  filter(filter) {
    this.#where = filter
      ? `WHERE source = '${filter.source}' AND contains(message, '${filter.contains}')`
      : '';
  }

  filterCount() {
    return this.#number(`SELECT count(*) AS n FROM events ${this.#where}`);
  }

  filterWindow(begin, rowCount) {
    return this.#rows(
      `SELECT * FROM events ${this.#where} ORDER BY timestamp LIMIT ${rowCount} OFFSET ${begin}`,
    );
  }

  histogram(begin, end, bucketCount, onFiltered) {
    const counts = new Array(bucketCount).fill(0);
    const groups = this.#rows(
      `SELECT CAST(floor((timestamp - ${begin}) / ${(end - begin) / bucketCount}) AS INTEGER) AS bucket,
        CAST(count(*) AS DOUBLE) AS n FROM events ${onFiltered ? this.#where : ''} GROUP BY bucket`,
    );
    for (const { bucket, n } of groups) if (bucket in counts) counts[bucket] = n;
    return counts;
  }

  heapBytes() {
    return this.#bindings.mod.HEAPU8.buffer.byteLength;
  }

  close() {
    this.#connection.close();
  }

  #query(sql) {
    return this.#connection.query(sql);
  }

  #rows(sql) {
    return this.#query(sql)
      .toArray()
      .map((row) => row.toJSON());
  }

  #number(sql) {
    return Number(this.#query(sql).get(0).n);
  }

  #insert(name, rows, columns, create) {
    const arrow = toArrow(rows, columns);
    this.#connection.insertArrowFromIPCStream(arrow, { name, schema: 'main', create });
  }
}

export async function createStore() {
  const duckdb = require('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs');
  const folder = dirname(require.resolve('@duckdb/duckdb-wasm'));
  const bundle = (name) => ({ mainModule: join(folder, name), mainWorker: '' });
  const bindings = await duckdb.createDuckDB(
    { mvp: bundle('duckdb-mvp.wasm'), eh: bundle('duckdb-eh.wasm') },
    new duckdb.VoidLogger(),
    duckdb.NODE_RUNTIME,
  );
  await bindings.instantiate(() => {});
  bindings.open({ path: ':memory:' });
  return new DuckdbStore(bindings);
}
