import { MAX_TIMESTAMP_MS } from '../checks.js';
import { isObject, type JsonObject } from '../client/json_values.js';
import { formatBound } from '../client/key_bounds.js';
import type { CellValue, EventKey, Schema } from '../types.js';

/** An event as the backend wrote it, with its place in the order of events. */
export interface EventJson {
  readonly key: EventKey;
  readonly fields: JsonObject;
}

/** Names of the fields that make the key. */
export interface KeyNames {
  readonly id: string;
  readonly timestamp: string;
}

export const USUAL_KEY_NAMES: KeyNames = { id: 'id', timestamp: 'timestamp' };

export function keyNamesOf(schema: Schema): KeyNames {
  const nameOf = (type: 'id' | 'timestamp'): string =>
    schema.find((column) => column.type === type)?.name ?? USUAL_KEY_NAMES[type];
  return { id: nameOf('id'), timestamp: nameOf('timestamp') };
}

/** `undefined` where `value` is no event. */
export function readEvent(value: unknown, names: KeyNames): EventJson | undefined {
  if (!isObject(value)) return undefined;
  const { [names.id]: id, [names.timestamp]: timestamp } = value;
  if (typeof id !== 'string' || typeof timestamp !== 'number') return undefined;
  if (!Number.isInteger(timestamp) || Math.abs(timestamp) > MAX_TIMESTAMP_MS) return undefined;
  return { key: { timestamp, id }, fields: value };
}

/** `undefined` where `value` is no array of events. */
export function readEvents(value: unknown, names: KeyNames): readonly EventJson[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const events: EventJson[] = [];
  for (const item of value as readonly unknown[]) {
    const event = readEvent(item, names);
    if (event === undefined) return undefined;
    events.push(event);
  }
  return events;
}

/** The key as a parameter. Half a character, which nothing on the wire has, can't be encoded. */
export function keyText({ timestamp, id }: EventKey): string {
  return formatBound({ timestamp, id: id.replaceAll(/\p{Surrogate}/gu, '\ufffd') });
}

/** A value as a cell; what no column holds is written as JSON. */
function cellOf(value: unknown): CellValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    default:
      return value === undefined || value === null ? undefined : JSON.stringify(value);
  }
}

/** The cells of an event, in the order of `columns`. */
export function cellsOf(
  { fields }: Pick<EventJson, 'fields'>,
  columns: Schema,
): readonly CellValue[] {
  return columns.map(({ name }) =>
    Object.hasOwn(fields, name) ? cellOf(fields[name]) : undefined,
  );
}
