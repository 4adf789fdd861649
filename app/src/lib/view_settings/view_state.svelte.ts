import { createContext } from 'svelte';
import { TableView } from '@eventglass/table/view/table_view.svelte.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { linkedSettings, type LinkSettings } from './link_settings.js';
import { cookieText, showSettings, type GivenSettings } from './page_settings.js';
import type { ViewSettings } from './settings.js';

/** The name of the zone that the browser is in. */
export function localZoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * How the page looks: the reader's own settings, kept in a cookie, and those of the link that it was opened by, which win
 * until the reader changes them.
 */
export class ViewState extends TableView {
  override readonly table: TableColumns;
  #own: ViewSettings;
  #link: LinkSettings;

  constructor({ own, link, nowMs }: GivenSettings, table: TableColumns) {
    super(nowMs);
    this.table = table;
    this.#own = $state.raw(own);
    this.#link = $state.raw(link);
  }

  override readonly settings: ViewSettings = $derived.by(() =>
    linkedSettings(this.#own, this.#link),
  );

  /** What the reader changes is their own from now on, whatever the link said of it. */
  override change(change: Partial<ViewSettings>): void {
    this.#own = { ...this.#own, ...change };
    this.#link = {
      ...this.#link,
      zone: change.zone ? undefined : this.#link.zone,
      columns: 'columns' in change ? undefined : this.#link.columns,
    };
    document.cookie = cookieText(this.#own, location.protocol === 'https:');
    showSettings(document, this.settings);
  }

  /** In the browser: who has gone elsewhere has other clocks around them. */
  followBrowser(): void {
    const { zone } = this.#own;
    const name = localZoneName();
    if (zone.isLocal && zone.name !== name) this.change({ zone: { name, isLocal: true } });
  }
}

export const [viewState, provideViewState] = createContext<ViewState>();
