import type { Schema } from 'eventglass';
import type { ClientOptions } from 'eventglass/client';
import { inferSchema, readSample } from 'eventglass/sources';
import { isObject, type JsonObject } from '../json.js';
import { evenEvents, flatRow, shortlyNamed, withTimes } from './even_events.js';

/** A file as a timeline takes it. */
export interface EventFile {
  readonly name: string;
  readonly source: NonNullable<ClientOptions['source']>;
  readonly schema: Schema;
  /** What of it is left out, and why, for people; nothing, where all is there. */
  readonly leftOut: string;
}

/** Rows of a file, and what is wrong with others. */
interface Rows {
  readonly rows: readonly JsonObject[];
  readonly faults: readonly string[];
}

/** Bytes of a file that is read whole; past it only lists of events are, piece by piece. */
const maxWholeBytes = 64 << 20;
/** A file of events is no larger: what is held of it has to fit into 32 bits of memory. */
const maxFileBytes = 2 ** 31;

/** Levels of objects in which a list of events is looked for. */
const maxListDepth = 3;

const nulCharacter = '\0';

/** Reads a file of JSON, NDJSON or CSV. Rejects, with a message for people, where it can't be had. */
export async function readEventFile(file: File): Promise<EventFile> {
  const { name } = file;
  if (file.size === 0) throw new Error(`“${name}” is empty.`);
  if (file.size > maxFileBytes) throw new Error(`“${name}” has more than 2 GiB.`);
  const begin = (await file.slice(0, 1 << 16).text()).replace(/^\uFEFF/, '').trimStart();
  if (begin.includes(nulCharacter))
    throw new Error(`“${name}” is no text: files of JSON, NDJSON and CSV are read.`);
  const isJson = /^[[{]/.test(begin);
  if (file.size > maxWholeBytes) {
    if (!isJson) throw new Error(`“${name}” has more than 64 MiB, which only JSON may have.`);
    const schema = inferSchema(await readSample(file));
    return { name, source: { type: 'file', file }, schema, leftOut: '' };
  }
  const text = (await file.text()).replace(/^\uFEFF/, '');
  const rows = isJson ? jsonRows(name, text) : await csvRows(name, text);
  return wholeFile(name, rows);
}

function wholeFile(name: string, { rows, faults }: Rows): EventFile {
  if (rows.length === 0) throw new Error(`“${name}” has no events.`);
  const named = shortlyNamed(rows.map(flatRow));
  const events = evenEvents(named, schemaOf(name, named));
  const source = { type: 'events', events } as const;
  return { name, source, schema: inferSchema(events), leftOut: toldFaults(faults) };
}

/** Faults that are told; the others are counted. */
const maxToldFaults = 3;

function toldFaults(faults: readonly string[]): string {
  if (faults.length === 0) return '';
  const more = faults.length > maxToldFaults ? ', …' : '';
  const rows = faults.length === 1 ? '1 row is' : `${String(faults.length)} rows are`;
  return `${rows} left out: ${faults.slice(0, maxToldFaults).join('; ')}${more}`;
}

/** As many as `inferSchema` looks at. */
const sampleRows = 1_000;

function schemaOf(name: string, rows: readonly JsonObject[]): Schema {
  try {
    return inferSchema(withTimes(rows.slice(0, sampleRows)));
  } catch (cause) {
    const names = Object.keys(rows[0] ?? {});
    throw new Error(
      `“${name}” has no times: each event needs one. Its columns are ${names.slice(0, 10).join(', ')}.`,
      { cause },
    );
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

/** The rows of a list, of a list somewhere in an object, or of lines. Rejects where there is not one. */
function jsonRows(name: string, text: string): Rows {
  const value = parsed(text);
  if (!(value instanceof Error)) {
    const list = listIn(value, maxListDepth) ?? [value];
    return rowsOf(list.map((row, i) => [row, `entry ${String(i + 1)}`]));
  }
  const lines = text.split('\n').map((line, i) => [line.trim(), `line ${String(i + 1)}`] as const);
  const found = rowsOf(lines.flatMap(([line, at]) => (line === '' ? [] : [[parsed(line), at]])));
  // A file without a good line is not one of lines.
  if (found.rows.length === 0)
    throw new Error(`“${name}” is not the JSON of events: ${value.message}`);
  return found;
}

function rowsOf(values: readonly (readonly [value: unknown, at: string])[]): Rows {
  const rows: JsonObject[] = [];
  const faults: string[] = [];
  for (const [value, at] of values) {
    if (value instanceof Error) faults.push(`${at}: ${value.message}`);
    else if (isObject(value)) rows.push(value);
    else faults.push(`${at}: it is no object`);
  }
  return { rows, faults };
}

function listIn(value: unknown, depth: number): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.some(isObject) ? value : undefined;
  if (!isObject(value) || depth === 0) return undefined;
  for (const member of Object.values(value)) {
    const list = listIn(member, depth - 1);
    if (list) return list;
  }
  return undefined;
}

async function csvRows(name: string, text: string): Promise<Rows> {
  const { default: Papa } = await import('papaparse');
  const { data, errors, meta } = Papa.parse<JsonObject>(text, {
    header: true,
    skipEmptyLines: 'greedy',
  });
  if ((meta.fields?.length ?? 0) < 2)
    throw new Error(`“${name}” is neither JSON nor CSV with columns.`);
  const faulty = new Map(
    errors
      .filter(({ row }) => row !== undefined)
      .map(({ row = 0, message }) => [row, `row ${String(row + 1)}: ${message}`]),
  );
  return {
    rows: data.filter((_, row) => !faulty.has(row)),
    faults: [...faulty.values()],
  };
}
