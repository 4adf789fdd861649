import type { EventStore } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';
import type { DataFile } from './data_file.js';
import { EventWriter } from './event_writer.js';
import { DataFileError, type Fault, FaultList, type Place, faultText, quoted } from './faults.js';
import { InsertBatch } from './insert_batch.js';
import type { Plan } from './plan.js';
import { isFault, readRows } from './read_rows.js';
import type { Row } from './row.js';
import type { ReportProgress } from './survey.js';

/** What has become of a file. */
export interface LoadReport {
  /** Rows that are events now. */
  readonly count: number;
  /** Rows that are not, and other faults of the file. */
  readonly rejected: FaultList;
  /** Rows that are, but for something that is left out. */
  readonly noted: FaultList;
}

/** How far a file has been loaded: its rows before some row, and what has become of them. */
export interface LoadState extends LoadReport {
  readonly rowCount: number;
  /** The last of these rows that is an event; `undefined` where none is. */
  readonly last: NumberedRow | undefined;
}

/** Which row of the file it is, from 1 on, and where it begins. */
interface NumberedRow extends Place {
  readonly number: number;
}

export interface LoadTarget {
  readonly store: EventStore;
  /** What was loaded before: its rows are passed over. */
  readonly from?: LoadState;
  /** Takes events before the store does, and how far the file is loaded with them. */
  readonly keep?: (inserts: readonly MutationText[], state: LoadState) => Promise<void>;
  /** Why there is no room for one event more than those in the store and `waitingCount`; `undefined` where there is. */
  readonly refuse?: (waitingCount: number) => string | undefined;
  /** @throws {DataFileError} where the file is not what it was. */
  readonly check: () => Promise<void>;
}

/**
 * Reads a file whose plan is made, and fills the store with its events. What is kept is kept in the order of the file.
 *
 * @throws {DataFileError} where not one of the rows can be loaded, or the file has changed since it was surveyed.
 */
export async function loadRows(
  { file, plan }: { readonly file: DataFile; readonly plan: Plan },
  target: LoadTarget,
  report: ReportProgress,
): Promise<LoadState> {
  const load = new RowLoad(plan, target);
  for await (const { rows, bytes } of readRows(file)) {
    for (const row of rows) {
      load.take(row);
      if (load.isFull) await load.flush();
    }
    report(load.rowCount, bytes);
  }
  await target.check();
  const state = await load.flush();
  if (state.count === 0 && target.from === undefined) {
    const faults = state.rejected.first.map((fault) => `\n  ${faultText(fault)}`).join('');
    throw new DataFileError(`${file.path}: not one row can be loaded:${faults}`);
  }
  return state;
}

/** Takes the rows of a file, one after the other. */
class RowLoad {
  readonly #plan: Plan;
  readonly #target: LoadTarget;
  readonly #writer: EventWriter;
  readonly #batch: InsertBatch;
  readonly #rejected: FaultList;
  readonly #noted: FaultList;
  #count: number;
  #last: NumberedRow | undefined;
  #rowCount = 0;

  constructor(plan: Plan, target: LoadTarget) {
    const { from, store, keep } = target;
    this.#plan = plan;
    this.#target = target;
    this.#writer = new EventWriter(plan);
    this.#batch = new InsertBatch(store, keep && ((inserts) => keep(inserts, this.#state())));
    this.#count = from?.count ?? 0;
    this.#last = from?.last;
    this.#rejected = new FaultList(from?.rejected);
    this.#noted = new FaultList(from?.noted);
  }

  /** Rows that have been read. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Whether it is time to flush. */
  get isFull(): boolean {
    return this.#batch.isFull;
  }

  /** REQUIRES: it is not full. */
  take(row: Row | Fault): void {
    const { from } = this.#target;
    const number = ++this.#rowCount;
    if (number === from?.last?.number) checkPlace(row, from.last);
    if (number <= (from?.rowCount ?? 0)) return;
    const fault = isFault(row) ? row : this.#load(row, number);
    if (fault === undefined) this.#last = { number, line: row.line, column: row.column };
    else this.#rejected.add(fault);
  }

  #load(row: Row, number: number): Fault | undefined {
    const mutation = this.#writer.write(row, number);
    if (isFault(mutation)) return mutation;
    if (this.#batch.has(mutation.id)) return repeatedId(row, this.#plan, mutation.id);
    const reason = this.#target.refuse?.(this.#batch.size);
    if (reason !== undefined) return { line: row.line, column: row.column, reason };
    this.#batch.add(mutation);
    this.#count++;
    if (row.note !== undefined) {
      this.#noted.add({ line: row.line, column: row.column, reason: row.note });
    }
    return undefined;
  }

  /** Puts what has been taken into the store. */
  async flush(): Promise<LoadState> {
    await this.#batch.flush();
    return this.#state();
  }

  #state(): LoadState {
    return {
      rowCount: this.#rowCount,
      last: this.#last,
      count: this.#count,
      rejected: this.#rejected,
      noted: this.#noted,
    };
  }
}

/** Rows are told apart by their number, so those before must be what they were. */
function checkPlace({ line, column }: Place, last: NumberedRow): void {
  if (last.line === line && last.column === column) return;
  throw new DataFileError(
    `line ${line}, column ${column}: the row stood in line ${last.line}, column ${last.column} when it was loaded: ` +
      'rows before it are others now',
  );
}

function repeatedId(row: Row, plan: Plan, id: string): Fault {
  const { line, column } = plan.id === undefined ? row : row.placeOf(plan.id);
  return { line, column, reason: `the id ${quoted(id)} has come before` };
}
