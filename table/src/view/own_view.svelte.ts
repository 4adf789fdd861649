import type { TableColumns } from '../columns/table_columns.js';
import type { TableSettings } from './table_settings.js';
import { TableView } from './table_view.svelte.js';

/** Whose state the settings of a view are. */
export interface ViewOwner {
  readonly settings: TableSettings;
  /** The reader has changed the columns. */
  changeColumns(columns: TableSettings['columns']): void;
}

/** A view whose settings are somebody's state, and whose columns can be given again. */
export class OwnView extends TableView {
  readonly #owner: ViewOwner;
  #table: TableColumns;

  constructor(table: TableColumns, owner: ViewOwner) {
    super(Date.now());
    this.#table = $state.raw(table);
    this.#owner = owner;
  }

  override get table(): TableColumns {
    return this.#table;
  }

  /** Shows other columns of the same schema. */
  showTable(table: TableColumns): void {
    this.#table = table;
  }

  override get settings(): TableSettings {
    return this.#owner.settings;
  }

  override change({ columns }: Pick<TableSettings, 'columns'>): void {
    this.#owner.changeColumns(columns);
  }
}
