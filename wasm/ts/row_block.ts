import { StringTable } from './string_table.js';
import type { CellValue, ColumnType, EventKey, Schema } from './types.js';

const MAGIC = 0x42524745; // "EGRB"
const LAYOUT_VERSION = 2;
const HEADER_BYTES = 72;
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

/** An event without the fields that it does not have. */
export type EventFields = Record<string, string | number | boolean>;

interface BlockColumn {
  readonly name: string;
  readonly read: (row: number) => CellValue;
  /** Whether a cell's text goes on after what the block has of it. */
  readonly isCut: (row: number) => boolean;
}

/**
 * Reads a row block: the rows of one row range, in one buffer that can be transferred between threads.
 * The layout is docs/row_block.md. `row` counts from 0 within the block; the row index of a row is `begin + row`.
 *
 * Lives as long as its buffer: transferring the buffer, or handing it to `readRows` again, ends it.
 */
export class RowBlock {
  /** What holds it. */
  readonly buffer: ArrayBuffer;
  /** The columns of its rows. */
  readonly schema: Schema;
  /** Number of rows. */
  readonly rowCount: number;
  /** Row index of the first row. */
  readonly begin: number;
  /** Rows in the view that the block was read from. */
  readonly viewRowCount: number;
  /** The engine's version when the block was read. */
  readonly version: number;
  /** The engine's version that changes are counted from; 0 where none was named. */
  readonly changedSince: number;
  /** Bytes of the block; the buffer may be longer. */
  readonly byteLength: number;

  readonly #view: DataView;
  readonly #rowIds: number;
  readonly #rowVersions: number;
  readonly #changes: number;
  readonly #columns: readonly BlockColumn[];

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
    this.changedSince = this.#f64(40);
    this.byteLength = this.#u32(48);
    this.#rowIds = this.#u32(52);
    this.#rowVersions = this.#u32(56);
    this.#changes = this.#u32(64);
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
    const names = new StringTable(buffer, this.#u32(60), schema.length);
    this.#columns = schema.map(({ name, type }, i) => {
      if (names.get(i) !== name) {
        throw new TypeError(`RowBlock: column '${name}' is '${names.get(i)}' in the block`);
      }
      return this.#makeColumn(name, type, i);
    });
  }

  /** Row index after the last row. */
  get end(): number {
    return this.begin + this.rowCount;
  }

  /**
   * A number that stays with an event while it stays at its place in time, and is never used again. Throws a TypeError in a
   * block for transport, which has none.
   */
  rowId(row: number): number {
    return this.#rowNumber(this.#rowIds, row);
  }

  /** The seq of the last mutation that the row has taken. Throws a TypeError in a block for transport. */
  rowVersion(row: number): number {
    return this.#rowNumber(this.#rowVersions, row);
  }

  /** Where a row is in the order of events. */
  key(row: number): EventKey {
    const timestamp = this.schema.findIndex((column) => column.type === 'timestamp');
    const id = this.schema.findIndex((column) => column.type === 'id');
    return { timestamp: Number(this.value(row, timestamp)), id: String(this.value(row, id)) };
  }

  /** The value of a cell; `column` is its index in the schema. Text may be cut: see {@link isCut}. */
  value(row: number, column: number): CellValue {
    return this.#column(column).read(this.#checked(row));
  }

  /** Whether a text cell holds more than the block does. */
  isCut(row: number, column: number): boolean {
    return this.#column(column).isCut(this.#checked(row));
  }

  /** Whether a cell has changed since {@link changedSince}; true where the block does not know. */
  changed(row: number, column: number): boolean {
    this.#column(column);
    this.#checked(row);
    if (this.#changes === 0) return true;
    const rowBytes = Math.ceil(this.#columns.length / 8);
    const bits = this.#view.getUint8(this.#changes + rowBytes * row + (column >> 3));
    return ((bits >> (column & 7)) & 1) === 1;
  }

  /** The event of a row. */
  event(row: number): EventFields {
    this.#checked(row);
    const event: EventFields = {};
    for (const { name, read } of this.#columns) setField(event, name, read(row));
    return event;
  }

  /** The events of all rows: faster than one by one. */
  events(): EventFields[] {
    const events: EventFields[] = [];
    for (let row = 0; row < this.rowCount; row++) events.push({});
    // Column by column, so that the same code reads the same kind of value again and again.
    for (const { name, read } of this.#columns) {
      let row = 0;
      for (const event of events) setField(event, name, read(row++));
    }
    return events;
  }

  #makeColumn(name: string, type: ColumnType, column: number): BlockColumn {
    const entry = HEADER_BYTES + DIRECTORY_ENTRY_BYTES * column;
    if (COLUMN_TYPES[this.#u32(entry)] !== type) {
      throw new TypeError(`RowBlock: column '${name}' is not of type ${type}`);
    }
    const values = this.#u32(entry + 4);
    const strings = { offset: this.#u32(entry + 8), count: this.#u32(entry + 12) };
    return { name, ...makeReader(this.buffer, type, values, this.rowCount, strings) };
  }

  #column(column: number): BlockColumn {
    const found = this.#columns[column];
    if (found === undefined) {
      throw new RangeError(
        `RowBlock: no column ${String(column)} of ${String(this.schema.length)}`,
      );
    }
    return found;
  }

  #checked(row: number): number {
    if (!Number.isInteger(row) || row < 0 || row >= this.rowCount) {
      throw new RangeError(`RowBlock: no row ${String(row)} of ${String(this.rowCount)}`);
    }
    return row;
  }

  #rowNumber(section: number, row: number): number {
    this.#checked(row);
    if (section === 0) throw new TypeError('RowBlock: a block for transport has no row numbers');
    return this.#f64(section + 8 * row);
  }

  #u32(offset: number): number {
    return this.#view.getUint32(offset, true);
  }

  #f64(offset: number): number {
    return this.#view.getFloat64(offset, true);
  }
}

const isWhole = (): boolean => false;

/** What reads the values of a column, `count` of them at an offset; `table` has their strings. */
function makeReader(
  buffer: ArrayBuffer,
  type: ColumnType,
  offset: number,
  count: number,
  table: { readonly offset: number; readonly count: number },
): Pick<BlockColumn, 'read' | 'isCut'> {
  switch (type) {
    case 'timestamp': {
      const timestamps = new Float64Array(buffer, offset, count);
      return { read: (row) => timestamps[row], isCut: isWhole };
    }
    case 'number': {
      const numbers = new Float64Array(buffer, offset, count);
      const read = (row: number) => {
        const number = numbers[row];
        return Number.isNaN(number) ? undefined : number;
      };
      return { read, isCut: isWhole };
    }
    case 'boolean': {
      const booleans = new Uint8Array(buffer, offset, count);
      const read = (row: number) => {
        const boolean = booleans[row];
        return boolean === ABSENT_BOOLEAN ? undefined : boolean === 1;
      };
      return { read, isCut: isWhole };
    }
    case 'dictionary': {
      const codes = new Uint32Array(buffer, offset, count);
      const strings = new StringTable(buffer, table.offset, table.count);
      const known: (string | undefined)[] = [];
      const read = (row: number) => {
        const code = codes[row] ?? ABSENT;
        return code === ABSENT ? undefined : (known[code] ??= strings.get(code));
      };
      return { read, isCut: isWhole };
    }
    case 'id':
    case 'text': {
      const lengths = new Uint32Array(buffer, offset, count);
      const strings = new StringTable(buffer, table.offset, table.count);
      return {
        read: (row) => (lengths[row] === ABSENT ? undefined : strings.get(row)),
        isCut: (row) => {
          const length = lengths[row] ?? ABSENT;
          return length !== ABSENT && length > strings.byteLength(row);
        },
      };
    }
  }
}

function setField(event: EventFields, name: string, value: CellValue): void {
  if (value === undefined) return;
  if (name === '__proto__') {
    // Assigning to it would set the prototype.
    Object.defineProperty(event, name, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else {
    event[name] = value;
  }
}
