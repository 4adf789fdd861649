import type { Schema } from 'eventglass';
import type { ClientState } from 'eventglass/client';
import { utc } from 'eventglass/internal/time_zone.js';
import { shownColumns, type ColumnLayout, type ShownColumn } from '../columns/column_layout.js';
import { hasSameColumns, unknownColumns } from '../columns/given_columns.js';
import { TableColumns, type GivenColumn } from '../columns/table_columns.js';
import { ActiveRow } from '../grid/active_row.svelte.js';
import { statusOf, type Status } from '../status/status.js';
import { firstPlace, livePlace, type Place } from '../timeline/place.js';
import type { TimelineRow } from '../timeline/row.js';
import { SchemaWatch } from '../timeline/schema_watch.js';
import { parseSchema } from '../timeline/timeline_schema.js';
import { Timeline } from '../timeline/timeline.svelte.js';
import type { TimelineSource } from '../timeline/timeline_source.js';
import { OwnView, type ViewOwner } from '../view/own_view.svelte.js';
import type { RowDensity, TableSettings, TimeStyle } from '../view/table_settings.js';
import { keepLoadingSchema } from './load_schema.js';
import { zoneNamed } from './zone_named.js';

/** What an event table shows, and how. */
export interface TimelineOptions extends TimelineSource {
  /** The columns of the events; unless told, those that a backend tells or that are found in an array or a file. */
  readonly schema?: Schema | undefined;
  /** The columns that are shown, from the left. Unless told, the usual ones of the schema. */
  readonly columns?: readonly GivenColumn[] | undefined;
  /** See docs/filter.md. All events unless told otherwise. */
  readonly filter?: string;
  /** Where it starts. The live end unless told otherwise. */
  readonly place?: Place;
  /** `UTC`, which it is unless told otherwise, `local`, or a name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone?: string;
  /** `absolute`, or `relative` to now. */
  readonly times?: TimeStyle;
  /** How close rows are. */
  readonly density?: RowDensity;
}

/** What is there once the columns are known. */
export interface Loaded {
  readonly timeline: Timeline;
  readonly view: OwnView;
  readonly active: ActiveRow;
}

/**
 * An event table as a page sees it: what it shows, where the reader is, and what a page can make it do. All of it is Svelte's state:
 * what reads it in an effect or a component follows it. `EventTimeline` draws it, and lets it run while it is drawn.
 */
export class TimelineState {
  readonly #options: TimelineOptions;
  #loaded: Loaded | undefined = $state.raw();
  #problem: string | undefined = $state();
  #settings: TableSettings;
  /** What is wanted of a timeline that is not there yet, or not any more. */
  #filter: string;
  #place: Place;
  #given: readonly GivenColumn[] | undefined;
  #columnChange: { readonly columns: ColumnLayout } | undefined = $state.raw();
  /** What the reader has been told about them. */
  #columnNotice: string | undefined;
  #schemaWatch: SchemaWatch | undefined;
  #loading: AbortController | undefined;

  /** Throws a TypeError where there is neither a backend nor a source, and a RangeError where there is no such time zone. */
  constructor(options: TimelineOptions) {
    if ((options.backendUrl === undefined) === (options.source === undefined))
      throw new TypeError('eventglass: a timeline has either a backendUrl or a source');
    this.#options = { ...options, backendUrl: options.backendUrl?.replace(/\/+$/, '') };
    this.#given = options.columns;
    this.#filter = $state(options.filter ?? '');
    this.#place = $state.raw(options.place ?? livePlace);
    const { density: rows = 'comfortable', times = 'absolute', timeZone = utc.name } = options;
    this.#settings = $state.raw({ rows, times, zone: zoneNamed(timeZone), columns: undefined });
  }

  /** Lets it run until the function that it returns is called. `EventTimeline` does. */
  start(): () => void {
    this.stop();
    this.#loading = new AbortController();
    void this.#load(this.#loading.signal);
    return () => this.stop();
  }

  /** Ends worker, requests and connection. What was wanted last is where it starts again. */
  stop(): void {
    this.#loading?.abort();
    this.#loading = undefined;
    this.#schemaWatch?.delete();
    this.#schemaWatch = undefined;
    const { timeline } = this.#loaded ?? {};
    if (timeline) {
      this.#filter = timeline.filter;
      this.#place = timeline.place ?? this.#place;
    }
    timeline?.delete();
    this.#loaded = undefined;
  }

  /**
   * What draws it; `undefined` until the columns are known.
   *
   * @internal
   */
  get loaded(): Loaded | undefined {
    return this.#loaded;
  }

  /** Why the columns can't be had, for people; it is tried again. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The columns of its events; `undefined` until they are known. */
  get schema(): Schema | undefined {
    return this.#loaded?.timeline.columns.schema;
  }

  /** How things are, in a word and more. */
  get status(): Status {
    const { timeline } = this.#loaded ?? {};
    if (!timeline)
      return this.#problem === undefined
        ? statusOf(undefined, { following: true, hasRows: false })
        : { label: 'Offline', detail: this.#problem };
    const { following, rows } = timeline;
    return statusOf(timeline.clientState, { following, hasRows: rows.length > 0 });
  }

  /** What the client knows about itself. */
  get clientState(): ClientState | undefined {
    return this.#loaded?.timeline.clientState;
  }

  /** Events that match the filter; `undefined` until they have been counted. */
  get rowCount(): number | undefined {
    return this.#loaded?.timeline.rowCount;
  }

  /** Rows on screen and some around them. */
  get rows(): readonly TimelineRow[] {
    return this.#loaded?.timeline.rows ?? [];
  }

  /** The filter that was asked for last; `clientState.filterError` says if it can't be had. */
  get filter(): string {
    return this.#loaded?.timeline.filter ?? this.#filter;
  }

  set filter(filter: string) {
    this.#filter = filter;
    this.#loaded?.timeline.showFilter(filter);
  }

  /** Where the reader is: the live end, or the event at the top. */
  get place(): Place {
    return this.#loaded?.timeline.place ?? this.#place;
  }

  set place(place: Place) {
    this.#place = place;
    this.#loaded?.timeline.jumpTo(place);
  }

  /** The event that the reader has chosen. */
  get selected(): TimelineRow | undefined {
    return this.#loaded?.active.row;
  }

  /** Chooses an event among `rows`, by id; `undefined` for none. */
  select(id: string | undefined): void {
    if (id === undefined) this.#loaded?.active.clear();
    else this.#loaded?.active.choose(id);
  }

  /** The columns to show, as they were given; `undefined` for the usual ones. */
  get columns(): readonly GivenColumn[] | undefined {
    return this.#given;
  }

  set columns(columns: readonly GivenColumn[] | undefined) {
    const isOther = !hasSameColumns(columns, this.#given);
    this.#given = columns;
    if (!isOther) return;
    this.#settings = { ...this.#settings, columns: undefined };
    const { timeline, view } = this.#loaded ?? {};
    if (!timeline || !view) return;
    const table = new TableColumns(timeline.columns.schema, columns);
    const unknown = unknownColumns(table, columns);
    if (unknown !== undefined) timeline.tell(unknown);
    else if (timeline.notice === this.#columnNotice) timeline.dismissNotice();
    this.#columnNotice = unknown;
    view.showTable(table);
  }

  /** The columns that are shown, from the left, with the widths that the reader has given them. */
  get shownColumns(): readonly ShownColumn[] {
    const { view } = this.#loaded ?? {};
    return view ? shownColumns(view.table, view.layout) : [];
  }

  /**
   * What the reader has made of the columns last; another object each time.
   *
   * @internal
   */
  get columnChange(): { readonly columns: ColumnLayout } | undefined {
    return this.#columnChange;
  }

  /**
   * How the table looks, as far as the reader can change it.
   *
   * @internal
   */
  get settings(): TableSettings {
    return this.#settings;
  }

  /** By whose clocks times are told: `UTC`, or a name of the IANA database. */
  get timeZone(): string {
    return this.#settings.zone.name;
  }

  /** Throws a RangeError where there is no such zone. */
  set timeZone(name: string) {
    this.#settings = { ...this.#settings, zone: zoneNamed(name) };
  }

  /** How times are told. */
  get times(): TimeStyle {
    return this.#settings.times;
  }

  set times(times: TimeStyle) {
    this.#settings = { ...this.#settings, times };
  }

  /** How close rows are. */
  get density(): RowDensity {
    return this.#settings.rows;
  }

  set density(rows: RowDensity) {
    this.#settings = { ...this.#settings, rows };
  }

  /** Shows the first event. */
  goToFirst(): void {
    this.place = firstPlace;
  }

  /** Shows the live end, and stays there. */
  goLive(): void {
    this.place = livePlace;
  }

  /** Tries again now whatever waits for its next try. */
  retry(): void {
    if (this.#loaded) this.#loaded.timeline.retry();
    else if (this.#loading) this.start();
  }

  /** One event as its source has it, with all of its fields; `undefined` where there is none of that id. */
  async readEvent(id: string): ReturnType<Timeline['readEvent']> {
    if (!this.#loaded) throw new Error('eventglass: the timeline has not been started');
    return this.#loaded.timeline.readEvent(id);
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { schema: given } = this.#options;
    const onproblem = (problem: string | undefined) => (this.#problem = problem);
    const schema = given ?? (await keepLoadingSchema(this.#options, signal, onproblem));
    if (signal.aborted || !schema) return;
    try {
      this.#open(schema);
    } catch (cause) {
      this.#problem = cause instanceof Error ? cause.message : String(cause);
    }
  }

  /** Throws where there can't be a client with these options. */
  #open(schema: Schema): void {
    if (!parseSchema({ columns: schema }))
      throw new TypeError(
        'eventglass: the schema of a timeline has one id, one timestamp, and columns of known types',
      );
    const columns = new TableColumns(schema, this.#given);
    const notice = unknownColumns(columns, this.#given);
    this.#columnNotice = notice;
    const timeline = new Timeline({
      columns,
      filter: this.#filter,
      place: this.#place,
      notice,
    });
    timeline.connect(this.#options);
    this.#problem = undefined;
    const { backendUrl } = this.#options;
    if (backendUrl !== undefined && !this.#options.schema) {
      const remake = () => void this.start();
      this.#schemaWatch = new SchemaWatch(backendUrl, schema, true, remake);
    }
    const view = new OwnView(columns, this.#viewOwner());
    this.#loaded = { timeline, view, active: new ActiveRow(timeline) };
  }

  #viewOwner(): ViewOwner {
    const settings = () => this.#settings;
    return {
      get settings() {
        return settings();
      },
      changeColumns: (columns) => {
        this.#settings = { ...this.#settings, columns };
        this.#columnChange = { columns };
      },
    };
  }

  /**
   * The client has come to a state. For an effect.
   *
   * @internal
   */
  followBackend(): void {
    const { clientState } = this;
    if (clientState) this.#schemaWatch?.see(clientState);
  }
}
