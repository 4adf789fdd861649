import type { Snippet } from 'svelte';
import type { TableColumn } from '../columns/table_columns.js';
import type { TimelineRow } from '../timeline/row.js';

/** A cell of the table. */
export interface Cell {
  /** As the table would show it. It is whatever somebody has sent: text, and nothing else. */
  readonly text: string;
  readonly row: TimelineRow;
  readonly column: TableColumn;
}

/** What is in the cells of some columns, by the columns' names. */
export type CellSnippets = ReadonlyMap<string, Snippet<[Cell]>>;
