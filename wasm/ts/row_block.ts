import type { CellValue, ColumnType, EventKey, Schema } from './types.js';

const MAGIC = 0x42524745; // "EGRB"
const LAYOUT_VERSION = 1;
const HEADER_BYTES = 64;
const DIRECTORY_ENTRY_BYTES = 16;
const ABSENT = 0xffffffff;
const ABSENT_BOOLEAN = 2;

/** Column types by their number in a row block. */
export const COLUMN_TYPES: readonly ColumnType[] = [
  'id',
  'timestamp',
  'dictionary',
  'text',
  'number',
  'boolean',
];

// A byte order mark at the front of a value is part of the value.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

interface ColumnPlace {
  readonly type: ColumnType;
  readonly values: number;
  readonly strings: number;
  readonly stringCount: number;
}

/**
 * Reads a row block: the rows of one row range, in one buffer that can be transferred between threads.
 * The layout is docs/row_block.md. `row` counts from 0 within the block; the row index of a row is `begin + row`.
 *
 * Lives as long as its buffer: transferring the buffer, or handing it to `readRows` again, ends it.
 */
export class RowBlock {
  readonly buffer: ArrayBuffer;
  readonly schema: Schema;
  readonly rowCount: number;
  /** Row index of the first row. */
  readonly begin: number;
  /** Rows in the view that the block was read from. */
  readonly viewRowCount: number;
  /** The engine's version when the block was read. */
  readonly version: number;
  /** Bytes of the block; the buffer may be longer. */
  readonly byteLength: number;

  readonly #view: DataView;
  readonly #rowIds: number;
  readonly #rowVersions: number;
  readonly #columns: readonly ColumnPlace[];
  /** Dictionary values by column, decoded when first used. */
  readonly #values: (string | undefined)[][];

  /** Throws a TypeError where the buffer holds no row block of this schema. */
  constructor(buffer: ArrayBuffer, schema: Schema) {
    this.buffer = buffer;
    this.schema = schema;
    this.#view = new DataView(buffer);
    if (buffer.byteLength < HEADER_BYTES || this.#u32(0) !== MAGIC) {
      throw new TypeError('RowBlock: the buffer holds no row block');
    }
    if (this.#u32(4) !== LAYOUT_VERSION) {
      throw new TypeError(
        `RowBlock: layout version ${String(this.#u32(4))}, this reader knows ${String(LAYOUT_VERSION)}`,
      );
    }
    this.rowCount = this.#u32(8);
    this.begin = this.#f64(16);
    this.viewRowCount = this.#f64(24);
    this.version = this.#f64(32);
    this.byteLength = this.#u32(40);
    this.#rowIds = this.#u32(44);
    this.#rowVersions = this.#u32(48);
    if (this.byteLength > buffer.byteLength) {
      throw new TypeError(
        `RowBlock: ${String(buffer.byteLength)} of ${String(this.byteLength)} bytes are there`,
      );
    }
    if (this.#u32(12) !== schema.length) {
      throw new TypeError(
        `RowBlock: ${String(this.#u32(12))} columns, the schema has ${String(schema.length)}`,
      );
    }
    this.#columns = schema.map((column, i) => this.#readPlace(column.name, column.type, i));
    this.#values = schema.map(() => []);
  }

  /** Row index after the last row. */
  get end(): number {
    return this.begin + this.rowCount;
  }

  /** A number that stays with an event while it stays at its place in time, and is never used again. */
  rowId(row: number): number {
    return this.#f64(this.#rowIds + 8 * this.#checked(row));
  }

  /** The seq of the last mutation that the row has taken. */
  rowVersion(row: number): number {
    return this.#f64(this.#rowVersions + 8 * this.#checked(row));
  }

  key(row: number): EventKey {
    const timestamp = this.schema.findIndex((column) => column.type === 'timestamp');
    const id = this.schema.findIndex((column) => column.type === 'id');
    return { timestamp: Number(this.value(row, timestamp)), id: String(this.value(row, id)) };
  }

  /** The value of a cell; `column` is its index in the schema. Text may be cut: see {@link isCut}. */
  value(row: number, column: number): CellValue {
    const place = this.#place(column);
    this.#checked(row);
    switch (place.type) {
      case 'timestamp':
        return this.#f64(place.values + 8 * row);
      case 'number': {
        const number = this.#f64(place.values + 8 * row);
        return Number.isNaN(number) ? undefined : number;
      }
      case 'boolean': {
        const boolean = this.#view.getUint8(place.values + row);
        return boolean === ABSENT_BOOLEAN ? undefined : boolean === 1;
      }
      case 'dictionary': {
        const code = this.#u32(place.values + 4 * row);
        return code === ABSENT ? undefined : this.#dictionaryValue(column, place, code);
      }
      case 'id':
      case 'text': {
        const length = this.#u32(place.values + 4 * row);
        return length === ABSENT ? undefined : this.#string(place, row);
      }
    }
  }

  /** Whether a text cell holds more than the block does. */
  isCut(row: number, column: number): boolean {
    const place = this.#place(column);
    if (place.type !== 'text') return false;
    const length = this.#u32(place.values + 4 * this.#checked(row));
    return (
      length !== ABSENT && length > this.#stringEnd(place, row) - this.#stringEnd(place, row - 1)
    );
  }

  /** The event of a row, without the fields that it does not have. */
  event(row: number): Record<string, string | number | boolean> {
    const entries: [string, string | number | boolean][] = [];
    this.schema.forEach((column, i) => {
      const value = this.value(row, i);
      if (value !== undefined) entries.push([column.name, value]);
    });
    return Object.fromEntries(entries);
  }

  #readPlace(name: string, type: ColumnType, column: number): ColumnPlace {
    const entry = HEADER_BYTES + DIRECTORY_ENTRY_BYTES * column;
    if (COLUMN_TYPES[this.#u32(entry)] !== type) {
      throw new TypeError(`RowBlock: column '${name}' is not of type ${type}`);
    }
    return {
      type,
      values: this.#u32(entry + 4),
      strings: this.#u32(entry + 8),
      stringCount: this.#u32(entry + 12),
    };
  }

  #place(column: number): ColumnPlace {
    const place = this.#columns[column];
    if (place === undefined) {
      throw new RangeError(
        `RowBlock: no column ${String(column)} of ${String(this.schema.length)}`,
      );
    }
    return place;
  }

  #checked(row: number): number {
    if (!Number.isInteger(row) || row < 0 || row >= this.rowCount) {
      throw new RangeError(`RowBlock: no row ${String(row)} of ${String(this.rowCount)}`);
    }
    return row;
  }

  #dictionaryValue(column: number, place: ColumnPlace, code: number): string {
    const values = this.#values[column] ?? [];
    return (values[code] ??= this.#string(place, code));
  }

  /** Where string `i` ends, counted from the first string's beginning. */
  #stringEnd(place: ColumnPlace, i: number): number {
    return this.#u32(place.strings + 4 * (i + 1));
  }

  #string(place: ColumnPlace, i: number): string {
    const bytes = place.strings + 4 * (place.stringCount + 1);
    const begin = this.#stringEnd(place, i - 1);
    return decoder.decode(
      new Uint8Array(this.buffer, bytes + begin, this.#stringEnd(place, i) - begin),
    );
  }

  #u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #f64(offset: number): number {
    return this.#view.getFloat64(offset, true);
  }
}
