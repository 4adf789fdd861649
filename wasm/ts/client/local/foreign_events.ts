import type { Column, ColumnType, Schema } from '../../types.js';
import { utf8Decoder } from '../../utf8.js';
import { isObject } from '../json_values.js';
import type { ReadingOptions } from '../source_description.js';
import { readTimestamp } from './timestamps.js';

/** An event in the engine's JSON. */
export interface OwnEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly json: string;
}

/** Why a value is not an event. */
export type EventFault = 'not_an_object' | 'missing_id' | 'missing_timestamp' | 'too_long';

/** UTF-16 units of an event, of three bytes at most: one fits a message of the engine's with room to spare. */
const MAX_EVENT_LENGTH = 4 << 20;

/** A column, and where its values are in an event. */
interface Field {
  readonly type: ColumnType;
  readonly prefix: string;
  readonly path: readonly string[];
}

/**
 * Makes the engine's events of whatever objects a source has: each column's value is found, and turned into the column's type where
 * it can be. What can't be is left out of the event, and what has no id or no time is no event.
 */
export class ForeignEvents {
  readonly #fields: readonly Field[];
  readonly #unit: ReadingOptions['timestampUnit'];
  readonly #numbers: boolean;
  #count = 0;

  /** `numbers`: events without an id get their number as one. */
  constructor(schema: Schema, { fields = {}, timestampUnit }: ReadingOptions, numbers: boolean) {
    this.#fields = schema.map((column) => toField(column, fields));
    this.#unit = timestampUnit;
    this.#numbers = numbers;
  }

  read(value: unknown): OwnEvent | EventFault {
    if (!isObject(value)) return 'not_an_object';
    this.#count++;
    let id = '';
    let timestamp = 0;
    let json = '';
    for (const { type, prefix, path } of this.#fields) {
      const cell = valueAt(value, path);
      if (type === 'id') {
        id = this.#idOf(cell);
        if (id === '') return 'missing_id';
      }
      const text = type === 'id' ? JSON.stringify(id) : this.#write(cell, type);
      if (text !== undefined) json += `${json === '' ? '{' : ','}${prefix}${text}`;
      else if (type === 'timestamp') return 'missing_timestamp';
      if (type === 'timestamp') timestamp = Number(text);
    }
    return json.length > MAX_EVENT_LENGTH ? 'too_long' : { id, timestamp, json: `${json}}` };
  }

  /** An id as it stands in events; `''` where it is none. */
  readId(value: unknown): string {
    const path = this.#fields.find(({ type }) => type === 'id')?.path ?? [];
    return idText(isObject(value) ? valueAt(value, path) : value);
  }

  #idOf(cell: unknown): string {
    const id = idText(cell);
    return id === '' && this.#numbers ? String(this.#count) : id;
  }

  #write(cell: unknown, type: ColumnType): string | undefined {
    if (cell === undefined || cell === null) return undefined;
    switch (type) {
      case 'timestamp':
        return readTimestamp(cell, this.#unit)?.toString();
      case 'number': {
        const number = typeof cell === 'number' ? cell : Number(textOf(cell).trim() || NaN);
        return Number.isFinite(number) ? String(number) : undefined;
      }
      case 'boolean':
        return /^(true|false)$/i.test(textOf(cell)) ? textOf(cell).toLowerCase() : undefined;
      default:
        return JSON.stringify(textOf(cell));
    }
  }
}

function toField({ name, type }: Column, fields: Readonly<Record<string, string>>): Field {
  const path = Object.hasOwn(fields, name) ? (fields[name] ?? name).split('.') : [name];
  return { type, prefix: `${JSON.stringify(name)}:`, path };
}

/** What is at a path of an object; never what objects have by themselves. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const name of path) at = isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

function idText(value: unknown): string {
  const isId = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint';
  return isId ? wellFormed(String(value)) : '';
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'bigint') return String(value);
  try {
    return wellFormed(JSON.stringify(value));
  } catch {
    return ''; // it refers to itself, or holds a bigint
  }
}

/** The text without lone surrogates, which are not UTF-8. */
function wellFormed(text: string): string {
  return /\p{Surrogate}/u.test(text) ? utf8Decoder.decode(new TextEncoder().encode(text)) : text;
}
