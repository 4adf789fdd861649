import { ColumnSurvey, type ColumnSurveyOptions } from './column_survey.js';
import type { DataFile } from './data_file.js';
import { FaultList } from './faults.js';
import { maxFields } from './limits.js';
import { isFault, readRows } from './read_rows.js';
import type { Row } from './row.js';
import type { SchemaFile } from './schema_file.js';

/** What a file holds, known once all of it has been read. */
export interface Survey {
  /** In the order in which they come first. */
  readonly fields: ReadonlyMap<string, ColumnSurvey>;
  /** Rows that could be read. */
  readonly rowCount: number;
  /** Whether fields were left out for there being too many. */
  readonly hasMoreFields: boolean;
  readonly faults: FaultList;
  readonly notes: readonly string[];
}

export type ReportProgress = (rows: number, bytes: number) => void;

/** Reads all of `file` for what its fields hold. */
export async function surveyFile(
  file: DataFile,
  wish: SchemaFile,
  report: ReportProgress,
): Promise<Survey> {
  const fields = new FieldSurveys(file.format.type !== 'csv', wish);
  const faults = new FaultList();
  const notes = [...file.notes];
  let rowCount = 0;
  for await (const piece of readRows(file)) {
    notes.push(...piece.notes);
    if (rowCount === 0) fields.expect(piece.names);
    for (const row of piece.rows) {
      if (isFault(row)) {
        faults.add(row);
        continue;
      }
      rowCount++;
      fields.add(row);
    }
    report(rowCount + faults.count, piece.bytes);
  }
  return { fields: fields.byName, rowCount, hasMoreFields: fields.hasMore, faults, notes };
}

class FieldSurveys {
  readonly byName = new Map<string, ColumnSurvey>();
  hasMore = false;
  readonly #isTyped: boolean;
  readonly #wanted: ReadonlyMap<string, ColumnSurveyOptions['wanted']>;

  readonly #time: SchemaFile['timestamp'];

  constructor(isTyped: boolean, { id, timestamp, columns = [] }: SchemaFile) {
    this.#isTyped = isTyped;
    this.#time = timestamp;
    const wanted = new Map<string, ColumnSurveyOptions['wanted']>();
    for (const { name, from = name, type } of columns) {
      if (type === 'dictionary') wanted.set(from, type);
    }
    if (typeof id === 'string') wanted.set(id, 'id');
    if (timestamp !== undefined) wanted.set(timestamp.from, 'timestamp');
    this.#wanted = wanted;
  }

  /** There are columns of these names, whether or not they have values. */
  expect(names: readonly string[]): void {
    for (const name of names) this.#surveyOf(name);
  }

  add({ names, values, placeOf }: Row): void {
    for (const [i, value] of values.entries()) {
      const name = names[i] as string;
      this.#surveyOf(name)?.add(value, () => placeOf(name));
    }
  }

  #surveyOf(name: string): ColumnSurvey | undefined {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    if (this.byName.size >= maxFields) {
      this.hasMore = true;
      return undefined;
    }
    const form = name === this.#time?.from ? this.#time.as : undefined;
    const options = { isTyped: this.#isTyped, wanted: this.#wanted.get(name), form };
    const survey = new ColumnSurvey(name, options);
    this.byName.set(name, survey);
    return survey;
  }
}
