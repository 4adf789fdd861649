import type { Facet, RowReader, View } from 'eventglass';

import type { EventStore } from '../store/event_store.js';
import { type FacetsRequest, type FilterRequest, TooManyFiltersError } from './event_source.js';
import type { ScanBudget } from './scan_budget.js';

/** Different filters at a time: each costs a look at every mutation, and the engine takes 64 views. */
export const maxFilterViews = 48;

/** Milliseconds after which a filter that nobody follows is no longer kept up to date. */
const idleMs = 60_000;

/** The events that match a filter, and since when they are known. */
export interface FilterView {
  readonly rows: RowReader;
  /** `undefined` where every event matches. */
  readonly view: View | undefined;
  /** The store's seq when the view was opened: of batches before it nobody knows what it showed. */
  readonly sinceSeq: number;
}

interface OpenFilter extends FilterView {
  readonly view: View;
  /** Columns whose values the view keeps counts of. */
  readonly counted: Set<string>;
  pins: number;
  lastUsedMs: number;
}

export interface FilterViewsOptions {
  /** Milliseconds, never going back. */
  readonly now: () => number;
  readonly budget: ScanBudget;
  readonly maxViews?: number;
}

/**
 * Views of the store by their filters. Who asks for the same filter gets the same view; one that nobody follows
 * stays for a while, since pages of a filter come in a row, and makes room where it is needed. How many are opened is limited by
 * the time that it takes.
 */
export class FilterViews {
  readonly #store: EventStore;
  readonly #now: () => number;
  readonly #maxViews: number;
  readonly #budget: ScanBudget;
  /** The one used last stands last. */
  readonly #open = new Map<string, OpenFilter>();
  readonly #all: FilterView;

  constructor(store: EventStore, options: FilterViewsOptions) {
    const { now, budget, maxViews = maxFilterViews } = options;
    this.#store = store;
    this.#now = now;
    this.#maxViews = maxViews;
    this.#budget = budget;
    this.#all = { rows: store.rows, view: undefined, sinceSeq: 0 };
  }

  get openCount(): number {
    return this.#open.size;
  }

  /**
   * The events that match a filter, to be read before anything else happens.
   *
   * @throws {FilterError} @throws {TooManyFiltersError}
   */
  use({ filter, address }: FilterRequest): FilterView {
    const text = filter.trim();
    return text === '' ? this.#all : this.#use(text, address);
  }

  /** The same, until it is given to `unpin`. */
  pin({ filter, address }: FilterRequest): FilterView {
    const text = filter.trim();
    if (text === '') return this.#all;
    const open = this.#use(text, address);
    open.pins++;
    return open;
  }

  /**
   * How many of the events that match a filter have which value of each column. The first time all of them are looked
   * at, and their counts are kept from then on.
   *
   * @throws {FilterError} @throws {TooManyFiltersError}
   */
  count(request: FacetsRequest): readonly Facet[] {
    const { columns, limit, address } = request;
    const { rows } = this.use(request);
    const open = this.#open.get(request.filter.trim());
    return columns.map((column) => {
      const count = (): Facet => rows.facet(column, limit);
      if (open === undefined || open.counted.has(column)) return count();
      const facet = this.#budget.spend(address, count);
      open.counted.add(column);
      return facet;
    });
  }

  /** From now on it is idle. REQUIRES: `pinned` came from `pin`, and has not been unpinned. */
  unpin(pinned: FilterView): void {
    for (const [text, open] of this.#open) {
      if (open !== pinned) continue;
      open.pins--;
      this.#touch(text, open);
      return;
    }
  }

  #use(text: string, address: string): OpenFilter {
    this.#closeIdle();
    const open = this.#open.get(text) ?? this.#openView(text, address);
    this.#touch(text, open);
    return open;
  }

  #touch(text: string, open: OpenFilter): void {
    open.lastUsedMs = this.#now();
    this.#open.delete(text);
    this.#open.set(text, open);
  }

  #openView(text: string, address: string): OpenFilter {
    const isFull = this.#open.size >= this.#maxViews;
    if (isFull && this.#oldestIdle === undefined) {
      throw new TooManyFiltersError(`${this.#maxViews} different filters are in use`);
    }
    const view = this.#budget.spend(address, () => this.#viewOf(text));
    // Only now: nothing makes room for a filter that does not parse.
    if (isFull) this.#closeOldest();
    const sinceSeq = this.#store.cursor.seq;
    return { rows: view, view, sinceSeq, counted: new Set(), pins: 0, lastUsedMs: 0 };
  }

  #viewOf(text: string): View {
    for (;;) {
      try {
        return this.#store.openView(text);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        if (this.#closeOldest()) continue;
        throw new TooManyFiltersError(`no room for another filter: ${error.message}`);
      }
    }
  }

  #closeIdle(): void {
    const nowMs = this.#now();
    for (const [text, open] of this.#open) {
      if (open.pins === 0 && nowMs - open.lastUsedMs > idleMs) this.#close(text, open);
    }
  }

  /** The one used longest ago that nobody follows. */
  get #oldestIdle(): readonly [string, OpenFilter] | undefined {
    for (const entry of this.#open) {
      if (entry[1].pins === 0) return entry;
    }
    return undefined;
  }

  /** False where every view is followed. */
  #closeOldest(): boolean {
    const oldest = this.#oldestIdle;
    if (oldest === undefined) return false;
    this.#close(...oldest);
    return true;
  }

  #close(text: string, open: OpenFilter): void {
    open.view.delete();
    this.#open.delete(text);
  }
}
