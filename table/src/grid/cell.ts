import type { TableColumn } from '../columns/table_columns.js';
import type { TimelineRow } from '../timeline/row.js';

/** A cell of the table. */
export interface Cell {
  /** As the table would show it. It is whatever somebody has sent: text, and nothing else. */
  readonly text: string;
  /** The row that it is in. */
  readonly row: TimelineRow;
  /** The column that it is in. */
  readonly column: TableColumn;
}
