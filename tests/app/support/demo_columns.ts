import { eventSchema } from '../../../backend/src/event_schema.js';
import { TableColumns } from '../../../app/src/lib/timeline/columns.js';

/** The columns of the demo's table. */
export const demoColumns = new TableColumns(eventSchema);
