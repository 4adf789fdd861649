import type { Schema } from 'eventglass';
import type { ClientOptions } from 'eventglass/client';
import { inferSchema, readSample } from 'eventglass/sources';
import { isObject, type JsonObject } from '../json.js';
import { evenEvents, flatRow, timesOf } from './even_events.js';

/** A file as a timeline takes it. */
export interface EventFile {
  readonly name: string;
  readonly source: NonNullable<ClientOptions['source']>;
  readonly schema: Schema;
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
    return { name, source: { type: 'file', file }, schema: inferSchema(await readSample(file)) };
  }
  const text = (await file.text()).replace(/^\uFEFF/, '');
  const rows = isJson ? jsonRows(name, text) : await csvRows(name, text);
  return wholeFile(name, rows);
}

function wholeFile(name: string, rows: readonly JsonObject[]): EventFile {
  if (rows.length === 0) throw new Error(`“${name}” has no events.`);
  const flat = rows.map(flatRow);
  const schema = schemaOf(name, flat);
  const events = evenEvents(flat, schema);
  return { name, source: { type: 'events', events }, schema: inferSchema(events) };
}

function schemaOf(name: string, rows: readonly JsonObject[]): Schema {
  try {
    return inferSchema(timesOf(rows));
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

/** The rows of a list, of a list somewhere in an object, or of lines. */
function jsonRows(name: string, text: string): readonly JsonObject[] {
  const value = parsed(text);
  if (!(value instanceof Error)) {
    const list = listIn(value, maxListDepth) ?? [value];
    return list.filter(isObject);
  }
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const row = parsed(line);
    const isFaulty = row instanceof Error;
    if (!isFaulty && isObject(row)) return [row];
    const reason = isFaulty ? row.message : 'it is no object';
    // A file whose first line is none is not one of lines.
    const fault = i === 0 ? value.message : `line ${String(i + 1)}: ${reason}`;
    throw new Error(`“${name}” is not the JSON of events: ${fault}`);
  });
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

async function csvRows(name: string, text: string): Promise<readonly JsonObject[]> {
  const { default: Papa } = await import('papaparse');
  const { data, errors, meta } = Papa.parse<JsonObject>(text, {
    header: true,
    skipEmptyLines: 'greedy',
  });
  const [fault] = errors.filter(({ code }) => code !== 'UndetectableDelimiter');
  if (fault && fault.type !== 'FieldMismatch')
    throw new Error(`“${name}” is not CSV: row ${String((fault.row ?? 0) + 1)}: ${fault.message}`);
  if ((meta.fields?.length ?? 0) < 2)
    throw new Error(`“${name}” is neither JSON nor CSV with columns.`);
  return data;
}
