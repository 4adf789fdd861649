import {
  batchType,
  bool,
  Column,
  columnFromArray,
  type DataType,
  dictionary,
  float64,
  int32,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from '@uwdata/flechette';
import type { CellValue, Schema } from '../types.js';
import { type ArrowMessage, END_OF_STREAM, joined, messagesOf } from './arrow_messages.js';

/** Values that a column's dictionary keeps from batch to batch: with all their texts, some MB. Past them it begins anew. */
const MAX_DICTIONARY_VALUES = 100_000;

type ColumnBatch = ConstructorParameters<typeof Column<string>>[0][number];

/** flechette says nothing of the types of its batches. */
const DictionaryBatch = batchType(dictionary(utf8(), int32())) as new (parts: object) => {
  setDictionary(values: Column<string>): ColumnBatch;
};

/**
 * The values of a dictionary column, which stand in the file once. Those of earlier batches keep their codes, so that a
 * reader that knows the last dictionary alone reads the batches before it as well.
 */
class ColumnDictionary {
  /** Of this column alone: flechette tells dictionaries apart by them. */
  readonly #valueType = utf8();
  readonly #type = dictionary(this.#valueType, int32());
  #codes = new Map<string, number>();
  #values: Column<string> | undefined;
  /** Whether the last batch had values that the file does not have yet. */
  hasGrown = false;

  /** The column of a batch. */
  encode(cells: readonly CellValue[]): Column<string> {
    const isFull = this.#codes.size > MAX_DICTIONARY_VALUES;
    if (isFull) this.#codes = new Map<string, number>();
    const known = this.#codes.size;
    const codes = new Int32Array(cells.length);
    const validity = new Uint8Array(Math.ceil(cells.length / 8));
    let nullCount = 0;
    for (const [row, cell] of cells.entries()) {
      if (typeof cell !== 'string') {
        nullCount++;
        continue;
      }
      codes[row] = this.#codeOf(cell);
      validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
    }
    // A dictionary without any value is one that some readers refuse.
    if (this.#codes.size === 0) this.#codeOf('');
    this.hasGrown = isFull || this.#codes.size !== known || this.#values === undefined;
    if (this.hasGrown || this.#values === undefined) {
      this.#values = columnFromArray([...this.#codes.keys()], this.#valueType);
    }
    const batch = new DictionaryBatch({
      type: this.#type,
      length: codes.length,
      nullCount,
      validity: nullCount === 0 ? new Uint8Array() : validity,
      values: codes,
    });
    return new Column<string>([batch.setDictionary(this.#values)]);
  }

  #codeOf(value: string): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    const code = this.#codes.size;
    this.#codes.set(value, code);
    return code;
  }
}

function plainType(type: Schema[number]['type']): DataType {
  switch (type) {
    case 'timestamp':
      return timestamp(TimeUnit.MILLISECOND, 'UTC');
    case 'number':
      return float64();
    case 'boolean':
      return bool();
    case 'id':
    case 'text':
    case 'dictionary':
      return utf8();
  }
}

/**
 * Writes rows as a stream of Apache Arrow's: a record batch for each call, so that no more than one is held. Dictionary columns are
 * encoded as such; a dictionary comes again, whole, before a batch that has new values.
 */
export class ArrowStream {
  readonly #schema: Schema;
  #dictionaries: readonly (ColumnDictionary | undefined)[];

  /** For rows of these columns. */
  constructor(schema: Schema) {
    this.#schema = schema;
    this.#dictionaries = dictionariesOf(schema);
  }

  /** What a stream begins with: once, and first. */
  begin(): Uint8Array<ArrayBuffer> {
    // A table of no rows lacks what tells of its dictionaries.
    const row = this.#schema.map(({ type }) => [type === 'timestamp' ? 0 : undefined]);
    const written = this.#messages(row);
    this.#dictionaries = dictionariesOf(this.#schema);
    return joined(written.filter(({ type }) => type === 'schema').map(({ bytes }) => bytes));
  }

  /** Rows, column by column in the order of the schema; `undefined` is missing. Nothing where there are none. */
  batch(columns: readonly (readonly CellValue[])[]): Uint8Array<ArrayBuffer> {
    if ((columns[0]?.length ?? 0) === 0) return new Uint8Array();
    const written = this.#messages(columns);
    // flechette writes them in the order of their columns.
    const grown = this.#dictionaries.filter((dictionary) => dictionary !== undefined);
    const news = written
      .filter(({ type }) => type === 'dictionary')
      .filter((_, i) => grown[i]?.hasGrown === true);
    const rows = written.filter(({ type }) => type === 'rows');
    return joined([...news, ...rows].map(({ bytes }) => bytes));
  }

  /** What a stream ends with. */
  end(): Uint8Array<ArrayBuffer> {
    return END_OF_STREAM.slice();
  }

  #messages(columns: readonly (readonly CellValue[])[]): readonly ArrowMessage[] {
    const entries = this.#schema.map(({ name, type }, i): [string, Column<unknown>] => {
      const cells = columns[i] ?? [];
      const plain = () =>
        columnFromArray(
          cells.map((cell) => cell ?? null),
          plainType(type),
        );
      return [name, this.#dictionaries[i]?.encode(cells) ?? plain()];
    });
    const stream = tableToIPC(tableFromColumns(entries), { format: 'stream' });
    return messagesOf(new Uint8Array(stream ?? []));
  }
}

function dictionariesOf(schema: Schema): readonly (ColumnDictionary | undefined)[] {
  return schema.map(({ type }) => (type === 'dictionary' ? new ColumnDictionary() : undefined));
}
