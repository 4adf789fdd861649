import { basename, extname, resolve } from 'node:path';

import { demoSchema } from '../event_schema.js';
import { DataFileError } from '../import/faults.js';
import type { OwnTimelineOptions } from '../import/own_timeline.js';
import { type SchemaFile, readSchemaFile } from '../import/schema_file.js';
import { LevelArchive } from '../persistence/level_archive.js';
import { loadEvents } from '../persistence/load_events.js';
import type { EventStore } from '../store/event_store.js';
import type { TimelineSchema } from '../timeline_schema.js';
import { ArchiveError } from '../writer/event_archive.js';
import { beginFirstLoad, chooseLoad } from './choose_load.js';
import { type StoredLoad, noLoad, readLoad } from './file_load.js';
import { finishLoad } from './finish_load.js';
import { schemaConflicts, schemaOfFile } from './store_schema.js';

/** What a backend is started with beside the folder of its store. */
export interface StoreFiles {
  /** A file whose events the store is to have. */
  readonly data: string | undefined;
  /** What its columns are. */
  readonly schema: string | undefined;
  /** Goes on without the rest of a file whose load was interrupted. */
  readonly abandonsLoad: boolean;
}

/** The events of a store as the timeline of a backend. */
export interface StoredTimeline {
  readonly schema: TimelineSchema;
  readonly archive: LevelArchive;
  /** Puts the events into a store of this schema, and loads what is still to come of a file. */
  fill(store: EventStore): Promise<void>;
}

/**
 * Opens the store in `folder`, or makes one, and decides what becomes of the files.
 *
 * @throws {ArchiveError} @throws {DataFileError} where that can't be; nothing that is stored was changed then.
 */
export async function openStoredTimeline(
  folder: string,
  files: StoreFiles,
  options: OwnTimelineOptions,
): Promise<StoredTimeline> {
  const archive = await LevelArchive.open(folder, options);
  try {
    const load = await new Opening(archive, files, options).open();
    const { schema } = archive;
    if (schema === undefined) throw new ArchiveError(`the store in ${folder} has no columns`);
    return { schema, archive, fill: (store) => fill(archive, load, store, options) };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

async function fill(
  archive: LevelArchive,
  load: StoredLoad | undefined,
  store: EventStore,
  options: OwnTimelineOptions,
): Promise<void> {
  // Of a file that is loaded for the first time nothing is there yet.
  if (load?.state.rowCount !== 0) await loadEvents(archive, store, options);
  if (load !== undefined) await finishLoad(archive, load, store, options);
  const count = store.rowCount.toLocaleString('en-US');
  options.tell(`The store in ${resolve(archive.folder)} has ${count} events.`);
}

/** A schema file, and what it says. */
interface WantedSchema {
  readonly path: string;
  readonly wish: SchemaFile;
}

async function readWanted(path: string): Promise<WantedSchema> {
  return { path, wish: await readSchemaFile(path) };
}

/** The columns of events that no file has. @throws {DataFileError} where the schema file names none. */
function schemaOfEmpty({ path, wish }: WantedSchema): TimelineSchema {
  const schema = schemaOfFile(wish, basename(path, extname(path)));
  if (schema !== undefined) return schema;
  throw new DataFileError(
    `${path}: columns: expected names and types, since there is no file to find them in; ` +
      'name them, or start with --data FILE as well',
  );
}

/** Decides what a store becomes. */
class Opening {
  readonly #archive: LevelArchive;
  readonly #files: StoreFiles;
  readonly #options: OwnTimelineOptions;

  constructor(archive: LevelArchive, files: StoreFiles, options: OwnTimelineOptions) {
    this.#archive = archive;
    this.#files = files;
    this.#options = options;
  }

  /** The load that is still to be finished. The archive has its schema afterwards. */
  async open(): Promise<StoredLoad | undefined> {
    const { schema: schemaPath, data } = this.#files;
    const wanted = schemaPath === undefined ? undefined : await readWanted(schemaPath);
    const stored = await readLoad(this.#archive);
    const isUnused = stored?.isComplete !== true && (await this.#archive.isEmpty());
    // A load that has begun is finished, were it only because its file has not been named again.
    const isNew = isUnused && (stored === undefined || data !== undefined);
    if (isNew && data !== undefined) {
      return beginFirstLoad(this.#archive, { data, schema: schemaPath }, this.#options);
    }
    if (isNew) {
      await this.#beginEmpty(wanted);
      return undefined;
    }
    if (wanted !== undefined) this.#checkSchemaFile(wanted, stored);
    const isGivenUp = this.#files.abandonsLoad && stored?.isComplete === false;
    if (isGivenUp) await this.#giveUp(stored);
    return chooseLoad(this.#archive, isGivenUp ? undefined : stored, data, this.#options);
  }

  /** What has been loaded stays, and nobody waits for the rest. */
  async #giveUp({ load, state }: StoredLoad): Promise<void> {
    await this.#archive.commit(new Map(), noLoad);
    this.#options.logger.warn({ file: load.file.path, rows: state.rowCount }, 'load abandoned');
    this.#options.tell(
      `The load of ${load.file.path} is given up after ${state.rowCount} of its rows: what has come of them stays.`,
    );
  }

  /** The columns of events that are to come, in a store without any. */
  async #beginEmpty(wanted: WantedSchema | undefined): Promise<void> {
    const archive = this.#archive;
    const before = archive.schema;
    const schema = wanted === undefined ? (before ?? demoSchema) : schemaOfEmpty(wanted);
    if (schema === before) return;
    await archive.begin(schema, noLoad);
    this.#options.logger.info({ schema }, 'columns of the store');
  }

  #checkSchemaFile({ path, wish }: WantedSchema, stored: StoredLoad | undefined): void {
    const { folder, schema } = this.#archive;
    const conflicts = schemaConflicts(wish, schema ?? demoSchema, stored?.load.plan);
    if (conflicts.length === 0) return;
    throw new DataFileError(
      `${path}: does not agree with the store in ${resolve(folder)}, which keeps the columns of its events: ` +
        `${conflicts.join('; ')}. Start without --schema, or choose another folder; nothing in the store was changed`,
    );
  }
}
