import type { TableColumns } from '../columns/table_columns.js';
import type { TableSettings } from './table_settings.js';
import { TableView } from './table_view.svelte.js';

/** A view whose settings are somebody's state. */
export class OwnView extends TableView {
  readonly #owner: { settings: TableSettings };

  constructor(table: TableColumns, owner: { settings: TableSettings }) {
    super(table, Date.now());
    this.#owner = owner;
  }

  override get settings(): TableSettings {
    return this.#owner.settings;
  }

  override change({ columns }: Pick<TableSettings, 'columns'>): void {
    this.#owner.settings = { ...this.#owner.settings, columns };
  }
}
