import { type DataType, type Field, type Table, tableFromIPC, Type } from '@uwdata/flechette';
import type { EventFields } from '../row_block.js';
import { END_OF_STREAM } from './arrow_messages.js';
import type { CellValue, ColumnType, Schema } from '../types.js';

/** Rows of an Arrow table, as an engine or a source takes them. */
export interface ArrowEvents {
  /** The columns, in the table's order. */
  readonly schema: Schema;
  /** How many there are. */
  readonly count: number;
  /** One after the other, each made when it is asked for: an event without the fields that are null. */
  events(): Generator<EventFields, void, undefined>;
}

const NUMBERS: ReadonlySet<number> = new Set([Type.Int, Type.Float, Type.Decimal]);
const TIMES: ReadonlySet<number> = new Set([Type.Timestamp, Type.Date]);
const TEXTS: ReadonlySet<number> = new Set([Type.Utf8, Type.LargeUtf8]);

/** Names of an id and a time, in lower case, in the order in which they are taken. */
const ID_NAMES = ['id', 'uuid', 'event_id', 'key'];
const TIMESTAMP_NAMES = ['timestamp', 'time', 'ts', 'datetime', 'date', 'created_at'];

/**
 * Reads Apache Arrow, as a stream or a file, from whoever has written it. Without a `schema` the columns are those of the table:
 * dictionaries of texts are dictionaries, numbers of any width numbers, dates and times timestamps, of which the first
 * is the event's unless another is called so; the others are numbers, in ms since 1970. Ids are the texts called `id`, or `uuid`,
 * `event_id` or `key`. With a `schema` the table has to have its columns.
 *
 * @throws {TypeError} where the bytes are not Arrow or end too soon, or a column can't be had: it says which, and why.
 */
export function readArrow(bytes: Uint8Array | ArrayBuffer, schema?: Schema): ArrowEvents {
  const table = parse(bytes);
  checkNames(table.schema.fields);
  const columns = schema ?? schemaOf(table.schema.fields);
  for (const { name, type } of columns) checkColumn(table, name, type);
  return { schema: columns, count: table.numRows, events: () => eventsOf(table, columns) };
}

/** What files begin with; streams have an end mark instead. */
const FILE_MAGIC = 'ARROW1';

/** A stream that is cut between two of its parts looks like one that has fewer rows: its end mark tells. */
function hasEnd(bytes: Uint8Array): boolean {
  if (new TextDecoder().decode(bytes.subarray(0, FILE_MAGIC.length)) === FILE_MAGIC) return true;
  const end = bytes.subarray(-END_OF_STREAM.length);
  return END_OF_STREAM.every((byte, i) => byte === end[i]);
}

function parse(bytes: Uint8Array | ArrayBuffer): Table {
  try {
    // Bytes in the middle of a buffer need not lie where numbers can be read.
    const own = bytes instanceof Uint8Array ? bytes.slice() : new Uint8Array(bytes);
    // Numbers of 64 bits are more than a double holds exactly.
    const table = tableFromIPC(own, { useBigInt: true });
    if (!hasEnd(own)) throw new RangeError('the stream lacks its end mark');
    // What is cut off is found when it is read: here, and not among the first events.
    for (let i = 0; i < table.numCols; i++) {
      const column = table.getChildAt(i);
      if (column.length !== table.numRows) throw new RangeError('it ends too soon');
      if (column.length > 0) column.at(column.length - 1);
    }
    return table;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`eventglass: these bytes are not whole Arrow IPC: ${reason}`, { cause });
  }
}

function checkNames(fields: readonly Field[]): void {
  const known = new Set<string>();
  for (const { name } of fields) {
    if (known.has(name))
      throw new TypeError(
        `eventglass: two columns of the table are called ${JSON.stringify(name)}`,
      );
    known.add(name);
  }
}

/** The type of a column's values; a dictionary's are those that it stands for. */
function valueType(type: DataType): DataType {
  return type.typeId === Type.Dictionary ? type.dictionary : type;
}

function columnType(name: string, type: DataType): ColumnType {
  const { typeId } = valueType(type);
  if (TEXTS.has(typeId)) return type.typeId === Type.Dictionary ? 'dictionary' : 'text';
  if (NUMBERS.has(typeId)) return 'number';
  if (TIMES.has(typeId)) return 'timestamp';
  if (typeId === Type.Bool) return 'boolean';
  // Nothing is in it: whatever it is called, no text is.
  if (typeId === Type.Null) return 'text';
  throw new TypeError(
    `eventglass: the column ${JSON.stringify(name)} has the Arrow type ${typeName(typeId)}, which events can't have; leave it out, or give a schema without it`,
  );
}

function typeName(typeId: number): string {
  return Object.entries(Type).find(([, id]) => id === typeId)?.[0] ?? String(typeId);
}

function named(names: readonly string[], candidates: readonly string[]): string | undefined {
  return names.flatMap((name) => candidates.find((one) => one.toLowerCase() === name) ?? [])[0];
}

function schemaOf(fields: readonly Field[]): Schema {
  const types = fields.map(({ name, type }) => ({ name, type: columnType(name, type) }));
  const ofType = (...wanted: readonly ColumnType[]) =>
    types.filter(({ type }) => wanted.includes(type)).map(({ name }) => name);
  const id = named(ID_NAMES, ofType('text', 'dictionary'));
  const times = ofType('timestamp');
  const time = named(TIMESTAMP_NAMES, times) ?? times[0];
  const columns = types.map(({ name }) => name).join(', ');
  if (id === undefined)
    throw new TypeError(
      `eventglass: no column of texts is called id among ${columns}; give a schema`,
    );
  if (time === undefined)
    throw new TypeError(`eventglass: no column has times among ${columns}; give a schema`);
  return types.map(({ name, type }) => {
    if (name === id) return { name, type: 'id' };
    if (name === time) return { name, type: 'timestamp' };
    return { name, type: type === 'timestamp' ? 'number' : type };
  });
}

function checkColumn(table: Table, name: string, type: ColumnType): void {
  const field = table.schema.fields.find((one) => one.name === name);
  if (!field) {
    const names = table.schema.fields.map((one) => one.name).join(', ');
    throw new TypeError(
      `eventglass: the table has no column ${JSON.stringify(name)}, it has ${names}`,
    );
  }
  const { typeId } = valueType(field.type);
  if (!fits(type, typeId))
    throw new TypeError(
      `eventglass: the column ${JSON.stringify(name)} has the Arrow type ${typeName(typeId)}, which can't be ${type}`,
    );
}

function fits(type: ColumnType, typeId: number): boolean {
  if (typeId === Type.Null) return type !== 'id' && type !== 'timestamp';
  switch (type) {
    case 'id':
    case 'text':
    case 'dictionary':
      return TEXTS.has(typeId);
    case 'timestamp':
    case 'number':
      return NUMBERS.has(typeId) || TIMES.has(typeId);
    case 'boolean':
      return typeId === Type.Bool;
  }
}

/** The value of a cell; `undefined` where there is none, or a number that no event can have. */
function cellOf(value: unknown, type: ColumnType): CellValue {
  if (type === 'timestamp' || type === 'number') {
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
    const number = Number(value);
    if (!Number.isFinite(number)) return undefined;
    return type === 'timestamp' ? Math.floor(number) : number;
  }
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined;
}

function* eventsOf(table: Table, schema: Schema): Generator<EventFields, void, undefined> {
  const columns = schema.map(({ name, type }) => ({ name, type, cells: table.getChild(name) }));
  for (let row = 0; row < table.numRows; row++) {
    const fields = columns.flatMap(({ name, type, cells }) => {
      const value = cellOf(cells.at(row), type);
      return value === undefined ? [] : [[name, value] as const];
    });
    yield Object.fromEntries(fields);
  }
}
