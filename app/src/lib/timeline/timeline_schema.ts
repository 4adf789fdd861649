import type { ColumnType, Schema } from 'eventglass';
import { isObject } from '../json.js';

const types: readonly unknown[] = [
  'id',
  'timestamp',
  'dictionary',
  'text',
  'number',
  'boolean',
] satisfies readonly ColumnType[];

function isColumn(value: unknown): value is Schema[number] {
  return isObject(value) && typeof value['name'] === 'string' && types.includes(value['type']);
}

/** The columns that `GET /data/schema` answers; `undefined` if it is not that. */
export function parseSchema(answer: unknown): Schema | undefined {
  if (!isObject(answer)) return undefined;
  const { columns } = answer;
  if (!Array.isArray(columns) || !columns.every(isColumn)) return undefined;
  const count = (type: ColumnType) => columns.filter((column) => column.type === type).length;
  if (count('id') !== 1 || count('timestamp') !== 1) return undefined;
  return columns.map(({ name, type }) => ({ name, type }));
}

export function isSameSchema(a: Schema, b: Schema): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, type }, i) => name === b[i]?.name && type === b[i].type)
  );
}
