import type { CellValue } from 'eventglass';

import { largestTimestampMs, parseTime } from '../store/bounds.js';
import type { TimelineColumn } from '../timeline_schema.js';
import type { Change, Refusal } from '../writer/change.js';
import type { EventFormat } from '../writer/event_format.js';

/** Bytes; as the engine has them (wasm/src/decode/limits.h). */
const maxIdBytes = 1_024;
const maxDictionaryValueBytes = 4_096;

/** A line can't be taken: what is wrong with it, and which members lead there. */
export class LineFault extends Error implements Refusal {
  override readonly name = 'LineFault';
  readonly code: string;
  readonly path: readonly string[];

  constructor(code: string, message: string, path: readonly string[] = []) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/**
 * The change that the JSON value of a line asks for: a mutation as in the feed, or an event alone, which is an insert.
 * `onIgnored` is told of fields of events that the schema does not name.
 *
 * @throws {LineFault} where it is none.
 */
export function readChange(
  value: unknown,
  format: EventFormat,
  onIgnored: (field: string) => void,
): Change {
  const members = membersOf(value, []);
  const op = members.get('op');
  const reader = new FieldReader(format, onIgnored);
  if (op === undefined) return { op: 'insert', event: reader.readEvent(members, []) };
  const event = members.get('event');
  switch (op) {
    case 'insert':
      return { op: 'insert', event: reader.readEvent(membersOf(event, ['event']), ['event']) };
    case 'update':
      // One that moves the event in time carries it whole, as in the feed.
      if (event !== undefined) {
        return { op: 'insert', event: reader.readEvent(membersOf(event, ['event']), ['event']) };
      }
      return {
        op: 'update',
        id: readId(members.get('id'), ['id']),
        set: reader.readSet(members.get('set')),
      };
    case 'delete':
      return { op: 'delete', id: readId(members.get('id'), ['id']) };
    default:
      throw new LineFault('unknown_op', 'op is one of insert, update, delete', ['op']);
  }
}

/** Members by name, so that no name means anything of its own. */
function membersOf(value: unknown, path: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  const name = path.at(-1);
  if (name !== undefined && value === undefined) {
    throw new LineFault('missing_field', `${name} is missing`, path);
  }
  throw new LineFault('not_an_object', `${name ?? 'a line'} must be a JSON object`, path);
}

class FieldReader {
  readonly #format: EventFormat;
  readonly #onIgnored: (field: string) => void;

  constructor(format: EventFormat, onIgnored: (field: string) => void) {
    this.#format = format;
    this.#onIgnored = onIgnored;
  }

  readEvent(members: ReadonlyMap<string, unknown>, path: readonly string[]) {
    this.#tellIgnored(members);
    return this.#format.record(
      this.#format.schema.map((column) => readCell(column, members.get(column.name), path)),
    );
  }

  readSet(value: unknown): ReadonlyMap<number, CellValue> {
    const members = membersOf(value, ['set']);
    this.#tellIgnored(members);
    const set = new Map<number, CellValue>();
    for (const [i, column] of this.#format.schema.entries()) {
      if (!members.has(column.name)) continue;
      if (column.type === 'id') {
        throw new LineFault('fixed_id', 'an id never changes', ['set', column.name]);
      }
      set.set(i, readCell(column, members.get(column.name), ['set']));
    }
    return set;
  }

  #tellIgnored(members: ReadonlyMap<string, unknown>): void {
    const { schema } = this.#format;
    for (const field of members.keys()) {
      if (!schema.some(({ name }) => name === field)) this.#onIgnored(field);
    }
  }
}

function readCell(
  { name, type, json }: TimelineColumn,
  value: unknown,
  within: readonly string[],
): CellValue {
  const path = [...within, name];
  if (type === 'id') return readId(value, path);
  if (type === 'timestamp') return readTimestamp(value, path);
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'number':
      if (typeof value !== 'number') throw wrongType(path, 'a number');
      if (!Number.isFinite(value)) throw outOfRange(path, 'a number that a double holds');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(path, 'true or false');
      return value;
    case 'dictionary':
      return checkLength(readText(value, path), maxDictionaryValueBytes, path);
    case 'text':
      return json === true ? readJsonText(value, path) : readText(value, path);
  }
}

function readId(value: unknown, path: readonly string[]): string {
  const name = path.at(-1) ?? 'id';
  if (value === undefined || value === null || value === '') {
    throw new LineFault('missing_id', `${name} is missing: every event has one, of its own`, path);
  }
  return checkLength(readText(value, path), maxIdBytes, path);
}

function readTimestamp(value: unknown, path: readonly string[]): number {
  const name = path.at(-1) ?? 'timestamp';
  if (value === undefined || value === null) {
    throw new LineFault('missing_timestamp', `${name} is missing`, path);
  }
  // Digits in quotes could be seconds as well.
  const isIso = typeof value === 'string' && !/^-?\d+$/.test(value);
  const time = isIso ? parseTime(value) : value;
  if (typeof time !== 'number') {
    throw wrongType(path, 'milliseconds since 1970 as an integer, or a time in ISO 8601');
  }
  if (!Number.isInteger(time) || Math.abs(time) > largestTimestampMs) {
    throw outOfRange(path, `an integer from -${largestTimestampMs} to ${largestTimestampMs}`);
  }
  return time;
}

function readText(value: unknown, path: readonly string[]): string {
  if (typeof value !== 'string') throw wrongType(path, 'a string');
  // Half of a pair can't be written in UTF-8.
  if (/\p{Surrogate}/u.test(value)) {
    throw new LineFault('invalid_text', `${named(path)} has half of a surrogate pair`, path);
  }
  return value;
}

/** Text that is JSON, and that can be written again: what nests without end can't. */
function readJsonText(value: unknown, path: readonly string[]): string {
  const text = readText(value, path);
  try {
    JSON.stringify(JSON.parse(text));
    return text;
  } catch {
    throw wrongType(path, 'a string of JSON text, such as "{\\"a\\":1}"');
  }
}

function checkLength(text: string, maxBytes: number, path: readonly string[]): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw new LineFault('too_long', `${named(path)} has more than ${maxBytes} bytes of UTF-8`, path);
}

function named(path: readonly string[]): string {
  return path.at(-1) ?? 'the line';
}

function wrongType(path: readonly string[], expected: string): LineFault {
  return new LineFault('wrong_type', `${named(path)}: expected ${expected}`, path);
}

function outOfRange(path: readonly string[], expected: string): LineFault {
  return new LineFault('out_of_range', `${named(path)}: expected ${expected}`, path);
}
