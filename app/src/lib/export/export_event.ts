import type { Schema } from 'eventglass';
import { isObject } from '../json.js';

type Cell = string | number | boolean | undefined;

/** An event of a page, checked against the schema: `cells` in its order. */
export interface ExportEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly cells: readonly Cell[];
}

function isCell(value: unknown): value is Cell {
  const type = typeof value;
  return type === 'string' || type === 'boolean' || (type === 'number' && Number.isFinite(value));
}

/** What a column of this type may have; others are as if they were missing. */
function cellOf(value: unknown, type: Schema[number]['type']): Cell {
  if (!isCell(value)) return undefined;
  switch (type) {
    case 'id':
    case 'text':
    case 'dictionary':
      return typeof value === 'string' ? value : undefined;
    case 'timestamp':
    case 'number':
      return typeof value === 'number' ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
  }
}

function eventOf(value: unknown, schema: Schema): ExportEvent | undefined {
  if (!isObject(value)) return undefined;
  const { id, timestamp } = value;
  if (typeof id !== 'string' || typeof timestamp !== 'number' || !Number.isInteger(timestamp)) {
    return undefined;
  }
  if (Math.abs(timestamp) > 8.64e15) return undefined;
  return { id, timestamp, cells: schema.map(({ name, type }) => cellOf(value[name], type)) };
}

/** The events of a page's answer; `undefined` where it is none. */
export function eventsOf(answer: unknown, schema: Schema): readonly ExportEvent[] | undefined {
  if (!Array.isArray(answer)) return undefined;
  const events: ExportEvent[] = [];
  for (const value of answer as readonly unknown[]) {
    const event = eventOf(value, schema);
    if (!event) return undefined;
    events.push(event);
  }
  return events;
}
