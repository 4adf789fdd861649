import {
  checkFits,
  checkInteger,
  checkKey,
  checkRange,
  MAX_TIMESTAMP_MS,
  NOT_FOUND,
} from './checks.js';
import type { EngineHandle } from './engine_handle.js';
import { FilterError } from './filter_error.js';
import type { RawEngine, RawOpenReport } from './raw_module.js';
import { RowBlock } from './row_block.js';
import type {
  BucketRange,
  ColumnType,
  EventKey,
  Facet,
  RowRange,
  Schema,
  ViewOptions,
} from './types.js';
import { utf8Decoder } from './utf8.js';

/** More than any screen has columns of pixels. */
const MAX_BUCKETS = 65_536;
const OPEN_STATUSES = ['opened', 'filter_error', 'too_many_views', 'out_of_memory'];
/** The view that the engine itself is. */
const WINDOW_VIEW = 0;

/** Reads rows of a window by their indexes in a view. */
export abstract class RowReader {
  /** The columns of its rows. */
  readonly schema: Schema;
  /** @internal */
  protected readonly handle: EngineHandle;
  readonly #isByTime: boolean;

  /** @internal */
  protected constructor(handle: EngineHandle, schema: Schema, isByTime: boolean) {
    this.handle = handle;
    this.schema = schema;
    this.#isByTime = isByTime;
  }

  /** @internal Number of the view; throws where it has been deleted. */
  protected abstract get id(): number;

  /** Number of rows. */
  get rowCount(): number {
    return this.#raw.rowCount(this.id) >>> 0;
  }

  /**
   * Rows before `key`: the row index of the first row at or after it, in the order of the view. Throws a RangeError where
   * that is not the order of time: {@link indexOf} finds events in every order.
   */
  rank(key: EventKey): number {
    if (!this.#isByTime) throw new RangeError('eventglass: rank() of a view that is not by time');
    return this.#raw.rank(this.id, checkKey(key)) >>> 0;
  }

  /** The key of a row. Throws a RangeError where there is no such row. */
  keyAt(index: number): EventKey {
    checkInteger('row index', index, 0, this.rowCount - 1);
    const { timestamp, id } = this.#raw.keyAt(this.id, index);
    return { timestamp, id };
  }

  /** The row index of an event; `undefined` where the view does not show it. */
  indexOf(id: string): number | undefined {
    return found(this.#raw.indexOf(this.id, id));
  }

  /**
   * The whole text of a cell, which a row block may cut; `''` where it is absent. Throws a RangeError where there is no such
   * row or no text column of that name.
   */
  readText(index: number, column: string): string {
    const place = findColumn(this.schema, column, 'text');
    checkInteger('row index', index, 0, this.rowCount - 1);
    return utf8Decoder.decode(this.#raw.readText(this.id, index, place));
  }

  /**
   * The rows of a range, as far as the view has them, copied into a buffer of their own, or into `into` where they fit:
   * `block.buffer` tells which. With `since`, an earlier version of the engine, the block tells which cells have changed
   * since then ({@link RowBlock.changed}). Throws a RangeError where the heap has no room.
   */
  readRows(range: RowRange, into?: ArrayBuffer, since = 0): RowBlock {
    const { begin, end } = checkRange(range);
    checkInteger('version', since, 0, Number.MAX_SAFE_INTEGER);
    return this.#copyBlock(this.#raw.readRows(this.id, begin, end, since), into);
  }

  /** The rows at some indexes, in that order. Throws a RangeError where one is not a row. */
  readRowsAt(indexes: readonly number[]): RowBlock {
    const last = this.rowCount - 1;
    for (const index of indexes) checkInteger('row index', index, 0, last);
    return this.#copyBlock(this.#raw.readRowsAt(this.id, indexes), undefined);
  }

  /**
   * The rows of a range as a JSON array of events, as `GET /data` answers them, in UTF-8. A view into the heap: it lives
   * until the engine's next call, so copy it before anything else happens. Throws a RangeError where the heap has no room.
   */
  writeJson(range: RowRange): Uint8Array {
    const { begin, end } = checkRange(range);
    return checkFits(this.#raw.writeJson(this.id, begin, end), 'rows of this range');
  }

  /**
   * The same rows as a row block for another engine, with whole texts. A view into the heap, as that of {@link writeJson}.
   * Throws a RangeError where there is no memory for it.
   */
  writeBlock(range: RowRange): Uint8Array {
    const { begin, end } = checkRange(range);
    return checkFits(this.#raw.writeBlock(this.id, begin, end), 'rows of this range');
  }

  /** Number of rows in equal parts of a time range. */
  density({ begin, end, buckets }: BucketRange): Uint32Array {
    checkInteger('buckets', buckets, 1, MAX_BUCKETS);
    if (!(begin <= end) || Math.max(Math.abs(begin), Math.abs(end)) > MAX_TIMESTAMP_MS) {
      throw new RangeError(
        `eventglass: ${String(begin)} to ${String(end)} is not a range of timestamps in ms`,
      );
    }
    return this.#raw.density(this.id, begin, end, buckets).slice();
  }

  /**
   * The values of a dictionary column, the most frequent ones first, at most `limit`, and how many rows have each. With a
   * filter the first call looks at all rows of the view, and counts are kept up to date from then on; any other takes as long as
   * the column has values. Throws a RangeError where there is no dictionary column of that name.
   */
  facet(column: string, limit = 10): Facet {
    const place = findColumn(this.schema, column, 'dictionary');
    checkInteger('limit', limit, 0, NOT_FOUND);
    return this.#raw.facet(this.id, place, limit);
  }

  /** The rows of this view that match another filter as well, to step through and to mark. Throws a FilterError. */
  openSearch(filter: string): Search {
    return new Search(this, openedView(filter, this.#raw.openSearch(this.id, filter)));
  }

  /** @internal */
  makeMatches(id: number): View {
    return new View(this.handle, this.schema, this.#isByTime, id);
  }

  /** @internal */
  findMatch(matches: View, index: number, which: 'matchFrom' | 'matchBefore'): number | undefined {
    checkInteger('row index', index, 0, this.rowCount);
    return found(this.#raw[which](this.id, matches.id, index));
  }

  get #raw(): RawEngine {
    return this.handle.raw;
  }

  #copyBlock(bytes: Uint8Array, into: ArrayBuffer | undefined): RowBlock {
    checkFits(bytes, 'rows of this range');
    const fits = into !== undefined && into.byteLength >= bytes.length;
    const buffer = fits ? into : new ArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return new RowBlock(buffer, this.schema);
  }
}

/**
 * Rows of a window that match a filter, in an order, up to date with every page and batch.
 *
 * Owns memory of the engine: call {@link delete}, or declare it with `using`. It goes with the engine as well.
 */
export class View extends RowReader {
  #id: number | undefined;

  /** @internal Use `engine.openView`. */
  constructor(handle: EngineHandle, schema: Schema, isByTime: boolean, id: number) {
    super(handle, schema, isByTime);
    this.#id = id;
  }

  /** @internal */
  /** @internal Number of the view; throws where it has been deleted. */
  override get id(): number {
    if (this.#id === undefined) throw new Error('eventglass: the view has been deleted');
    return this.#id;
  }

  /** Frees the view. Using it afterwards throws; deleting it again does nothing. */
  delete(): void {
    if (this.#id !== undefined && !this.handle.isDeleted) this.handle.raw.closeView(this.#id);
    this.#id = undefined;
  }

  /** Deletes it where a `using` declaration ends. */
  [Symbol.dispose](): void {
    this.delete();
  }
}

/** Matches of a search among the rows of a view, up to date with every page and batch. Delete it as a view. */
export class Search {
  readonly #rows: RowReader;
  readonly #matches: View;

  /** @internal Use `openSearch`. */
  constructor(rows: RowReader, matches: number) {
    this.#rows = rows;
    this.#matches = rows.makeMatches(matches);
  }

  /** Number of matches. */
  get count(): number {
    return this.#matches.rowCount;
  }

  /** The matches as rows of their own: where the nth is, how they lie in time, what they are. */
  get matches(): RowReader {
    return this.#matches;
  }

  /** The row index, in the view, of the first match after a row; from -1, the very first. */
  next(index: number): number | undefined {
    return this.#rows.findMatch(this.#matches, index + 1, 'matchFrom');
  }

  /** The row index, in the view, of the last match before a row; from `rowCount`, the very last. */
  previous(index: number): number | undefined {
    return this.#rows.findMatch(this.#matches, index, 'matchBefore');
  }

  /** Frees the search. Using it afterwards throws; deleting it again does nothing. */
  delete(): void {
    this.#matches.delete();
  }

  /** Deletes it where a `using` declaration ends. */
  [Symbol.dispose](): void {
    this.delete();
  }
}

/** The rows of the whole window, in the order of time. */
export abstract class WindowReader extends RowReader {
  /** @internal */
  protected constructor(handle: EngineHandle, schema: Schema) {
    super(handle, schema, true);
  }

  /** @internal Number of the view of all rows. */
  protected override get id(): number {
    return WINDOW_VIEW;
  }

  /**
   * Opens a view. Throws a FilterError where the filter can't be read, and a RangeError where there is no such column, no
   * memory, or where 64 views and searches are open.
   */
  openView({ filter = '', order }: ViewOptions = {}): View {
    const time = this.schema.findIndex(({ type }) => type === 'timestamp');
    const column = order === undefined ? time : findColumn(this.schema, order.column, undefined);
    const direction = order?.direction === 'descending' ? 1 : 0;
    const id = openedView(filter, this.handle.raw.openView(filter, column, direction));
    return new View(this.handle, this.schema, column === time, id);
  }
}

function found(index: number): number | undefined {
  return index === NOT_FOUND ? undefined : index;
}

function findColumn(schema: Schema, name: string, type: ColumnType | undefined): number {
  const place = schema.findIndex(
    (column) => column.name === name && (type === undefined || column.type === type),
  );
  if (place >= 0) return place;
  throw new RangeError(
    `eventglass: no ${type === undefined ? '' : `${type} `}column '${name}' in the schema`,
  );
}

function openedView(filter: string, report: RawOpenReport): number {
  const status = OPEN_STATUSES[report.status];
  if (status === 'opened') return report.view;
  if (status === 'filter_error') throw new FilterError(filter, report);
  throw new RangeError(
    status === 'too_many_views'
      ? 'eventglass: 64 views and searches are open; delete those that are not needed'
      : 'eventglass: no memory for another view',
  );
}
