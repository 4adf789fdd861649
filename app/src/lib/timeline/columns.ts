import { eventSchema } from '@eventglass/backend/schema';
import type { ColumnType, Schema } from 'eventglass';

/** The timeline's events, as the engine holds them. */
export const schema: Schema = eventSchema;

/** A column of the table. Its usual width is in TimelineGrid.svelte, by name. */
export interface TableColumn {
  readonly name: string;
  readonly label: string;
  readonly type: ColumnType;
  /** Its place in the schema. */
  readonly schemaIndex: number;
  /** Its place in the cells of a row. */
  readonly cell: number;
}

/** Columns of the table, as they usually stand from the left. The id stands in the row's attributes and in links. */
const tableColumns = [
  ['timestamp', 'Time'],
  ['severity', 'Severity'],
  ['source', 'Source'],
  ['type', 'Type'],
  ['actor', 'Actor'],
  ['message', 'Message'],
  ['amount', 'Amount'],
] as const;

export const columns: readonly TableColumn[] = tableColumns.flatMap(([name, label], cell) => {
  const schemaIndex = schema.findIndex((column) => column.name === name);
  const column = schema[schemaIndex];
  return column ? [{ name, label, type: column.type, schemaIndex, cell }] : [];
});

/** Where in a row's cells the severity stands. */
export const severityCell = columns.findIndex((column) => column.name === 'severity');
