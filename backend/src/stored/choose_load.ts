import { resolve } from 'node:path';

import { checkUnchanged } from '../import/data_file.js';
import { DataFileError } from '../import/faults.js';
import type { OwnFiles } from '../import/own_events.js';
import { type OwnTimelineOptions, rowCountOf, surveyAndTell } from '../import/own_timeline.js';
import type { LevelArchive } from '../persistence/level_archive.js';
import { type FileIdentity, type Kinship, identify, kinshipOf } from './file_identity.js';
import { type StoredLoad, emptyState, loadRecords } from './file_load.js';
import { storedSchema } from './store_schema.js';

/** Finds out what is in the files, and makes it what a store without events is to hold. @throws {DataFileError} */
export async function beginFirstLoad(
  archive: LevelArchive,
  files: OwnFiles,
  options: OwnTimelineOptions,
): Promise<StoredLoad> {
  const own = await surveyAndTell(files, options);
  const { format, skip } = own.file;
  const file = await identify(files.data);
  await checkUnchanged(own.file);
  const plan = { ...own.plan, schema: storedSchema(own.plan.schema) };
  const load = { file, format, skip, totalCount: rowCountOf(own), plan };
  const stored = { load, isComplete: false, state: emptyState };
  // From here on a start that names no file loads this one.
  await archive.begin(plan.schema, loadRecords(stored));
  return stored;
}

/**
 * What is still to be loaded into a store that has been in use: the file at `path`, or, where none is named, the one whose load
 * was interrupted.
 *
 * @throws {DataFileError} where the file is another than the one that was loaded, or what was begun can't be finished.
 */
export async function chooseLoad(
  archive: LevelArchive,
  stored: StoredLoad | undefined,
  path: string | undefined,
  options: OwnTimelineOptions,
): Promise<StoredLoad | undefined> {
  if (path === undefined) {
    if (stored?.isComplete !== false) return undefined;
    return resumed(archive, stored, stored.load.file.path, options);
  }
  if (stored === undefined) throw otherFile(archive, path);
  if (!stored.isComplete) return resumed(archive, stored, path, options);
  const kinship = await kinshipOf(path, stored.load.file);
  if (kinship.kind === 'same') {
    tellLoaded(stored, path, options);
    return undefined;
  }
  if (kinship.kind === 'other' || splitsRow(stored, kinship))
    throw changedFile(archive, path, stored);
  return grown(archive, stored, kinship.identity, options);
}

function tellLoaded(
  { load }: StoredLoad,
  path: string,
  { logger, tell }: OwnTimelineOptions,
): void {
  logger.info({ file: path, sha256: load.file.sha256 }, 'the file is in the store already');
  tell(
    `${path}: is in the store already, and nothing is loaded from it again: what has become of its events since stays.`,
  );
}

/** The rest of a load that was interrupted, of the file that is at `path` now. */
async function resumed(
  archive: LevelArchive,
  stored: StoredLoad,
  path: string,
  options: OwnTimelineOptions,
): Promise<StoredLoad> {
  const kinship = await kinshipOrProblem(path, stored.load.file);
  if (kinship instanceof DataFileError) throw interrupted(archive, stored, kinship.message);
  if (kinship.kind === 'other' || splitsRow(stored, kinship)) {
    throw interrupted(archive, stored, `${path}: is another file, or has changed since`);
  }
  const { state, load } = stored;
  const { kind, identity } = kinship;
  const totalCount = kind === 'grown' ? undefined : load.totalCount;
  const rest = { ...stored, load: { ...load, file: identity, totalCount } };
  await archive.commit(new Map(), loadRecords(rest));
  options.logger.info({ file: path, rows: state.rowCount }, 'an interrupted load goes on');
  options.tell(`${path}: was loaded in part, and its load goes on after row ${state.rowCount}.`);
  return rest;
}

/** The rows that have come to a file since it was loaded. */
async function grown(
  archive: LevelArchive,
  { load, state }: StoredLoad,
  file: FileIdentity,
  { logger, tell }: OwnTimelineOptions,
): Promise<StoredLoad> {
  // Rows at the end that could not be loaded may have been cut: they are looked at again.
  const rowCount = state.last?.number ?? 0;
  const next = {
    load: { ...load, file, totalCount: undefined },
    isComplete: false,
    state: { ...emptyState, rowCount, last: state.last },
  };
  await archive.commit(new Map(), loadRecords(next));
  logger.info({ file: file.path, rows: rowCount }, 'the file has grown');
  tell(
    `${file.path}: has grown since it was loaded; what comes after row ${rowCount} is added, with the columns of the store.`,
  );
  return next;
}

/** Whether a row may have been loaded that was cut: CSV does not tell. */
function splitsRow({ load, isComplete, state }: StoredLoad, kinship: Kinship): boolean {
  if (kinship.kind !== 'grown' || kinship.isAtLineEnd || load.format.type !== 'csv') return false;
  return !isComplete || state.last?.number === state.rowCount;
}

async function kinshipOrProblem(
  path: string,
  file: FileIdentity,
): Promise<Kinship | DataFileError> {
  try {
    return await kinshipOf(path, file);
  } catch (error) {
    if (error instanceof DataFileError) return error;
    throw error;
  }
}

function otherFile({ folder }: LevelArchive, path: string): DataFileError {
  return new DataFileError(
    `${path}: the store in ${resolve(folder)} has events that are not of a file, so none is loaded into it. ` +
      'Start without --data, and send the events to POST /data (docs/feeding.md), or choose another folder; ' +
      'nothing in the store was changed',
  );
}

function changedFile({ folder }: LevelArchive, path: string, { load }: StoredLoad): DataFileError {
  return new DataFileError(
    `${path}: is not the file that the store in ${resolve(folder)} was loaded from, ${load.file.path}, nor that file and more after it: ` +
      'what would become of events that have changed since nobody can tell. Start without --data to go on with what is there, ' +
      'send what is new to POST /data (docs/feeding.md), or choose another folder; nothing in the store was changed',
  );
}

function interrupted(
  { folder }: LevelArchive,
  { load, state }: StoredLoad,
  reason: string,
): DataFileError {
  return new DataFileError(
    `${reason}. The store in ${resolve(folder)} was being loaded from ${load.file.path} when it was interrupted, after ${state.rowCount} rows. ` +
      `Start with --data and a file that begins with the ${load.file.size} bytes that it had (SHA-256 ${load.file.sha256}), ` +
      'with --abandon-load to go on without the rest, or with another folder; nothing in the store was changed',
  );
}
