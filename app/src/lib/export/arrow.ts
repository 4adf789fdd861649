import {
  batchType,
  bool,
  Column,
  columnFromArray,
  dictionary,
  float64,
  int32,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
  type DataType,
} from '@uwdata/flechette';
import type { Schema } from 'eventglass';
import { endOfStream, messagesOf, type ArrowMessage } from './arrow_messages.js';
import type { Cell, ExportEvent } from './export_event.js';
import type { PageWriter } from './page_writer.js';

/** Values that a column's dictionary keeps from page to page: with all their texts, some MB. Past them it begins anew. */
const maxDictionaryValues = 100_000;

type ColumnBatch = ConstructorParameters<typeof Column<string>>[0][number];

/** flechette says nothing of the types of its batches. */
const DictionaryBatch = batchType(dictionary(utf8(), int32())) as new (parts: object) => {
  setDictionary(values: Column<string>): ColumnBatch;
};

/** A dictionary without any value is one that some readers refuse. */
function firstCodes(): Map<string, number> {
  return new Map([['', 0]]);
}

/**
 * The values of a dictionary column, which stand in the file once. Those of earlier pages keep their codes, so that a
 * reader that knows the last dictionary alone reads the pages before it as well.
 */
class ColumnDictionary {
  /** Of this column alone: flechette tells dictionaries apart by them. */
  readonly #valueType = utf8();
  readonly #type = dictionary(this.#valueType, int32());
  #codes = firstCodes();
  #values: Column<string> | undefined;
  /** Whether the last page had values that the file does not have yet. */
  hasGrown = false;

  /** The column of a page. */
  encode(cells: readonly Cell[]): Column<string> {
    const isFull = this.#codes.size > maxDictionaryValues;
    if (isFull) this.#codes = firstCodes();
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
 * The stream format of Apache Arrow: a record batch for each page, so that no more than one is held. Dictionary columns are
 * encoded as such; a dictionary comes again, whole, before a page that has new values.
 */
export function arrowWriter(schema: Schema): PageWriter {
  let dictionaries: readonly (ColumnDictionary | undefined)[] = [];
  const reset = () => {
    dictionaries = schema.map(({ type }) =>
      type === 'dictionary' ? new ColumnDictionary() : undefined,
    );
  };

  function messages(rows: readonly (readonly Cell[])[]): readonly ArrowMessage[] {
    const columns = schema.map(({ name, type }, i): [string, Column<unknown>] => {
      const cells = rows.map((row) => row[i]);
      const encoded = dictionaries[i]?.encode(cells);
      const plain = () =>
        columnFromArray(
          cells.map((cell) => cell ?? null),
          plainType(type),
        );
      return [name, encoded ?? plain()];
    });
    const stream = tableToIPC(tableFromColumns(columns), { format: 'stream' });
    return messagesOf(new Uint8Array(stream ?? []));
  }

  function page(events: readonly ExportEvent[]): Uint8Array<ArrayBuffer> {
    if (events.length === 0) return new Uint8Array();
    const written = messages(events.map(({ cells }) => cells));
    // flechette writes them in the order of their columns.
    const grown = dictionaries.filter((dictionary) => dictionary !== undefined);
    const news = written
      .filter(({ type }) => type === 'dictionary')
      .filter((_, i) => grown[i]?.hasGrown === true);
    return joined([...news, ...written.filter(({ type }) => type === 'rows')]);
  }

  return {
    begin: () => {
      // A table of no rows lacks what tells of its dictionaries.
      reset();
      const written = messages([schema.map(({ type }) => (type === 'timestamp' ? 0 : undefined))]);
      reset();
      return joined(written.filter(({ type }) => type === 'schema'));
    },
    page,
    end: () => endOfStream,
  };
}

function joined(messages: readonly ArrowMessage[]): Uint8Array<ArrayBuffer> {
  const byteCount = messages.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const all = new Uint8Array(byteCount);
  let at = 0;
  for (const { bytes } of messages) {
    all.set(bytes, at);
    at += bytes.byteLength;
  }
  return all;
}
