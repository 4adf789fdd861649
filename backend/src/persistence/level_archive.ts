import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { ClassicLevel } from 'classic-level';
import type { Schema } from 'eventglass';
import type { Logger } from 'pino';

import { ArchiveError, type EventArchive } from '../writer/event_archive.js';
import { openingProblem, readingProblem, writingProblem } from './archive_problems.js';
import { checkLog } from './log_check.js';
import { idOf, jsonOf, keyOf, keysOfEvents, valueOf } from './stored_value.js';

type Database = ClassicLevel<Buffer, Buffer>;

/** Raised with every change of what is in the store. */
const formatVersion = 1;

const aboutKey = Buffer.from('about');

/** Events that are read at a time: about 300 KB. */
const readCount = 1_000;

/** Milliseconds between two attempts to open a store again that failed: each may write a table first. */
const reopenMs = 1_000;

export interface LevelArchiveOptions {
  readonly schema: Schema;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

interface StoredEvent {
  readonly id: string;
  readonly json: string;
}

/** Events in a folder of LevelDB, whole, by id. */
export class LevelArchive implements EventArchive {
  readonly #folder: string;
  readonly #logger: LevelArchiveOptions['logger'];
  /** `undefined` after a failure, until it could be opened again. */
  #database: Database | undefined;
  #failure = new ArchiveError('the store is closed');
  #failedAtMs = 0;

  private constructor(folder: string, logger: LevelArchiveOptions['logger'], database: Database) {
    this.#folder = folder;
    this.#logger = logger;
    this.#database = database;
  }

  /**
   * Opens the store in `folder`, or makes one.
   *
   * @throws {ArchiveError} says what is in the way.
   */
  static async open(
    folder: string,
    { schema, logger }: LevelArchiveOptions,
  ): Promise<LevelArchive> {
    const database = await openDatabase(folder, logger);
    try {
      await checkContents(database, folder, schema);
    } catch (error) {
      await database.close();
      throw error instanceof ArchiveError ? error : readingProblem(folder, error);
    }
    return new LevelArchive(folder, logger, database);
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

  async commit(states: ReadonlyMap<string, string | undefined>): Promise<void> {
    const database = this.#database ?? (await this.#reopen());
    const operations = Array.from(states, ([id, json]) => {
      const key = keyOf(id);
      return json === undefined
        ? ({ type: 'del', key } as const)
        : ({ type: 'put', key, value: valueOf(key, json) } as const);
    });
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

/** What the store says about itself. */
interface About {
  readonly format: number;
  readonly schema: Schema;
}

/** @throws {ArchiveError} where the store is of another schema or program. */
async function checkContents(database: Database, folder: string, schema: Schema): Promise<void> {
  const stored = await database.get(aboutKey);
  if (stored === undefined) {
    const [something] = await database.keys({ limit: 1 }).all();
    if (something !== undefined) {
      throw new ArchiveError(`${folder} holds a database of something else. Choose another folder`);
    }
    const about: About = { format: formatVersion, schema };
    const operation = {
      type: 'put',
      key: aboutKey,
      value: Buffer.from(JSON.stringify(about)),
    } as const;
    await database.batch([operation], { sync: true });
    return;
  }
  const about = JSON.parse(stored.toString()) as About;
  if (about.format !== formatVersion) {
    throw new ArchiveError(
      `the store in ${folder} has format ${about.format}, and this program reads ${formatVersion}. Choose another folder`,
    );
  }
  const [theirs, ours] = [columnsOf(about.schema), columnsOf(schema)];
  if (theirs === ours) return;
  throw new ArchiveError(
    `the store in ${folder} was written with other columns: ${theirs}. These are wanted: ${ours}. ` +
      'Choose another folder, or the columns that it was written with',
  );
}

function columnsOf(schema: Schema): string {
  return schema.map(({ name, type }) => `${name} (${type})`).join(', ');
}
