import { basename, extname } from 'node:path';

import { type EventStore, maxBatchMutations } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';
import { type DataFile, checkUnchanged, openDataFile } from './data_file.js';
import { EventWriter } from './event_writer.js';
import { DataFileError, type Fault, FaultList, faultText, quoted } from './faults.js';
import { type Plan, makePlan } from './plan.js';
import { isFault, readRows } from './read_rows.js';
import type { Row } from './row.js';
import { readSchemaFile } from './schema_file.js';
import { type ReportProgress, type Survey, surveyFile } from './survey.js';

/** Bytes of JSON in one batch: half of what the engine takes, so that one more row still fits. */
const maxBatchBytes = 8 << 20;

/** The files that somebody's events are in. */
export interface OwnFiles {
  readonly data: string;
  /** `undefined`: everything is inferred. */
  readonly schema: string | undefined;
}

/** A file whose rows are known, and what becomes of them. */
export interface OwnEvents {
  readonly file: DataFile;
  readonly survey: Survey;
  readonly plan: Plan;
}

/** What has become of a file. */
export interface LoadReport {
  /** Rows that are events now. */
  readonly count: number;
  /** Rows that are not, and other faults of the file. */
  readonly rejected: FaultList;
  /** Rows that are, but for something that is left out. */
  readonly noted: FaultList;
}

/**
 * Reads a file once, to the end, and decides what its fields become.
 *
 * @throws {DataFileError} where no events can be made of it.
 */
export async function surveyOwnEvents(files: OwnFiles, report: ReportProgress): Promise<OwnEvents> {
  const wish = files.schema === undefined ? {} : await readSchemaFile(files.schema);
  const path = files.data;
  const file = await openDataFile(path, {
    type: wish.format,
    delimiter: wish.delimiter,
    rows: wish.rows,
  });
  const survey = await surveyFile(file, wish, report);
  const isTyped = file.format.type !== 'csv';
  const name = basename(path, extname(path));
  const plan = makePlan(survey, { path, wish, isTyped, name });
  return { file, survey, plan };
}

/**
 * Reads the file again, and fills the store with its events.
 *
 * @throws {DataFileError} where not one of the rows can be loaded, or the file has changed since it was surveyed.
 */
export async function loadOwnEvents(
  { file, plan }: OwnEvents,
  store: EventStore,
  report: ReportProgress,
): Promise<LoadReport> {
  const writer = new EventWriter(plan);
  const batch = new Batch(store);
  const rejected = new FaultList();
  const noted = new FaultList();
  let number = 0;
  const load = (row: Row): Fault | undefined => {
    const mutation = writer.write(row, number);
    if (isFault(mutation)) return mutation;
    if (!batch.add(mutation)) return repeatedId(row, plan, mutation.id);
    if (row.note !== undefined) noted.add({ line: row.line, column: row.column, reason: row.note });
    return undefined;
  };
  for await (const { rows, bytes } of readRows(file)) {
    for (const row of rows) {
      number++;
      const fault = isFault(row) ? row : load(row);
      if (fault !== undefined) rejected.add(fault);
    }
    report(number, bytes);
  }
  await checkUnchanged(file);
  batch.flush();
  if (store.rowCount === 0) {
    const faults = rejected.first.map((fault) => `\n  ${faultText(fault)}`).join('');
    throw new DataFileError(`${file.path}: not one row can be loaded:${faults}`);
  }
  return { count: store.rowCount, rejected, noted };
}

/** Gathers inserts, and puts them into the store as many at a time as it takes. */
class Batch {
  readonly #store: EventStore;
  #mutations: MutationText[] = [];
  #ids = new Set<string>();
  #bytes = 0;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** False where there is an event with this id already. */
  add(mutation: MutationText): boolean {
    const { id, members } = mutation;
    if (this.#ids.has(id) || this.#store.has(id)) return false;
    const bytes = Buffer.byteLength(members);
    const isFull =
      this.#mutations.length === maxBatchMutations || this.#bytes + bytes > maxBatchBytes;
    if (isFull) this.flush();
    this.#mutations.push(mutation);
    this.#ids.add(id);
    this.#bytes += bytes;
    return true;
  }

  flush(): void {
    if (this.#mutations.length === 0) return;
    this.#store.fill(this.#mutations);
    this.#mutations = [];
    this.#ids = new Set();
    this.#bytes = 0;
  }
}

function repeatedId(row: Row, plan: Plan, id: string): Fault {
  const { line, column } = plan.id === undefined ? row : row.placeOf(plan.id);
  return { line, column, reason: `the id ${quoted(id)} has come before` };
}
