/** SQLite, its own WebAssembly build: a database in memory, with an index by time and a primary key on the id. */
import sqlite3InitModule from '@sqlite.org/sqlite-wasm';

const CREATE_TABLE = `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
  CREATE TABLE events(id TEXT PRIMARY KEY, timestamp INTEGER, source TEXT, type TEXT, actor TEXT, message TEXT, value REAL)`;

/** @implements {Store} */
class SqliteStore {
  #sqlite;
  #database;
  #statements;
  #where = '';

  constructor(sqlite, database) {
    this.#sqlite = sqlite;
    this.#database = database;
    database.exec(CREATE_TABLE);
    this.#statements = {
      insert: database.prepare('INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?)'),
      update: database.prepare('UPDATE events SET message = ?, value = ? WHERE id = ?'),
      move: database.prepare(
        'UPDATE events SET message = ?, value = ?, timestamp = ? WHERE id = ?',
      ),
      remove: database.prepare('DELETE FROM events WHERE id = ?'),
    };
  }

  load(bytes) {
    const events = JSON.parse(new TextDecoder().decode(bytes));
    this.#database.exec('BEGIN');
    for (const event of events) this.#insert(event);
    this.#database.exec('COMMIT; CREATE INDEX by_time ON events(timestamp)');
  }

  applyBatch(frame) {
    const { update, move, remove } = this.#statements;
    this.#database.exec('BEGIN');
    for (const { op, event, id, set } of JSON.parse(frame)) {
      if (op === 'insert') this.#insert(event);
      else if (op === 'delete') remove.bind([id]).stepReset();
      else if (set.timestamp === undefined) update.bind([set.message, set.value, id]).stepReset();
      else move.bind([set.message, set.value, set.timestamp, id]).stepReset();
    }
    this.#database.exec('COMMIT');
  }

  count() {
    return this.#database.selectValue('SELECT count(*) FROM events');
  }

  window(begin, rowCount) {
    return this.#rows('SELECT * FROM events ORDER BY timestamp LIMIT ? OFFSET ?', [
      rowCount,
      begin,
    ]);
  }

  seek(timestamp) {
    return this.#database.selectValue('SELECT count(*) FROM events WHERE timestamp < ?', [
      timestamp,
    ]);
  }

  at(timestamp, rowCount) {
    return this.#rows('SELECT * FROM events WHERE timestamp >= ? ORDER BY timestamp LIMIT ?', [
      timestamp,
      rowCount,
    ]);
  }

  filter(filter) {
    this.#where = filter
      ? `source = '${filter.source}' AND instr(message, '${filter.contains}')`
      : 'true';
  }

  filterCount() {
    return this.#database.selectValue(`SELECT count(*) FROM events WHERE ${this.#where}`);
  }

  filterWindow(begin, rowCount) {
    return this.#rows(
      `SELECT * FROM events WHERE ${this.#where} ORDER BY timestamp LIMIT ? OFFSET ?`,
      [rowCount, begin],
    );
  }

  histogram(begin, end, bucketCount, onFiltered) {
    const counts = new Array(bucketCount).fill(0);
    const groups = this.#rows(
      `SELECT CAST((timestamp - ${begin}) / ${(end - begin) / bucketCount} AS INTEGER) bucket, count(*) n FROM events
        WHERE timestamp >= ${begin} AND ${onFiltered ? this.#where : 'true'} GROUP BY bucket`,
    );
    for (const { bucket, n } of groups) if (bucket in counts) counts[bucket] = n;
    return counts;
  }

  heapBytes() {
    return this.#sqlite.wasm.heap8u().byteLength;
  }

  close() {
    this.#database.close();
  }

  #insert({ id, timestamp, source, type, actor, message, value }) {
    this.#statements.insert.bind([id, timestamp, source, type, actor, message, value]).stepReset();
  }

  #rows(sql, bind) {
    return this.#database.exec(sql, { bind, rowMode: 'object', returnValue: 'resultRows' });
  }
}

export async function createStore() {
  const silent = () => {};
  const sqlite = await sqlite3InitModule({ print: silent, printErr: silent });
  return new SqliteStore(sqlite, new sqlite.oo1.DB(':memory:'));
}
