import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { findSyntaxFault, placeInText } from '../json/json_places.js';
import { reasonOf } from './data_file.js';
import { DataFileError } from './faults.js';
import { maxColumns } from './limits.js';
import { timeForms } from './time_forms.js';

/** Bytes: hundreds of columns. */
const maxSchemaBytes = 1 << 20;

const name = z.string().min(1, 'expected a name');

const column = z.strictObject({
  name,
  type: z.enum(['dictionary', 'text', 'number', 'boolean']),
  /** The field of the file; the name where it is left out. */
  from: name.optional(),
});

const schemaFile = z.strictObject({
  /** Of the timeline, for people. */
  name: name.optional(),
  format: z.enum(['csv', 'json', 'ndjson']).optional(),
  delimiter: z
    .string()
    .refine((text) => /^[\x20-\x7e\t]$/.test(text) && text !== '"', 'expected one ASCII character')
    .optional(),
  /** Of JSON that is one object: the member that has the rows. */
  rows: name.optional(),
  /** The field that ids are read from; `false`: ids are made from the numbers of the rows. */
  id: z.union([name, z.literal(false)], 'expected the name of a field, or false').optional(),
  timestamp: z.strictObject({ from: name, as: z.enum(timeForms).optional() }).optional(),
  columns: z.array(column).max(maxColumns, `expected at most ${maxColumns} columns`).optional(),
  /** What becomes of fields that `columns` does not name. */
  others: z.enum(['columns', 'payload']).optional(),
});

/** What a schema file says; whatever it leaves open is inferred. */
export type SchemaFile = z.infer<typeof schemaFile>;

/**
 * Reads the schema file at `path`.
 *
 * @throws {DataFileError} names each part that can't be used, and what was expected.
 */
export async function readSchemaFile(path: string): Promise<SchemaFile> {
  const result = schemaFile.safeParse(parseJson(path, await readText(path)));
  if (!result.success) {
    const problems = result.error.issues.map(({ path: at, message }) => {
      const place = at.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`));
      return `${path}: ${place.join('').replace(/^\./, '') || 'the whole'}: ${message}`;
    });
    throw new DataFileError(problems.join('\n'));
  }
  checkNames(path, result.data);
  return result.data;
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > maxSchemaBytes) {
      throw new DataFileError(`${path}: longer than ${maxSchemaBytes} bytes`);
    }
    return bytes.toString().replace(/^\ufeff/, '');
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(`${path}: ${reasonOf(error)}`);
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const { offset = 0, reason = '' } = findSyntaxFault(text) ?? {};
    const { line, column } = placeInText(text, offset);
    throw new DataFileError(`${path}: line ${line}, column ${column}: no JSON: ${reason}`);
  }
}

function checkNames(path: string, { columns = [] }: SchemaFile): void {
  for (const key of ['name', 'from'] as const) {
    const seen = new Set<string>(key === 'name' ? ['id', 'timestamp'] : []);
    for (const [i, column] of columns.entries()) {
      const text = column[key] ?? column.name;
      if (key === 'name' && (text === 'id' || text === 'timestamp')) {
        const message = `columns[${i}].name: ${text} is given beside columns: "${text}"`;
        throw new DataFileError(`${path}: ${message}`);
      }
      if (seen.has(text)) {
        throw new DataFileError(
          `${path}: columns[${i}].${key}: ${JSON.stringify(text)} stands twice`,
        );
      }
      seen.add(text);
    }
  }
}
