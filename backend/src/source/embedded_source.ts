import type { Cursor, EventKey, KeyRange, RowRange, RowReader } from 'eventglass';

import { successorOf } from '../store/bounds.js';
import type { EventStore } from '../store/event_store.js';
import { MutationLog } from '../store/mutation_log.js';
import type { MutationText } from '../store/mutation_text.js';
import { readJson } from '../store/read_json.js';
import type { TimelineSchema } from '../timeline_schema.js';
import { countChanges, maxCountedMutations } from './changes.js';
import { countDensity } from './density.js';
import { EmbeddedSelection } from './embedded_selection.js';
import {
  type ChangesRequest,
  type DensityRequest,
  type EventSource,
  type FacetsRequest,
  type FeedBatch,
  type LossReason,
  type PageHead,
  type PageRequest,
  type Selection,
  type SourceChanges,
  type SourceDensity,
  type SourceFacets,
  type SourcePage,
  type TimelinePart,
  maxPageLimit,
} from './event_source.js';
import { FilterViews } from './filter_views.js';
import { PresentTexts } from './present_texts.js';
import { RangeVersions } from './range_versions.js';
import { ScanBudget, type ScanLimits, defaultScanLimits } from './scan_budget.js';

export interface EmbeddedSourceOptions {
  readonly maxLogBytes: number;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  readonly scanLimits?: ScanLimits;
}

/** The engine in this process as the source of events. */
export class EmbeddedSource implements EventSource {
  readonly #store: EventStore;
  readonly #log: MutationLog;
  readonly #budget: ScanBudget;
  readonly #filters: FilterViews;
  readonly #texts: PresentTexts;
  readonly #versions: RangeVersions;
  readonly #listeners: (() => void)[] = [];

  /** What `store` holds is the past that nobody is told of. */
  constructor(store: EventStore, options: EmbeddedSourceOptions) {
    const { maxLogBytes, now, scanLimits = defaultScanLimits } = options;
    const { seq } = store.cursor;
    this.#store = store;
    this.#log = new MutationLog(seq, maxLogBytes);
    this.#budget = new ScanBudget(scanLimits, now);
    this.#filters = new FilterViews(store, { now, budget: this.#budget });
    this.#texts = new PresentTexts(store);
    this.#versions = new RangeVersions(seq);
  }

  get schema(): TimelineSchema {
    return this.#store.schema;
  }

  get cursor(): Cursor {
    return this.#store.cursor;
  }

  get totalCount(): number {
    return this.#store.rowCount;
  }

  /** Applies mutations as one batch, and tells everyone. */
  publish(mutations: readonly MutationText[]): void {
    const batch = this.#store.append(mutations);
    for (let i = 0; i < mutations.length; i++) {
      this.#versions.note(batch.effects.timeBefore(i), batch.seq);
      this.#versions.note(batch.effects.timeAfter(i), batch.seq);
    }
    this.#log.append(batch);
    for (const listener of this.#listeners) listener();
  }

  onBatch(listener: () => void): void {
    this.#listeners.push(listener);
  }

  batchAfter(seq: number): FeedBatch | LossReason | undefined {
    const index = this.#log.indexAfter(seq);
    return typeof index === 'string' ? index : this.#log.at(index);
  }

  select(part: TimelinePart): Selection {
    const context = {
      store: this.#store,
      log: this.#log,
      filters: this.#filters,
      texts: this.#texts,
    };
    return new EmbeddedSelection(context, part);
  }

  readEvent(id: string): string | undefined {
    return this.#store.readEventJson(id);
  }

  readDensity(request: DensityRequest): SourceDensity {
    return countDensity(this.#store, this.#filters.use(request).rows, request);
  }

  readFacets(request: FacetsRequest): SourceFacets {
    const { columns } = request;
    const { cursor, totalCount } = this;
    const matchCount = this.#filters.use(request).rows.rowCount;
    const facets = this.#filters
      .count(request)
      .map((facet, i) => ({ column: columns[i] ?? '', ...facet }));
    return { cursor, totalCount, matchCount, facets };
  }

  readChanges(request: ChangesRequest): SourceChanges {
    const { since, address } = request;
    const filter = this.#filters.use(request);
    const { cursor } = this;
    const { seq } = since;
    if (since.epoch !== cursor.epoch) return { cursor, changes: 'epoch_changed' };
    const index = this.#log.indexAfter(seq);
    if (typeof index === 'string') return { cursor, changes: index };
    if (cursor.seq - seq > maxCountedMutations) return { cursor, changes: 'too_far_behind' };
    const count = () => countChanges(this.#log, index, seq, filter);
    return { cursor, changes: this.#budget.spend(address, count) };
  }

  readPage(request: PageRequest, wantsBody: (head: PageHead) => boolean): SourcePage {
    const { rows } = this.#filters.use(request);
    const { range, covered } = locate(rows, request);
    const head: PageHead = {
      cursor: this.cursor,
      totalCount: this.totalCount,
      matchCount: rows.rowCount,
      covered,
      firstRank: range.begin,
      rowCount: range.end - range.begin,
      rangeSeq: this.#versions.versionOf(covered, this.#newestMs),
      // A row block comes in one piece, so larger pages are JSON whatever is asked for.
      format: range.end - range.begin > maxPageLimit ? 'json' : request.format,
    };
    if (!wantsBody(head)) return { head, body: undefined };
    const isBlock = head.format === 'rows';
    return { head, body: isBlock ? [Buffer.from(rows.writeBlock(range))] : readJson(rows, range) };
  }

  get #newestMs(): number {
    const { rows, rowCount } = this.#store;
    return rowCount === 0 ? -Infinity : rows.keyAt(rowCount - 1).timestamp;
  }
}

/** Finds the rows that `request` asks for, and the keys that they cover. */
function locate(
  rows: RowReader,
  request: PageRequest,
): { readonly range: RowRange; readonly covered: KeyRange } {
  const { limit, direction } = request;
  const { begin, end } = boundsOf(rows, request);
  const asked = {
    begin: begin === undefined ? 0 : rows.rank(begin),
    end: end === undefined ? rows.rowCount : rows.rank(end),
  };
  // A rank may lie beyond the other bound.
  if (asked.begin > asked.end) {
    const bound = direction === 'forward' ? end : begin;
    const row = direction === 'forward' ? asked.end : asked.begin;
    return { range: { begin: row, end: row }, covered: { begin: bound, end: bound } };
  }
  if (limit === undefined || asked.end - asked.begin <= limit) {
    return { range: asked, covered: { begin, end } };
  }
  if (direction === 'forward') {
    const range = { begin: asked.begin, end: asked.begin + limit };
    return { range, covered: { begin, end: successorOf(rows.keyAt(range.end - 1)) } };
  }
  const range = { begin: asked.end - limit, end: asked.end };
  return { range, covered: { begin: rows.keyAt(range.begin), end } };
}

/** The range asked for, with the key of its rank where it is told by one. */
function boundsOf(rows: RowReader, { begin, end, rank, direction }: PageRequest): KeyRange {
  if (rank === undefined) return { begin, end };
  if (direction === 'backward') return { begin, end: keyAtOrPast(rows, rank) };
  if (rank === 0 || rows.rowCount === 0) return { begin: undefined, end };
  return { begin: keyAtOrPast(rows, rank) ?? successorOf(rows.keyAt(rows.rowCount - 1)), end };
}

/** The key of a rank; `undefined` past the last. */
function keyAtOrPast(rows: RowReader, rank: number): EventKey | undefined {
  return rank < rows.rowCount ? rows.keyAt(rank) : undefined;
}
