import { crc32 } from 'node:zlib';

import { z } from 'zod';

import { demoSchema } from '../event_schema.js';
import type { TimelineSchema } from '../timeline_schema.js';
import { ArchiveError } from '../writer/event_archive.js';

/**
 * What a store says of itself, under the key `about`:
 *
 *     about  := {"format":2,"schema":{"name":…,"columns":[…]},"crc":u32}     the CRC-32 of the JSON without `crc`
 *     about  := {"format":1,"schema":[…]}                                    before: columns alone
 *
 * It is JSON whatever its format, so that a program that does not know it can name it.
 */
const currentFormat = 2;

/** Raised where what an earlier program would make of a store is wrong. */
const knownFormats: readonly unknown[] = [1, currentFormat];

const column = z.object({
  name: z.string().min(1),
  type: z.enum(['id', 'timestamp', 'dictionary', 'text', 'number', 'boolean']),
  optional: z.boolean().optional(),
  json: z.boolean().optional(),
});

const columns = z.array(column).refine((list) => {
  const hasOne = (type: string): boolean =>
    list
      .filter((item) => item.type === type)
      .map(({ name }) => name)
      .join() === type;
  return hasOne('id') && hasOne('timestamp') && areDifferent(list.map(({ name }) => name));
});

const schemaRecord = z.object({ name: z.string(), columns });

function areDifferent(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

export function writeAbout(schema: TimelineSchema): Buffer {
  const contents = { format: currentFormat, schema };
  const crc = crc32(JSON.stringify(contents));
  return Buffer.from(JSON.stringify({ ...contents, crc }));
}

/**
 * The columns of the store in `folder`, out of its record; `name` is what its timeline is called that has no name.
 *
 * @throws {ArchiveError} for one of another program, or a damaged one.
 */
export function readAbout(record: Buffer, folder: string, name: string): TimelineSchema {
  const about = parse(record);
  const format = about?.['format'];
  if (about === undefined || typeof format !== 'number') throw damaged(folder);
  if (!knownFormats.includes(format)) {
    throw new ArchiveError(
      `the store in ${folder} has format ${format}, and this program reads ${knownFormats.join(' and ')}. ` +
        'Start the program that wrote it, or a newer one, or choose another folder; nothing in it was changed',
    );
  }
  const schema = format === 1 ? schemaOfColumns(about['schema'], name) : schemaOfRecord(about);
  if (schema === undefined) throw damaged(folder);
  return schema;
}

function schemaOfColumns(value: unknown, name: string): TimelineSchema | undefined {
  const { data } = columns.safeParse(value);
  if (data === undefined) return undefined;
  const schema = { name, columns: data } as TimelineSchema;
  return hasColumnsOf(schema, demoSchema) ? demoSchema : schema;
}

function schemaOfRecord({ crc, ...contents }: Record<string, unknown>): TimelineSchema | undefined {
  if (crc !== crc32(JSON.stringify(contents))) return undefined;
  return schemaRecord.safeParse(contents['schema']).data as TimelineSchema | undefined;
}

function parse(record: Buffer): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(record.toString()) as unknown;
    if (typeof value !== 'object' || value === null) return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function damaged(folder: string): ArchiveError {
  return new ArchiveError(
    `the store in ${folder} is damaged: what it says of its columns can't be read. ` +
      'Restore the folder from a copy; nothing in it was changed',
  );
}

/** Whether two timelines have the same columns, in the same order. */
export function hasColumnsOf(a: TimelineSchema, b: TimelineSchema): boolean {
  return columnsText(a) === columnsText(b);
}

/** The columns of a timeline, for people. */
export function columnsText({ columns }: Pick<TimelineSchema, 'columns'>): string {
  return columns.map(({ name, type }) => `${name} (${type})`).join(', ');
}
