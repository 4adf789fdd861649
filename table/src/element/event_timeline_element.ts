import type { Schema } from 'eventglass';
import type { ClientOptions, TimelineClient } from 'eventglass/client';
import { mount, unmount } from 'svelte';
import type { ShownColumn } from '../columns/column_layout.js';
import { livePlace, type Place } from '../timeline/place.js';
import {
  rowDensities,
  themes,
  timeStyles,
  type RowDensity,
  type Theme,
  type TimeStyle,
} from '../view/table_settings.js';
import { CellContents } from './cell_contents.js';
import {
  checkedColumns,
  columnElementName,
  columnsOfMarkup,
  type ElementColumn,
} from './column_markup.js';
import { checkedCount, countOf, placeOf, wordOf } from './element_attributes.js';
import { ElementBase } from './element_base.js';
import { detailOf, type RowDetail } from './element_events.js';
import { ElementModel } from './element_model.svelte.js';
import ElementTimeline from './ElementTimeline.svelte';
import { adoptStyles } from './styles.js';

const wholeTree = { attributes: true, childList: true, subtree: true, characterData: true };

/**
 * `<event-timeline>`: a table of a timeline's events. What its attributes say can be set as properties as well, and more than texts
 * can say only so.
 */
export class EventTimelineElement extends ElementBase {
  /** By the browser. */
  static readonly observedAttributes = [
    'backend',
    'filter',
    'place',
    'time-zone',
    'times',
    'density',
    'theme',
    'label',
    'capacity-rows',
    'no-status',
  ];

  readonly #model = new ElementModel(new CellContents(this), (type, detail) => {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  });
  readonly #markup = new MutationObserver((records) => this.#onMarkup(records));
  #columns: readonly ElementColumn[] | undefined;
  #mounted: { focus(): void; restore(): void } | undefined;
  /** Properties that were set before the page knew this class. */
  #early: ReadonlyMap<string, unknown>;

  /** By the browser, or where somebody makes one. */
  constructor() {
    super();
    adoptStyles(this.attachShadow({ mode: 'open' }));
    this.#early = takeOwn(this);
  }

  /** `http(s)://host:port` of a backend that speaks Eventglass's own protocol. */
  get backend(): string {
    return this.#model.options.backendUrl ?? '';
  }

  set backend(url: string | null | undefined) {
    this.#model.setSource({ backendUrl: url || undefined });
  }

  /** Where events come from instead of a backend: docs/adapters.md. */
  get source(): ClientOptions['source'] {
    return this.#model.options.source;
  }

  set source(source: ClientOptions['source']) {
    this.#model.setSource({ source });
  }

  /** The columns of the events; unless set, those that the backend tells, or that an array or a file has. */
  get schema(): Schema | undefined {
    return this.#model.timeline?.schema ?? this.#model.options.schema;
  }

  set schema(schema: Schema | undefined) {
    this.#model.setSource({ schema });
  }

  /** Rows that the window holds. */
  get capacityRows(): number | undefined {
    return this.#model.options.capacityRows;
  }

  set capacityRows(count: number | null | undefined) {
    this.#model.setSource({ capacityRows: checkedCount('capacityRows', count ?? undefined) });
  }

  /** Makes the client's worker, where a bundler does not find it by itself. */
  set worker(make: (() => Worker) | undefined) {
    this.#model.setSource({ worker: make });
  }

  /** The columns that are shown, from the left; unless set, those of the `<event-column>` in it, or the usual ones of the schema. */
  get columns(): readonly ElementColumn[] | undefined {
    return this.#columns;
  }

  set columns(columns: readonly ElementColumn[] | null | undefined) {
    this.#columns = checkedColumns(columns ?? undefined);
    this.#showColumns();
  }

  /** The columns on screen, with the widths that the reader has given them. */
  get shownColumns(): readonly ShownColumn[] {
    return this.#model.timeline?.shownColumns ?? [];
  }

  /** Only events that match are shown: docs/filter.md. */
  get filter(): string {
    return this.#model.timeline?.filter ?? this.#model.options.filter ?? '';
  }

  set filter(filter: string | null | undefined) {
    this.#model.set({ filter: filter ?? '' });
  }

  /** Where the reader is. It can be set to `live`, `first` or a time such as `2026-11-20T14:00:00Z` as well. */
  get place(): Place {
    return this.#model.timeline?.place ?? this.#model.options.place ?? livePlace;
  }

  set place(place: Place | string | null | undefined) {
    this.#model.set({ place: placeOf(place) });
  }

  /** `UTC`, `local`, or a name of the IANA database, such as `Europe/Berlin`. */
  get timeZone(): string {
    return this.#model.timeline?.timeZone ?? this.#model.options.timeZone ?? 'UTC';
  }

  set timeZone(name: string | null | undefined) {
    this.#model.set({ timeZone: name ?? 'UTC' });
  }

  /** `absolute`, or `relative` to now. */
  get times(): TimeStyle {
    return this.#model.options.times ?? 'absolute';
  }

  set times(times: TimeStyle | null | undefined) {
    this.#model.set({ times: wordOf(timeStyles, times) ?? 'absolute' });
  }

  /** How close rows are: `comfortable` or `compact`. */
  get density(): RowDensity {
    return this.#model.options.density ?? 'comfortable';
  }

  set density(density: RowDensity | null | undefined) {
    this.#model.set({ density: wordOf(rowDensities, density) ?? 'comfortable' });
  }

  /** `system`, which goes by the reader's, `light` or `dark`. */
  get theme(): Theme {
    return this.#model.theme;
  }

  set theme(theme: Theme | null | undefined) {
    this.#model.theme = wordOf(themes, theme) ?? 'system';
  }

  /** What it is called for those who don't see it. */
  get label(): string {
    return this.#model.label;
  }

  set label(label: string | null | undefined) {
    this.#model.label = label ?? 'Events';
  }

  /** Says below the table how things are. */
  get hasStatus(): boolean {
    return this.#model.hasStatus;
  }

  set hasStatus(hasStatus: boolean) {
    this.#model.hasStatus = hasStatus;
  }

  /** The event that the reader has chosen. */
  get selected(): RowDetail | undefined {
    const { selected, loaded } = this.#model.timeline ?? {};
    return selected && loaded && detailOf(selected, loaded.view);
  }

  /** Events that match the filter; `undefined` until they have been counted. */
  get rowCount(): number | undefined {
    return this.#model.timeline?.rowCount;
  }

  /** Chooses an event among those on screen, by id; `undefined` for none. */
  select(id: string | undefined): void {
    this.#model.timeline?.select(id);
  }

  /** One event as its source has it, with all of its fields; `undefined` where there is none of that id. */
  async readEvent(id: string): ReturnType<TimelineClient['readEvent']> {
    const { timeline } = this.#model;
    if (!timeline) throw new Error('eventglass: the element has neither a backend nor a source');
    return timeline.readEvent(id);
  }

  /** Tries again now whatever waits for its next try. */
  retry(): void {
    this.#model.timeline?.retry();
  }

  /** Lets the reader go on with the keyboard here. */
  override focus(): void {
    this.#mounted?.focus();
  }

  /** By the browser. */
  connectedCallback(): void {
    if (!this.shadowRoot) return;
    if (this.#mounted) {
      this.#mounted.restore();
      return;
    }
    this.#setEarly();
    this.#mounted = mount(ElementTimeline, {
      target: this.shadowRoot,
      props: { model: this.#model },
    });
    this.#markup.observe(this, { childList: true });
    this.#showColumns();
  }

  /** By the browser. What is only moved in its page goes on. */
  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected || !this.#mounted) return;
      const hadSelected = this.selected !== undefined;
      void unmount(this.#mounted);
      this.#mounted = undefined;
      this.#markup.disconnect();
      if (hadSelected) this.#model.fire('rowselect', null);
    });
  }

  /** By the browser. */
  adoptedCallback(): void {
    if (this.shadowRoot) adoptStyles(this.shadowRoot);
  }

  /** By the browser. */
  attributeChangedCallback(name: string, _: string | null, text: string | null): void {
    switch (name) {
      case 'time-zone':
        this.timeZone = text;
        break;
      case 'capacity-rows':
        this.capacityRows = countOf(name, text);
        break;
      case 'no-status':
        this.hasStatus = text === null;
        break;
      case 'times':
        this.times = wordOf(timeStyles, text);
        break;
      case 'density':
        this.density = wordOf(rowDensities, text);
        break;
      case 'theme':
        this.theme = wordOf(themes, text);
        break;
      case 'backend':
      case 'filter':
      case 'place':
      case 'label':
        this[name] = text;
        break;
    }
  }

  #showColumns(): void {
    const view = () => this.#model.timeline?.loaded?.view;
    for (const column of this.querySelectorAll(`:scope > ${columnElementName}`)) {
      this.#markup.observe(column, wholeTree);
      // It is no part of the tree that it stands in.
      for (const template of column.querySelectorAll('template'))
        this.#markup.observe(template.content, wholeTree);
    }
    this.#model.setColumns(this.#columns ?? columnsOfMarkup(this, view));
  }

  #onMarkup(records: readonly MutationRecord[]): void {
    const isColumn = (node: Node) => node.nodeName.toLowerCase() === columnElementName;
    const changes = records.some(
      ({ target, addedNodes, removedNodes }) =>
        // What the element itself puts into it is for cells.
        target !== this || [...addedNodes, ...removedNodes].some(isColumn),
    );
    if (changes) this.#showColumns();
  }

  /** As if they had been set after the attributes, which the browser tells between constructor and page. */
  #setEarly(): void {
    const early = this.#early;
    this.#early = new Map();
    for (const [name, value] of early) {
      try {
        Reflect.set(this, name, value);
      } catch (error) {
        // With the others nothing is wrong.
        reportError(error);
      }
    }
  }
}

/** Takes what has been set on an element before it had this class from where it hides the properties of the class. */
function takeOwn(element: EventTimelineElement): ReadonlyMap<string, unknown> {
  const own = Object.entries(element).filter(([name]) => name in EventTimelineElement.prototype);
  for (const [name] of own) Reflect.deleteProperty(element, name);
  return new Map(own);
}
