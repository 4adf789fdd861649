import { eventSchema } from '../../../backend/src/event_schema.js';
import { TableColumns } from '../../../table/src/columns/table_columns.js';

/** The columns of the demo's table. */
export const demoColumns = new TableColumns(eventSchema);
