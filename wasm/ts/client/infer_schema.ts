import type { Column, ColumnType, Schema } from '../types.js';
import { JsonEvents } from './local/json_events.js';
import { readTimestamp } from './local/timestamps.js';
import { isObject } from './json_values.js';

/** Names of fields, in lower case and without separators, in the order in which they are taken. */
const ID_NAMES = ['id', 'eventid', 'uuid', 'guid', 'key', '_id'].map(plain);
const TIMESTAMP_NAMES = [
  'timestamp',
  'time',
  'ts',
  '@timestamp',
  'datetime',
  'date',
  'createdat',
  'occurredat',
  'eventtime',
].map(plain);
/** Events that are looked at: more say nothing new. */
const MAX_EVENTS = 1_000;
/** Columns that a schema gets: as many as anybody looks at. */
const MAX_COLUMNS = 32;
/** Of the values of a text, different ones at most where they are a dictionary's; and their length. */
const DICTIONARY_SHARE = 0.5;
const MAX_DICTIONARY_VALUES = 200;
const MAX_DICTIONARY_LENGTH = 64;
/** Bytes of a file that are read for a sample. */
const SAMPLE_BYTES = 256 << 10;

/**
 * The columns of events like these. An id and a time are found by name, and by what their values are; a time has to be there. Where there
 * is no id the column `id` is there all the same, and an array's or file's events are numbered.
 *
 * @throws {TypeError} where no field is a time.
 */
export function inferSchema(events: readonly object[]): Schema {
  const sample = events.slice(0, MAX_EVENTS).filter(isObject);
  const values = new Map<string, unknown[]>();
  for (const event of sample) {
    for (const [name, value] of Object.entries(event)) {
      if (value === null || value === undefined) continue;
      const known = values.get(name);
      if (known === undefined) values.set(name, [value]);
      else known.push(value);
    }
  }
  const id = findId(values, sample.length);
  const timestamp = findTimestamp(values);
  if (timestamp === undefined) {
    const names = [...values.keys()].slice(0, 10).join(', ');
    throw new TypeError(`eventglass: no field is a time among ${names || 'none'}; give a schema`);
  }
  const others = [...values].filter(([name]) => name !== id && name !== timestamp && name !== 'id');
  return [
    { name: id ?? 'id', type: 'id' },
    { name: timestamp, type: 'timestamp' },
    ...others.slice(0, MAX_COLUMNS - 2).map(([name, all]): Column => ({ name, type: typeOf(all) })),
  ];
}

/** The first events of a file, for {@link inferSchema}. */
export async function readSample(file: Blob): Promise<readonly object[]> {
  const text = await file.slice(0, SAMPLE_BYTES).text();
  // The last line of a piece is cut somewhere; of an array the end is not asked for.
  const end = file.size > SAMPLE_BYTES ? text.length : undefined;
  const events = new JsonEvents();
  const values = [...events.read(text), ...(end === undefined ? events.end() : [])];
  return values.filter(isObject);
}

function findId(
  values: ReadonlyMap<string, readonly unknown[]>,
  count: number,
): string | undefined {
  const isId = (all: readonly unknown[]): boolean =>
    all.length === count && all.every(isKey) && new Set(all.map(String)).size === count;
  return byName(values, ID_NAMES, isId);
}

function findTimestamp(values: ReadonlyMap<string, readonly unknown[]>): string | undefined {
  const isTime = (all: readonly unknown[]): boolean =>
    all.every((value) => readTimestamp(value, undefined) !== undefined);
  const named = byName(values, TIMESTAMP_NAMES, isTime);
  // Else a text that is a date: numbers may be anything.
  return named ?? [...values].find(([, all]) => all.every(isDateText))?.[0];
}

function byName(
  values: ReadonlyMap<string, readonly unknown[]>,
  names: readonly string[],
  fits: (all: readonly unknown[]) => boolean,
): string | undefined {
  for (const wanted of names) {
    for (const [name, all] of values) if (plain(name) === wanted && fits(all)) return name;
  }
  return undefined;
}

function typeOf(all: readonly unknown[]): ColumnType {
  if (all.every((value) => typeof value === 'number')) return 'number';
  if (all.every((value) => typeof value === 'boolean')) return 'boolean';
  const texts = all.filter((value) => typeof value === 'string');
  if (texts.length < all.length) return 'text';
  const different = new Set(texts);
  const isShort = texts.every((text) => text.length <= MAX_DICTIONARY_LENGTH);
  const recurs = different.size <= Math.max(8, texts.length * DICTIONARY_SHARE);
  return isShort && recurs && different.size <= MAX_DICTIONARY_VALUES ? 'dictionary' : 'text';
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isDateText(value: unknown): boolean {
  return (
    typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value))
  );
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9@]/g, '');
}
