import type { ColumnType, Schema } from '../types.js';
import type { EventJson, KeyNames } from './event_json.js';
import { UsageFault } from './faults.js';

/** Characters: what is longer, or has a space, is no value out of a few. */
const MAX_DICTIONARY_LENGTH = 32;

function typeOf(value: unknown): ColumnType {
  switch (typeof value) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return value.length > MAX_DICTIONARY_LENGTH || value.includes(' ') ? 'text' : 'dictionary';
    default:
      return 'text';
  }
}

/** The fields that events have, in the order of their coming, as columns: for backends that don't tell theirs. */
export function columnsOfEvents(events: readonly EventJson[], names: KeyNames): Schema {
  const types = new Map<string, ColumnType>();
  for (const { fields } of events) {
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) continue;
      const type = typeOf(value);
      const known = types.get(name);
      if (known === undefined) types.set(name, type);
      else if (known !== type) types.set(name, 'text');
    }
  }
  types.set(names.id, 'id');
  types.set(names.timestamp, 'timestamp');
  return Array.from(types, ([name, type]) => ({ name, type }));
}

/** Columns by the names that were asked for, in that order. `onMissing`: hears of one that events may still have. */
export function chooseColumns(
  schema: Schema,
  names: readonly string[],
  onMissing: ((message: string) => void) | undefined,
): Schema {
  const known = schema.map((each) => each.name).join(', ');
  return names.map((name) => {
    const column = schema.find((each) => each.name === name);
    if (column !== undefined) return column;
    if (onMissing === undefined) {
      throw new UsageFault(`There is no column '${name}'. The columns are ${known}.`);
    }
    onMissing(`The first events have no '${name}'. They have ${known}.`);
    return { name, type: 'text' };
  });
}

/** Columns of a table: the time first, texts last, since they are cut first. Ids stay out: nobody reads them. */
export function tableColumns(schema: Schema): Schema {
  const ranks: Readonly<Record<ColumnType, number>> = {
    timestamp: 0,
    dictionary: 1,
    number: 1,
    boolean: 1,
    text: 2,
    id: 3,
  };
  return schema.filter(({ type }) => type !== 'id').sort((a, b) => ranks[a.type] - ranks[b.type]);
}
