import { isObject } from '../client/json_values.js';
import type { Column, ColumnType, Schema } from '../types.js';

const columnTypes: readonly ColumnType[] = [
  'id',
  'timestamp',
  'dictionary',
  'text',
  'number',
  'boolean',
];

function readColumn(value: unknown): Column | undefined {
  if (!isObject(value)) return undefined;
  const { name } = value;
  const type = columnTypes.find((known) => known === value['type']);
  return typeof name === 'string' && type !== undefined ? { name, type } : undefined;
}

/** What `GET /data/schema` answers; `undefined` where `answer` is something else, such as an event with that id. */
export function readSchema(answer: unknown): Schema | undefined {
  const columns = isObject(answer) ? answer['columns'] : undefined;
  if (!Array.isArray(columns) || columns.length === 0) return undefined;
  const schema = columns.map(readColumn).filter((column) => column !== undefined);
  return schema.length === columns.length ? schema : undefined;
}
