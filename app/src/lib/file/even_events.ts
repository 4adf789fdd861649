import type { Schema } from 'eventglass';
import { parseIsoTime } from 'eventglass/internal/iso_time.js';
import { isObject, type JsonObject } from '../json.js';

/** Where a text says itself where its clocks stand. */
const zone = /(?:Z|[+-]\d{2}:?\d{2}|GMT|UTC)$/i;

/** What a text that names a day says, as ISO 8601 has it, by UTC where it does not say itself; `undefined` if it names none. */
function isoTimeOf(text: string): string | undefined {
  const plain = text.trim().replaceAll('/', '-');
  if (!/\d{4}/.test(plain) || /^\d+(?:\.\d+)?$/.test(plain)) return undefined;
  const time = parseIsoTime(plain) ?? Date.parse(zone.test(plain) ? plain : `${plain} UTC`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** A row whose objects are opened: `{"a":{"b":1}}` has the field `a.b`. Lists stay what they are, as JSON. */
export function flatRow(row: JsonObject): JsonObject {
  const fields: [string, unknown][] = [];
  const open = (prefix: string, value: JsonObject) => {
    for (const [name, member] of Object.entries(value)) {
      const path = prefix + name;
      if (isObject(member)) open(`${path}.`, member);
      else fields.push([path, Array.isArray(member) ? JSON.stringify(member) : member]);
    }
  };
  open('', row);
  return Object.fromEntries(fields);
}

/** The last part of a field's path: what it is called. */
function ownName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Rows whose fields are called by the last part of their path where that names one alone. */
export function shortlyNamed(rows: readonly JsonObject[]): readonly JsonObject[] {
  const names = namesOf(rows);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([path, value]) => [names.get(path) ?? path, value]),
    ),
  );
}

function timeOf(value: unknown): unknown {
  return typeof value === 'string' ? (isoTimeOf(value) ?? value) : value;
}

/** Rows whose texts are times, wherever they are some. */
export function withTimes(rows: readonly JsonObject[]): readonly JsonObject[] {
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, timeOf(value)])),
  );
}

function namesOf(rows: readonly JsonObject[]): ReadonlyMap<string, string> {
  const paths = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const counts = new Map<string, number>();
  for (const path of paths) counts.set(ownName(path), (counts.get(ownName(path)) ?? 0) + 1);
  return new Map(
    paths.map((path) => [path, counts.get(ownName(path)) === 1 ? ownName(path) : path]),
  );
}

/**
 * Events of rows: each column of one type, so that nothing is left out. `schema` says which field is the time and which the
 * id; texts that are numbers all through are numbers, and what is mixed is text.
 */
export function evenEvents(rows: readonly JsonObject[], schema: Schema): readonly JsonObject[] {
  const time = schema.find(({ type }) => type === 'timestamp')?.name;
  const id = schema.find(({ type }) => type === 'id')?.name;
  const values = new Map<string, unknown[]>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) {
      const known = values.get(name);
      if (known) known.push(value);
      else values.set(name, [value]);
    }
  }
  const writers = new Map([...values].map(([name, all]) => [name, writerOf(all)]));
  return rows.map((row) => {
    const fields = Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
      if (value === null || value === undefined || value === '') return [];
      if (name === time) return [[name, timeOf(value)]];
      return [[name, name === id ? value : writers.get(name)?.(value)]];
    });
    return Object.fromEntries(fields);
  });
}

/** How the values of a column are written. */
function writerOf(values: readonly unknown[]): (value: unknown) => unknown {
  const given = values.filter((value) => value !== null && value !== undefined && value !== '');
  const isAll = (type: string) => given.every((value) => typeof value === type);
  if (isAll('number') || isAll('boolean')) return (value) => value;
  const isNumber = (value: unknown) =>
    typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value.trim());
  // A leading zero is a code's: as a number it would be gone.
  const isCode = (value: unknown) => typeof value === 'string' && /^0\d/.test(value);
  if (given.every(isNumber) && !given.some(isCode)) return Number;
  return String;
}
