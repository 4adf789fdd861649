import type { DataFile, DataFormat } from '../import/data_file.js';
import { FaultList } from '../import/faults.js';
import type { LoadState } from '../import/load_rows.js';
import type { Plan } from '../import/plan.js';
import type { LevelArchive, StoreRecords } from '../persistence/level_archive.js';
import type { FileIdentity } from './file_identity.js';

/** A file that is being loaded into a store, or was: what it is and how it is read. */
export interface FileLoad {
  readonly file: FileIdentity;
  readonly format: DataFormat;
  /** Bytes before the first row. */
  readonly skip: number;
  /** Rows that it has in all, for people; `undefined` where nobody has counted. */
  readonly totalCount: number | undefined;
  readonly plan: Plan;
}

/** How far a store has come with its file. */
export interface LoadProgress {
  readonly isComplete: boolean;
  readonly state: LoadState;
}

/**
 * The records of a load. What file it is stands in one that is written when the load begins; how far it is stands in another,
 * which is stored in one with the events of each batch, so that a load that was killed goes on with the row after them.
 */
export interface StoredLoad extends LoadProgress {
  readonly load: FileLoad;
}

export const emptyState: LoadState = {
  rowCount: 0,
  last: undefined,
  count: 0,
  rejected: new FaultList(),
  noted: new FaultList(),
};

/** @throws {ArchiveError} where the records can't be read. */
export async function readLoad(archive: LevelArchive): Promise<StoredLoad | undefined> {
  const [load, progress] = [await archive.readRecord('load'), await archive.readRecord('progress')];
  if (load === undefined || progress === undefined) return undefined;
  const { isComplete, state } = JSON.parse(progress) as LoadProgress;
  const rejected = new FaultList(state.rejected);
  const noted = new FaultList(state.noted);
  return { load: JSON.parse(load) as FileLoad, isComplete, state: { ...state, rejected, noted } };
}

export function progressRecord({ isComplete, state }: LoadProgress): StoreRecords {
  const { rejected, noted } = state;
  const lists = {
    rejected: { count: rejected.count, first: rejected.first },
    noted: { count: noted.count, first: noted.first },
  };
  return new Map([['progress', JSON.stringify({ isComplete, state: { ...state, ...lists } })]]);
}

export function loadRecords(stored: StoredLoad): StoreRecords {
  return new Map([['load', JSON.stringify(stored.load)], ...progressRecord(stored)]);
}

/** No file is being loaded, or was. */
export const noLoad: StoreRecords = new Map([
  ['load', undefined],
  ['progress', undefined],
]);

/** The file of a load, as far as it was there when the load began. */
export function dataFileOf({ file, format, skip }: FileLoad): DataFile {
  return { ...file, format, skip, notes: [] };
}
