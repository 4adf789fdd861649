import type { ColumnType, Schema } from 'eventglass';
import { readSchema } from 'eventglass/internal/schema_answer.js';

/** The columns that `GET /data/schema` answers; `undefined` if it is not that, or they can't be those of a timeline. */
export function parseSchema(answer: unknown): Schema | undefined {
  const schema = readSchema(answer);
  const count = (type: ColumnType) => schema?.filter((column) => column.type === type).length;
  return count('id') === 1 && count('timestamp') === 1 ? schema : undefined;
}

export function isSameSchema(a: Schema, b: Schema): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, type }, i) => name === b[i]?.name && type === b[i].type)
  );
}
