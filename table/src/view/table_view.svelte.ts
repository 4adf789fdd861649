import { createContext } from 'svelte';
import { timeZone } from 'eventglass/internal/time_zone.js';
import { shownColumns, type ColumnLayout } from '../columns/column_layout.js';
import type { TableColumn, TableColumns } from '../columns/table_columns.js';
import { estimateText, relativeText, timestampText } from '../time/time_text.js';
import type { TimelineRow } from '../timeline/row.js';
import type { TableSettings } from './table_settings.js';

/** Relative times go on this often: often enough for ten seconds, the least that they tell. */
const presentIntervalMs = 10_000;

/** How the table looks. Who owns the settings says where they are kept. */
export abstract class TableView {
  /** All columns that the table could show. */
  abstract readonly table: TableColumns;
  abstract readonly settings: TableSettings;
  #presentMs: number;

  /** `nowMs`: what times are relative to at first. */
  constructor(nowMs: number) {
    this.#presentMs = $state(nowMs);
  }

  /** The reader has changed the columns. */
  abstract change(change: Pick<TableSettings, 'columns'>): void;

  readonly zone = $derived.by(() => timeZone(this.settings.zone.name));

  readonly layout: ColumnLayout = $derived.by(() => this.settings.columns);

  /** Columns that are shown, from the left. */
  readonly columns: readonly TableColumn[] = $derived.by(() =>
    shownColumns(this.table, this.layout).flatMap(({ name }) => this.table.named(name) ?? []),
  );

  /** `14:03:22.123` with its day, in the reader's zone, or how long ago that was. */
  timeText(timestamp: number): string {
    if (this.settings.times === 'relative') return relativeText(timestamp, this.#presentMs);
    return timestampText(timestamp, this.zone);
  }

  /** The same of a time that is about right. */
  estimateText(timestamp: number): string {
    if (this.settings.times === 'relative') return relativeText(timestamp, this.#presentMs);
    return estimateText(timestamp, this.zone);
  }

  /** What stands in a cell of a row. */
  cellText(
    { timestamp, cells }: Pick<TimelineRow, 'timestamp' | 'cells'>,
    { type, cell }: TableColumn,
  ): string {
    return type === 'timestamp' ? this.timeText(timestamp) : (cells[cell] ?? '');
  }

  /** What `timeText` leaves out; `undefined` if it leaves nothing out. */
  timeTitle(timestamp: number): string | undefined {
    if (this.settings.times === 'absolute') return undefined;
    return `${timestampText(timestamp, this.zone)} ${this.zone.name}`;
  }

  /** Lets relative times go on, until the function that it returns is called. For an effect. */
  keepTime(): (() => void) | undefined {
    if (this.settings.times === 'absolute') return undefined;
    this.#presentMs = Date.now();
    const timer = setInterval(() => (this.#presentMs = Date.now()), presentIntervalMs);
    return () => clearInterval(timer);
  }
}

/** The view of the table that a component is in. */
export const [tableView, provideTableView] = createContext<TableView>();
