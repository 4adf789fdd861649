/// <reference lib="esnext.disposable" preserve="true" />
// For projects whose own target has no `Symbol.dispose` yet, which the declarations of classes name.

/** The types that embedders share with the engine, the worker and the wire. */

/** What a column holds. One column of a schema is the `id`, one the `timestamp`; the others may be absent in an event. */
export type ColumnType = 'id' | 'timestamp' | 'dictionary' | 'text' | 'number' | 'boolean';

/** One field of the events. */
export interface Column {
  /** The field's name in event JSON. */
  readonly name: string;
  /** What it holds. */
  readonly type: ColumnType;
}

/** The columns of an event, in display order. Fields that it does not name are ignored. */
export type Schema = readonly Column[];

/** The value of one cell; `undefined` where the event has none. Timestamps are milliseconds since 1970, UTC. */
export type CellValue = string | number | boolean | undefined;

/** The last mutation that has been applied: sequence numbers compare only within an epoch. */
export interface Cursor {
  /** A life of the backend's history; never used again. */
  readonly epoch: string;
  /** The mutation's sequence number; 0 before the first. */
  readonly seq: number;
}

/**
 * A position in the order of events, `(timestamp, id)`; ids compare byte by byte in UTF-8.
 * A time alone is the key with the empty id, the smallest at that time.
 */
export interface EventKey {
  /** Milliseconds since 1970, UTC. */
  readonly timestamp: number;
  /** The event's id, or `''`. */
  readonly id: string;
}

/** Keys in `[begin, end)`; `undefined` leaves a side open. */
export interface KeyRange {
  /** The first key. */
  readonly begin: EventKey | undefined;
  /** The first key after the range. */
  readonly end: EventKey | undefined;
}

/** Row indexes in `[begin, end)`. */
export interface RowRange {
  /** The first row. */
  readonly begin: number;
  /** The first row after the range. */
  readonly end: number;
}

/** Where in malformed bytes decoding stopped, and why. */
export interface DecodeError {
  /** What is wrong, for programs: `syntax`, `invalid_utf8` and so on. */
  readonly code: string;
  /** What is wrong, for people. */
  readonly message: string;
  /** Offset of the first wrong byte. */
  readonly byteOffset: number;
}

/** A mutation or event that was left out of an otherwise good batch or page. */
export interface SkippedMutation {
  /** Its place in the batch or page. */
  readonly index: number;
  /** What is wrong: `missing_id`, `wrong_type` and so on. */
  readonly code: string;
  /** The column at fault, or `''`. */
  readonly column: string;
}

/** What applying a page or a batch did to the window. */
export interface ApplyCounts {
  /** Events that the window did not hold. */
  readonly inserted: number;
  /** Events that it held in another version. */
  readonly updated: number;
  /** Updates that changed the timestamp. */
  readonly moved: number;
  /** Events that are gone. */
  readonly deleted: number;
  /** Older than what the window already knew; nothing to do. */
  readonly stale: number;
  /** Updates of events that are not in the window. */
  readonly unknown: number;
  /** Events before the coverage. */
  readonly outsideOlder: number;
  /** Events after the coverage, such as new ones while the window is elsewhere. */
  readonly outsideNewer: number;
  /** Rows dropped to keep the window's capacity. */
  readonly evicted: number;
  /** Bad mutations that were left out. */
  readonly skipped: number;
  /** The first of them, at most 8. */
  readonly skippedSamples: readonly SkippedMutation[];
}

/** What became of a page, or of a piece of one. */
export type PageStatus =
  /** The window has taken it. */
  | 'applied'
  /** Not applied: the bytes are not a JSON array of objects, or not a whole row block of this schema. */
  | 'malformed'
  /** Not applied: the page's epoch is not the window's. */
  | 'epoch_changed'
  /** Not applied: the page neither touches nor overlaps the coverage, or its range is inverted. */
  | 'disjoint'
  /** Not applied: more events were deleted since the request began than are remembered. Fetch it again. */
  | 'superseded'
  /** Not applied: over `MAX_MESSAGE_BYTES`. */
  | 'too_large'
  /** Not applied: the heap can't hold it. */
  | 'out_of_memory'
  /** Not applied: a page in pieces is open. */
  | 'busy'
  /** Not applied: the page has been ended, by an error or by `clear()`. */
  | 'not_open';

/** How the body of a page is written: a JSON array of events, or an event a line. */
export type PageFormat = 'json' | 'ndjson';

/** What a page is given for. */
export interface PageOptions {
  /** The state that the page is exact at. */
  readonly cursor: Cursor;
  /** The range that it covers. */
  readonly covered: KeyRange;
}

/** What became of a page, and what it did. */
export interface PageReport {
  /** Whether it was applied, and why not. */
  readonly status: PageStatus;
  /** Where it is malformed, or did not fit. */
  readonly error: DecodeError | undefined;
  /** What it changed; all 0 where it was not applied. */
  readonly counts: ApplyCounts;
}

/** What became of a feed message. */
export type FeedStatus =
  /** A batch was applied and the cursor moved, or a message confirmed the cursor. */
  | 'applied'
  /** At or before the cursor: nothing to do. */
  | 'duplicate'
  /** Mutations between the cursor and this message are missing, or there is no cursor yet; nothing was applied. */
  | 'gap'
  /** The message is of another epoch; nothing was applied. */
  | 'epoch_changed'
  /** The backend can't resume from the cursor; nothing was applied. */
  | 'reset'
  /** The backend reports an error of the client's making. */
  | 'error'
  | 'malformed'
  | 'too_large'
  | 'out_of_memory';

/** What became of a feed message, and what it did. */
export interface FeedReport {
  /** Whether it was applied, and why not. */
  readonly status: FeedStatus;
  /** The message's type; `''` where it could not be read. */
  readonly type: 'batch' | 'progress' | 'resume' | 'reset' | 'error' | 'counts' | 'density' | '';
  /** Where it is malformed, or did not fit. */
  readonly error: DecodeError | undefined;
  /** The epoch of the cursor that the message names. */
  readonly epoch: string;
  /** The sequence number of that cursor. */
  readonly seq: number;
  /** Events in the whole timeline, where the message says so. */
  readonly totalCount: number | undefined;
  /** Why a reset came, or the code of an error. */
  readonly reason: string;
  /** What it changed; all 0 where it was not applied. */
  readonly counts: ApplyCounts;
}

/** Rows in the order of one column, those that are equal there by `(timestamp, id)`. Rows without a value come last. */
export interface RowOrder {
  /** The column's name. */
  readonly column: string;
  /** Default 'ascending'. */
  readonly direction?: 'ascending' | 'descending';
}

/** Which rows a view has, and in which order. */
export interface ViewOptions {
  /** In the language of docs/filter.md. Default `''`, which every row matches. */
  readonly filter?: string;
  /** Default: the order of time, ascending. */
  readonly order?: RowOrder;
}

/** Equal parts of a time range: a row is in part b if `begin + b * width <= timestamp < begin + (b + 1) * width`. */
export interface BucketRange {
  /** Milliseconds since 1970. */
  readonly begin: number;
  /** Milliseconds since 1970, at or after `begin`. */
  readonly end: number;
  /** Number of parts; 1 to 65,536. */
  readonly buckets: number;
}

/** A value of a dictionary column, and the rows that have it. */
export interface FacetValue {
  /** The value. */
  readonly value: string;
  /** Rows that have it. */
  readonly count: number;
}

/** What the rows of a view have in a dictionary column. */
export interface Facet {
  /** The most frequent values, ties by their bytes in UTF-8. */
  readonly values: readonly FacetValue[];
  /** Values that rows have, with those that `values` leaves out. */
  readonly distinctCount: number;
  /** Rows without a value. */
  readonly missingCount: number;
}

/** Which end of the window loses rows when it is over capacity. */
export type EvictionSide = 'oldest' | 'newest';
