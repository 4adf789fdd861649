import { createContext } from 'svelte';
import { estimateText, relativeText, timestampText } from '../time/time_text.js';
import { timeZone } from 'eventglass/internal/time_zone.js';
import type { TableColumn, TableColumns } from '../timeline/columns.js';
import { shownColumns, type ColumnLayout } from './column_layout.js';
import { linkedSettings, type LinkSettings } from './link_settings.js';
import { cookieText, showSettings, type GivenSettings } from './page_settings.js';
import type { ViewSettings } from './settings.js';

/** Relative times go on this often: often enough for ten seconds, the least that they tell. */
const presentIntervalMs = 10_000;

/** The name of the zone that the browser is in. */
export function localZoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * How the page looks: the reader's own settings, kept in a cookie, and those of the link that it was opened by, which win
 * until the reader changes them.
 */
export class ViewState {
  /** All columns that the table could show. */
  readonly table: TableColumns;
  #own: ViewSettings;
  #link: LinkSettings;
  #presentMs: number;

  constructor({ own, link, nowMs }: GivenSettings, table: TableColumns) {
    this.table = table;
    this.#own = $state.raw(own);
    this.#link = $state.raw(link);
    this.#presentMs = $state(nowMs);
  }

  readonly settings: ViewSettings = $derived.by(() => linkedSettings(this.#own, this.#link));

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

  /** What `timeText` leaves out; `undefined` if it leaves nothing out. */
  timeTitle(timestamp: number): string | undefined {
    if (this.settings.times === 'absolute') return undefined;
    return `${timestampText(timestamp, this.zone)} ${this.zone.name}`;
  }

  /** What the reader changes is their own from now on, whatever the link said of it. */
  change(change: Partial<ViewSettings>): void {
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

  /** Lets relative times go on, until the function that it returns is called. For an effect. */
  keepTime(): (() => void) | undefined {
    if (this.settings.times === 'absolute') return undefined;
    this.#presentMs = Date.now();
    const timer = setInterval(() => (this.#presentMs = Date.now()), presentIntervalMs);
    return () => clearInterval(timer);
  }
}

export const [viewState, provideViewState] = createContext<ViewState>();
