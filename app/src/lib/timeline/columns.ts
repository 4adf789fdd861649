import { eventSchema } from '@eventglass/backend/schema';
import type { ColumnType, Schema } from 'eventglass';

/** The timeline's events, as the engine holds them. */
export const schema: Schema = eventSchema;

/** A column of the table. Its width is in TimelineGrid.svelte, by name. */
export interface TableColumn {
  readonly name: string;
  readonly label: string;
  readonly type: ColumnType;
  /** Its place in the schema. */
  readonly schemaIndex: number;
}

/** Columns on screen, from the left. The id stands in the row's attributes and in links. */
const shownColumns = [
  ['timestamp', 'Time (UTC)'],
  ['severity', 'Severity'],
  ['source', 'Source'],
  ['type', 'Type'],
  ['actor', 'Actor'],
  ['message', 'Message'],
  ['amount', 'Amount'],
] as const;

export const columns: readonly TableColumn[] = shownColumns.flatMap(([name, label]) => {
  const schemaIndex = schema.findIndex((column) => column.name === name);
  const column = schema[schemaIndex];
  return column ? [{ name, label, type: column.type, schemaIndex }] : [];
});

/** Where in a row's cells the severity stands. */
export const severityCell = columns.findIndex((column) => column.name === 'severity');
