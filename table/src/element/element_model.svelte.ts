import { TimelineState, type TimelineOptions } from '../component/timeline_state.svelte.js';
import { zoneNamed } from '../component/zone_named.js';
import type { Theme } from '../view/table_settings.js';
import type { CellRenderer } from './cell_template.js';
import type { CellContents } from './cell_contents.js';
import { renderersOf, type ElementColumn } from './column_markup.js';
import type { ElementEvents } from './element_events.js';

/** What an element shows: the same whether it is on the page or not. */
export class ElementModel {
  readonly contents: CellContents;
  readonly fire: <Type extends keyof ElementEvents>(
    type: Type,
    detail: ElementEvents[Type],
  ) => void;
  /** `undefined` while nothing says where events come from. */
  timeline: TimelineState | undefined = $state.raw();
  theme: Theme = $state('system');
  label = $state('Events');
  hasStatus = $state(true);
  #renderers: ReadonlyMap<string, CellRenderer> = $state.raw(renderersOf([]));
  #options: TimelineOptions = {};
  #isStale = false;

  constructor(contents: CellContents, fire: ElementModel['fire']) {
    this.contents = contents;
    this.fire = fire;
  }

  /** What is wanted of a timeline, of the next one as well. */
  get options(): TimelineOptions {
    return this.#options;
  }

  /** How cells of some columns are made. */
  get renderers(): ReadonlyMap<string, CellRenderer> {
    return this.#renderers;
  }

  /** Sets what a timeline can be told while it runs. */
  set(options: Pick<TimelineOptions, 'filter' | 'place' | 'timeZone' | 'times' | 'density'>): void {
    // Known before anything is changed, and also while there is nothing that could tell.
    if (options.timeZone !== undefined) zoneNamed(options.timeZone);
    if (this.timeline) Object.assign(this.timeline, options);
    this.#options = { ...this.#options, ...options };
  }

  setColumns(columns: readonly ElementColumn[] | undefined): void {
    this.#renderers = renderersOf(columns ?? []);
    this.#options = { ...this.#options, columns };
    if (this.timeline) this.timeline.columns = columns;
  }

  /** Sets what makes another timeline: once for all that is set in one task. */
  setSource(
    source: Pick<TimelineOptions, 'backendUrl' | 'source' | 'schema' | 'capacityRows' | 'worker'>,
  ): void {
    this.#options = { ...this.#options, ...source };
    if (this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => this.#remake());
  }

  #remake(): void {
    this.#isStale = false;
    const { backendUrl, source } = this.#options;
    // A source stands in place of a backend, whichever was told first.
    const options = source ? { ...this.#options, backendUrl: undefined } : this.#options;
    const hasSource = backendUrl !== undefined || source !== undefined;
    this.timeline = hasSource ? new TimelineState(options) : undefined;
  }
}
