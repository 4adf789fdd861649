import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { ClassicLevel } from 'classic-level';
import type { Logger } from 'pino';

import type { TimelineSchema } from '../timeline_schema.js';
import { ArchiveError, type EventArchive } from '../writer/event_archive.js';
import { readAbout, writeAbout } from './about.js';
import { openingProblem, readingProblem, writingProblem } from './archive_problems.js';
import { checkLog } from './log_check.js';
import {
  type RecordName,
  aboutKey,
  idOf,
  jsonOf,
  keyOf,
  keyOfRecord,
  keysOfEvents,
  valueOf,
} from './stored_value.js';

type Database = ClassicLevel<Buffer, Buffer>;

/** Events that are read at a time: about 300 KB. */
const readCount = 1_000;

/** Milliseconds between two attempts to open a store again that failed: each may write a table first. */
const reopenMs = 1_000;

export interface LevelArchiveOptions {
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

interface StoredEvent {
  readonly id: string;
  readonly json: string;
}

/** What is told of a store beside its events, as JSON by name; `undefined` where nothing is any more. */
export type StoreRecords = ReadonlyMap<RecordName, string | undefined>;

/** Events in a folder of LevelDB, whole, by id, and what columns they have. */
export class LevelArchive implements EventArchive {
  readonly #folder: string;
  readonly #logger: LevelArchiveOptions['logger'];
  /** `undefined` after a failure, until it could be opened again. */
  #database: Database | undefined;
  #schema: TimelineSchema | undefined;
  #failure = new ArchiveError('the store is closed');
  #failedAtMs = 0;

  private constructor(folder: string, logger: LevelArchiveOptions['logger'], database: Database) {
    this.#folder = folder;
    this.#logger = logger;
    this.#database = database;
  }

  get folder(): string {
    return this.#folder;
  }

  /** The columns of the events; `undefined` in a new store, until `begin`. */
  get schema(): TimelineSchema | undefined {
    return this.#schema;
  }

  /**
   * Opens the store in `folder`, or makes one.
   *
   * @throws {ArchiveError} says what is in the way.
   */
  static async open(folder: string, { logger }: LevelArchiveOptions): Promise<LevelArchive> {
    const database = await openDatabase(folder, logger);
    const archive = new LevelArchive(folder, logger, database);
    try {
      archive.#schema = await readSchema(database, folder);
    } catch (error) {
      await database.close();
      throw error instanceof ArchiveError ? error : readingProblem(folder, error);
    }
    return archive;
  }

  /**
   * Says what columns the events have that are to come, in place of what was said before. REQUIRES: there are no events.
   *
   * @throws {ArchiveError} where that can't be stored.
   */
  async begin(schema: TimelineSchema, records: StoreRecords = new Map()): Promise<void> {
    const about = { type: 'put', key: aboutKey, value: writeAbout(schema) } as const;
    await this.#write([about, ...operationsOf(records, keyOfRecord)]);
    this.#schema = schema;
  }

  /** @throws {ArchiveError} where it can't be told. */
  async isEmpty(): Promise<boolean> {
    const [first] = await this.#read((database) =>
      database.keys({ ...keysOfEvents, limit: 1 }).all(),
    );
    return first === undefined;
  }

  /** What was told under this name. @throws {ArchiveError} where that can't be read. */
  async readRecord(name: RecordName): Promise<string | undefined> {
    const key = keyOfRecord(name);
    const value = await this.#read((database) => database.get(key));
    if (value === undefined) return undefined;
    const json = jsonOf(key, value);
    if (json !== undefined) return json;
    throw readingProblem(this.#folder, `the record "${name}" is not what was stored`);
  }

  async #read<Value>(read: (database: Database) => Promise<Value>): Promise<Value> {
    if (this.#database === undefined) throw this.#failure;
    try {
      return await read(this.#database);
    } catch (error) {
      throw readingProblem(this.#folder, error);
    }
  }

  /** Ids and JSON of the events, in no order of time. @throws {ArchiveError} where what was stored can't be read. */
  async *events(): AsyncGenerator<readonly StoredEvent[]> {
    const iterator = this.#database?.iterator({ ...keysOfEvents, fillCache: false });
    if (iterator === undefined) throw this.#failure;
    try {
      for (;;) {
        const entries = await iterator.nextv(readCount);
        if (entries.length === 0) return;
        yield entries.map(([key, value]) => this.#readEvent(key, value));
      }
    } catch (error) {
      throw error instanceof ArchiveError ? error : readingProblem(this.#folder, error);
    } finally {
      await iterator.close();
    }
  }

  #readEvent(key: Buffer, value: Buffer): StoredEvent {
    const [id, json] = [idOf(key), jsonOf(key, value)];
    if (json !== undefined) return { id, json };
    throw readingProblem(this.#folder, `event ${JSON.stringify(id)} is not what was stored`);
  }

  /** Stores `records` in one with the events: all of it is there afterwards, or nothing. */
  async commit(
    states: ReadonlyMap<string, string | undefined>,
    records: StoreRecords = new Map(),
  ): Promise<void> {
    await this.#write([...operationsOf(states, keyOf), ...operationsOf(records, keyOfRecord)]);
  }

  async #write(operations: Operation[]): Promise<void> {
    const database = this.#database ?? (await this.#reopen());
    try {
      await database.batch(operations, { sync: true });
    } catch (error) {
      // After a failed write its log can't be relied on: what is whole of it is read when it is opened again.
      this.#database = undefined;
      await database.close();
      throw this.#failed(writingProblem(this.#folder, error));
    }
  }

  async #reopen(): Promise<Database> {
    if (performance.now() - this.#failedAtMs < reopenMs) throw this.#failure;
    try {
      this.#database = await openDatabase(this.#folder, this.#logger);
    } catch (error) {
      throw this.#failed(
        error instanceof ArchiveError ? error : writingProblem(this.#folder, error),
      );
    }
    this.#logger.info({ folder: this.#folder }, 'events can be stored again');
    return this.#database;
  }

  #failed(failure: ArchiveError): ArchiveError {
    if (failure.message !== this.#failure.message) this.#logger.error(failure.message);
    this.#failure = failure;
    this.#failedAtMs = performance.now();
    return failure;
  }

  async close(): Promise<void> {
    await this.#database?.close();
    this.#database = undefined;
  }
}

async function openDatabase(
  folder: string,
  logger: LevelArchiveOptions['logger'],
): Promise<Database> {
  try {
    await mkdir(folder, { recursive: true });
    const cuts = await findCuts(folder);
    const encoding = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
    const database: Database = new ClassicLevel(folder, encoding);
    await database.open();
    // Opening has read the logs and made tables of them, without their torn ends.
    for (const cut of cuts) logger.warn(cut, 'the torn end of the log was cut off');
    return database;
  } catch (error) {
    throw error instanceof ArchiveError ? error : openingProblem(folder, error);
  }
}

interface Cut {
  readonly file: string;
  readonly atByte: number;
  readonly lostBytes: number;
}

/** The ends of logs that will be cut off. @throws {ArchiveError} where a log is damaged before its end. */
async function findCuts(folder: string): Promise<readonly Cut[]> {
  const cuts: Cut[] = [];
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (!name.endsWith('.log') || !(await stat(file)).isFile()) continue;
    const state = checkLog(await readFile(file));
    if (state.state === 'whole') continue;
    const { endByte, lostBytes } = state;
    if (state.state === 'damaged') {
      throw new ArchiveError(
        `the store in ${folder} is damaged: ${name} can't be read from byte ${endByte} on, though more follows. ` +
          `Restore the folder from a copy, or go on without the last ${lostBytes} bytes: truncate -s ${endByte} ${file}`,
      );
    }
    cuts.push({ file, atByte: endByte, lostBytes });
  }
  return cuts;
}

type Operation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer };

function operationsOf<Name extends string>(
  states: ReadonlyMap<Name, string | undefined>,
  keyOfName: (name: Name) => Buffer,
): Operation[] {
  return Array.from(states, ([name, json]) => {
    const key = keyOfName(name);
    return json === undefined
      ? { type: 'del', key }
      : { type: 'put', key, value: valueOf(key, json) };
  });
}

/** The columns of the events; `undefined` where the database is new. @throws {ArchiveError} */
async function readSchema(database: Database, folder: string): Promise<TimelineSchema | undefined> {
  const about = await database.get(aboutKey);
  if (about !== undefined) return readAbout(about, folder, basename(resolve(folder)));
  const [something] = await database.keys({ limit: 1 }).all();
  if (something === undefined) return undefined;
  throw new ArchiveError(`${folder} holds a database of something else. Choose another folder`);
}
