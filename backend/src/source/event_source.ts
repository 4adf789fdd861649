import type { Cursor, EventKey, Facet, KeyRange } from 'eventglass';

import type { TimelineSchema } from '../timeline_schema.js';

/** A value, or a promise of one where a source has to wait for it. */
type Awaitable<Value> = Value | Promise<Value>;

/** Where the events come from that HTTP and the feed serve. The embedded engine is one; a database could be another. */
export interface EventSource {
  /** What the events consist of. */
  readonly schema: TimelineSchema;
  /** The newest state. */
  readonly cursor: Cursor;
  /** Events in the whole timeline. */
  readonly totalCount: number;

  /**
   * The events of a range, all as of one cursor. `wantsBody` is told what the page is before its events are read: it may throw,
   * and answers whether they are wanted.
   *
   * @throws {FilterError} @throws {TooManyFiltersError}
   */
  readPage(request: PageRequest, wantsBody: (head: PageHead) => boolean): Awaitable<SourcePage>;
  /** Counts over time. @throws {FilterError} @throws {TooManyFiltersError} */
  readDensity(request: DensityRequest): Awaitable<SourceDensity>;
  /** How many events have which values. @throws {FilterError} @throws {TooManyFiltersError} */
  readFacets(request: FacetsRequest): Awaitable<SourceFacets>;
  /** What has changed since a cursor. @throws {FilterError} @throws {TooManyFiltersError} */
  readChanges(request: ChangesRequest): Awaitable<SourceChanges>;
  /** One event as JSON, whole. */
  readEvent(id: string): Awaitable<string | undefined>;

  /** The batch that brings the mutation after `seq`; `undefined` where `seq` is the newest. */
  batchAfter(seq: number): FeedBatch | LossReason | undefined;
  /**
   * A part of the timeline whose mutations somebody follows, until it is deleted.
   *
   * @throws {FilterError} @throws {TooManyFiltersError}
   */
  select(part: TimelinePart): Selection;
  /** Calls `listener` after every batch. */
  onBatch(listener: () => void): void;
}

/** The feed message of a batch, and the seq that it leads to. */
export interface FeedBatch {
  readonly seq: number;
  readonly message: Buffer;
}

/** Events: a page of about 15 MB; who wants more asks for all of a range, or page by page. */
export const maxPageLimit = 50_000;

/** Characters of a filter: as many bytes at least, and a filter of more than 4,096 bytes does not parse. */
export const maxFilterLength = 4_096;

/** Which events are asked for, and by whom. */
export interface FilterRequest {
  /** `''`: every event. */
  readonly filter: string;
  /** Of the client: a filter that is not open yet, and a column not counted yet, take of what it may have scanned. */
  readonly address: string;
}

/** Which events a page has. `rank` stands for `begin` in direction forward, for `end` in direction backward. */
export interface PageRequest extends FilterRequest {
  readonly begin: EventKey | undefined;
  readonly end: EventKey | undefined;
  readonly rank: number | undefined;
  readonly limit: number | undefined;
  readonly direction: 'forward' | 'backward';
  /** `rows` where a row block is preferred; a page of more than `maxPageLimit` events is JSON all the same. */
  readonly format: 'json' | 'rows';
}

/** What a page is, as of a cursor. */
export interface PageHead {
  readonly cursor: Cursor;
  readonly totalCount: number;
  /** Events that match the filter. */
  readonly matchCount: number;
  /** The keys that the page covers: the range asked for, or less where the limit cut it. */
  readonly covered: KeyRange;
  /** Matching events before the range. */
  readonly firstRank: number;
  readonly rowCount: number;
  /** Of the newest mutation that may have touched the range; `undefined` where the range reaches the newest minutes. */
  readonly rangeSeq: number | undefined;
  readonly format: 'json' | 'rows';
}

export interface SourcePage {
  readonly head: PageHead;
  /** In pieces that belong to the caller; `undefined` where it was not wanted. */
  readonly body: readonly Buffer[] | undefined;
}

/** Equal parts of a time. */
export interface TimeBuckets {
  /** Milliseconds since 1970; `undefined`: the first event, or just after the last. */
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly buckets: number;
}

export interface DensityRequest extends TimeBuckets, FilterRequest {}

export interface SourceDensity {
  readonly cursor: Cursor;
  readonly totalCount: number;
  readonly matchCount: number;
  readonly start: number;
  readonly stop: number;
  /** Matching events before `start`. */
  readonly before: number;
  readonly counts: Uint32Array;
}

/** Values of columns, with the events that have them. */
export interface FacetsRequest extends FilterRequest {
  /** Dictionary columns, each once. */
  readonly columns: readonly string[];
  /** Values of each, at most. */
  readonly limit: number;
}

export interface SourceFacets {
  readonly cursor: Cursor;
  readonly totalCount: number;
  readonly matchCount: number;
  /** In the order of the columns asked for. */
  readonly facets: readonly (Facet & { readonly column: string })[];
}

export interface ChangesRequest extends FilterRequest {
  readonly since: Cursor;
}

/** Events by what has become of them, each counted once however often it has changed. */
export interface ChangeCounts {
  /** They match now, and were not there. */
  readonly inserted: number;
  /** They match now, and were there with something else in them. */
  readonly updated: number;
  /** They are there no more, whether or not they matched: what was in them is gone as well. */
  readonly deleted: number;
}

export interface SourceChanges {
  readonly cursor: Cursor;
  /** The counts, or why nobody can tell. */
  readonly changes: ChangeCounts | LossReason | 'epoch_changed';
}

/** Ranges of keys, ascending and apart, and a filter. */
export interface TimelinePart extends FilterRequest {
  readonly ranges: readonly KeyRange[];
}

/** A part of the timeline that is being followed. */
export interface Selection {
  /** What happened in it after `seq`, up to now. */
  mutationsAfter(seq: number): SelectedMutations;
  /** Matching events in all ranges of time, and before each key. */
  readCounts(keys: readonly EventKey[]): SourceCounts;
  readDensity(request: TimeBuckets): SourceDensity;
  delete(): void;
}

export type SelectedMutations =
  | {
      readonly type: 'batch';
      /** The present. */
      readonly seq: number;
      /** The feed message from `"seq"` on: what comes before differs from client to client. Shared, not to be changed. */
      readonly body: Buffer;
    }
  | { readonly type: 'nothing'; readonly seq: number }
  | { readonly type: 'lost'; readonly reason: LossReason };

/** Why the feed can't go on from a seq. */
export type LossReason = 'log_truncated' | 'cursor_in_future' | 'too_far_behind';

export interface SourceCounts {
  readonly seq: number;
  readonly totalCount: number;
  readonly matchCount: number;
  readonly ranks: readonly number[];
}

/** As many different filters are in use as can be kept up to date, or as many new ones were asked for as can be opened. */
export class TooManyFiltersError extends Error {
  override readonly name = 'TooManyFiltersError';
  /** Milliseconds after which the filter can be had; `undefined` where nobody knows. */
  readonly waitMs: number | undefined;

  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}
