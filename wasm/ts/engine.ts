import { loadModule, type WasmSource } from './load_module.js';
import type {
  RawBound,
  RawCounts,
  RawEngine,
  RawFeedReport,
  RawModule,
  RawPageReport,
} from './raw_module.js';
import { COLUMN_TYPES, RowBlock } from './row_block.js';
import type {
  ApplyCounts,
  Cursor,
  DecodeError,
  EventKey,
  EvictionSide,
  FeedReport,
  FeedStatus,
  KeyRange,
  PageReport,
  PageStatus,
  RowRange,
  Schema,
} from './types.js';

/** Bytes of one page or feed message; `kMaxMessageBytes` of the engine. Larger ones are refused whole. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** 200,000 rows of about 250 bytes: 50 MB, which every browser has. */
export const DEFAULT_CAPACITY_ROWS = 200_000;
/** Rows that slots can number, less the one that is held while the window evicts. */
const MAX_CAPACITY_ROWS = 2 ** 31;
/** A quarter of what a WebAssembly memory grows to: emptying, growing and parsing need room as well. */
const DEFAULT_CAPACITY_TEXT_BYTES = 2 ** 30;
const MAX_CAPACITY_TEXT_BYTES = 2 ** 32;
/** No screen shows more text in a cell. */
const DEFAULT_MAX_CELL_BYTES = 1024;

// Names by the engine's numbers.
const PAGE_STATUSES: readonly PageStatus[] = [
  'applied',
  'malformed',
  'epoch_changed',
  'disjoint',
  'superseded',
];
const FEED_STATUSES: readonly FeedStatus[] = [
  'applied',
  'duplicate',
  'gap',
  'epoch_changed',
  'reset',
  'error',
  'malformed',
];
const MESSAGE_TYPES: readonly FeedReport['type'][] = [
  '',
  'batch',
  'progress',
  'resume',
  'reset',
  'error',
];
const DECODE_CODES = [
  'ok',
  'empty',
  'too_large',
  'invalid_utf8',
  'unclosed_string',
  'invalid_string',
  'invalid_number',
  'syntax',
  'too_deep',
  'trailing_content',
  'wrong_shape',
  'out_of_memory',
];
const SKIP_CODES = [
  'not_an_object',
  'missing_id',
  'missing_timestamp',
  'missing_seq',
  'seq_out_of_order',
  'unknown_op',
  'wrong_type',
  'out_of_range',
  'too_long',
  'dictionary_full',
  'outside_page',
];
const NOT_FOUND = 0xffffffff;

// A byte order mark at the front of a value is part of the value.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const NO_COUNTS: ApplyCounts = {
  inserted: 0,
  updated: 0,
  moved: 0,
  deleted: 0,
  stale: 0,
  unknown: 0,
  outsideOlder: 0,
  outsideNewer: 0,
  evicted: 0,
  skipped: 0,
  skippedSamples: [],
};

export interface EngineOptions {
  readonly schema: Schema;
  /** Rows the window holds before it evicts. Default {@link DEFAULT_CAPACITY_ROWS}. */
  readonly capacityRows?: number;
  /** Bytes of ids and texts that the window holds before it evicts. Default 1 GiB. */
  readonly capacityTextBytes?: number;
  /** Text of a cell in a row block is cut to this many bytes of UTF-8. Default 1,024. */
  readonly maxCellBytes?: number;
  /**
   * Given where this engine holds the whole timeline, as a backend's does: everything is covered, and sequence numbers
   * count from here. Left out, nothing is covered until a page is applied.
   */
  readonly sourceCursor?: Cursor;
  /** The compiled module or its bytes, where the way to find `eventglass.wasm` by itself does not fit. */
  readonly wasm?: WasmSource;
}

/**
 * Loads the engine on the calling thread, in Node or a browser. Each engine has a heap of its own.
 * Rejects with a TypeError or RangeError that names what is wrong with the options.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const module = await loadModule(options.wasm);
  return new Engine(module, makeRawEngine(module, options), options.schema);
}

function makeRawEngine(module: RawModule, options: EngineOptions): RawEngine {
  const capacityRows = options.capacityRows ?? DEFAULT_CAPACITY_ROWS;
  const maxCellBytes = options.maxCellBytes ?? DEFAULT_MAX_CELL_BYTES;
  checkInteger('capacityRows', capacityRows, 1, MAX_CAPACITY_ROWS);
  const capacityTextBytes = options.capacityTextBytes ?? DEFAULT_CAPACITY_TEXT_BYTES;
  checkInteger('capacityTextBytes', capacityTextBytes, 1, MAX_CAPACITY_TEXT_BYTES);
  checkInteger('maxCellBytes', maxCellBytes, 4, MAX_MESSAGE_BYTES);
  if (options.sourceCursor !== undefined) checkCursor(options.sourceCursor);
  const builder = new module.SchemaBuilder();
  try {
    for (const column of options.schema) {
      builder.add(column.name, COLUMN_TYPES.indexOf(column.type) & 0xff);
    }
    const problem = builder.problem();
    if (problem !== '') throw new TypeError(`eventglass: ${problem}`);
    // A key that nobody can guess keeps chosen ids from colliding in hash tables.
    const [seed0 = 0, seed1 = 0] = crypto.getRandomValues(new Uint32Array(2));
    const raw = new module.Engine(
      builder,
      capacityRows,
      capacityTextBytes,
      maxCellBytes,
      seed0,
      seed1,
    );
    if (options.sourceCursor !== undefined) {
      raw.beSource(options.sourceCursor.epoch, options.sourceCursor.seq);
    }
    return raw;
  } finally {
    builder.delete();
  }
}

/**
 * A sliding window of events, in the order of `(timestamp, id)`, that pages and feed messages are merged into.
 *
 * The rules (docs/architecture.md): an older version never overwrites a newer one; an event outside the coverage is not
 * held; malformed bytes change nothing. Nothing here throws for bad input from the wire, only for wrong use.
 *
 * Owns WebAssembly memory: call {@link delete}, or declare it with `using`.
 */
export class Engine {
  readonly schema: Schema;
  #handle: { readonly module: RawModule; readonly raw: RawEngine } | undefined;

  /** @internal Use {@link createEngine}. */
  constructor(module: RawModule, raw: RawEngine, schema: Schema) {
    this.#handle = { module, raw };
    this.schema = schema;
  }

  /** Rows in the window. */
  get rowCount(): number {
    return this.#live.rowCount >>> 0;
  }

  /** Grows with every change of the window's rows. */
  get version(): number {
    return this.#live.version();
  }

  /** The last mutation that has been applied; `undefined` before the first page. */
  get cursor(): Cursor | undefined {
    const raw = this.#live;
    return raw.hasCursor() ? { epoch: raw.cursorEpoch(), seq: raw.cursorSeq() } : undefined;
  }

  /** The range of keys for which the window is complete; `undefined` where nothing is covered. */
  get coverage(): KeyRange | undefined {
    const raw = this.#live;
    if (!raw.isCovering()) return undefined;
    return { begin: fromBound(raw.coverageBegin()), end: fromBound(raw.coverageEnd()) };
  }

  /** Bytes of the WebAssembly heap. It never shrinks. */
  get heapBytes(): number {
    return this.#heap.byteLength;
  }

  /**
   * Applies a page, a JSON array of events, that is exact at `cursor` within `covered`: makes that range equal to it and widens
   * the coverage by it. The first page sets the cursor.
   */
  applyPage(
    json: Uint8Array,
    page: { readonly cursor: Cursor; readonly covered: KeyRange },
  ): PageReport {
    const { cursor, covered } = page;
    checkCursor(cursor);
    const refusal = this.#writeInput(json);
    if (refusal !== undefined) return { ...refusal, counts: NO_COUNTS };
    return toPageReport(
      this.#live.applyPage(
        json.length,
        cursor.epoch,
        cursor.seq,
        toBound(covered.begin),
        toBound(covered.end),
      ),
    );
  }

  /** Applies one feed message, a JSON object, and moves the cursor. */
  applyFeed(json: Uint8Array): FeedReport {
    return this.#feed(json, (raw) => raw.applyFeed(json.length));
  }

  /**
   * Applies a batch again, after a page that was under way when it first came. Does not look at the cursor, nor move it.
   */
  reapplyFeed(json: Uint8Array): FeedReport {
    return this.#feed(json, (raw) => raw.reapplyFeed(json.length));
  }

  /** A page is being fetched: deletes are remembered until {@link endRequest}, so that the page can't undo them. */
  beginRequest(): void {
    this.#live.beginRequest();
  }

  /** Ends one {@link beginRequest}, after its page has been applied or given up. */
  endRequest(): void {
    if (!this.#live.endRequest())
      throw new RangeError('eventglass: endRequest() without beginRequest()');
  }

  /** Which end of the window loses rows over capacity: the one farther from the reader. Default 'oldest'. */
  setEvictionSide(side: EvictionSide): void {
    this.#live.setEvictionSide(side === 'oldest' ? 0 : 1);
  }

  /** Forgets rows, coverage and cursor. */
  clear(): void {
    this.#live.clear();
  }

  /** Rows before `key`: the row index of the first row at or after it. */
  rank(key: EventKey): number {
    return this.#live.rank(checkKey(key)) >>> 0;
  }

  /** The key of a row. Throws a RangeError where there is no such row. */
  keyAt(index: number): EventKey {
    checkInteger('row index', index, 0, this.rowCount - 1);
    const { timestamp, id } = this.#live.keyAt(index);
    return { timestamp, id };
  }

  /** The row index of an event; `undefined` where the window does not hold it. */
  indexOf(id: string): number | undefined {
    const index = this.#live.indexOf(id);
    return index === NOT_FOUND ? undefined : index;
  }

  /**
   * The whole text of a cell, which a row block may cut; `''` where it is absent. Throws a RangeError where there is no such
   * row or no text column of that name.
   */
  readText(index: number, column: string): string {
    const place = this.schema.findIndex(({ name, type }) => name === column && type === 'text');
    if (place < 0) throw new RangeError(`eventglass: no text column '${column}'`);
    checkInteger('row index', index, 0, this.rowCount - 1);
    return decoder.decode(this.#live.readText(index, place));
  }

  /**
   * The rows of a range, as far as the window has them, copied into a buffer of their own, or into `into` where they fit:
   * `block.buffer` tells which.
   */
  readRows(range: RowRange, into?: ArrayBuffer): RowBlock {
    const { begin, end } = checkRange(range);
    return this.#copyBlock(this.#live.readRows(begin, end), into);
  }

  /** The rows at some indexes, in that order. Throws a RangeError where one is not a row. */
  readRowsAt(indexes: readonly number[]): RowBlock {
    const last = this.rowCount - 1;
    for (const index of indexes) checkInteger('row index', index, 0, last);
    return this.#copyBlock(this.#live.readRowsAt(indexes), undefined);
  }

  /**
   * The rows of a range as the JSON array that `GET /data` answers, in UTF-8. A view into the heap: it lives until the
   * engine's next call, so copy it before anything else happens.
   */
  writeJson(range: RowRange): Uint8Array {
    const { begin, end } = checkRange(range);
    return this.#live.writeJson(begin, end);
  }

  /** Frees the engine and its heap. Using it afterwards throws; deleting it again does nothing. */
  delete(): void {
    this.#handle?.raw.delete();
    this.#handle = undefined;
  }

  [Symbol.dispose](): void {
    this.delete();
  }

  get #live(): RawEngine {
    return this.#opened().raw;
  }

  /** The WebAssembly heap as it is now: growing replaces it. */
  get #heap(): Uint8Array {
    return this.#opened().module.HEAPU8;
  }

  #opened(): { readonly module: RawModule; readonly raw: RawEngine } {
    if (this.#handle === undefined) throw new Error('eventglass: the engine has been deleted');
    return this.#handle;
  }

  #feed(json: Uint8Array, apply: (raw: RawEngine) => RawFeedReport): FeedReport {
    const refusal = this.#writeInput(json);
    if (refusal === undefined) return toFeedReport(apply(this.#live));
    return {
      ...refusal,
      type: '',
      epoch: '',
      seq: 0,
      totalCount: undefined,
      reason: '',
      counts: NO_COUNTS,
    };
  }

  /** Copies bytes to where the engine reads them, or tells why not. */
  #writeInput(
    json: Uint8Array,
  ): { readonly status: 'too_large' | 'out_of_memory'; readonly error: DecodeError } | undefined {
    const refuse = (status: 'too_large' | 'out_of_memory', message: string) => ({
      status,
      error: { code: status, message, byteOffset: 0 },
    });
    if (json.length > MAX_MESSAGE_BYTES) {
      const size = String(json.length);
      return refuse(
        'too_large',
        `${size} bytes; a message has at most ${String(MAX_MESSAGE_BYTES)}`,
      );
    }
    const pointer = this.#live.inputBuffer(json.length) >>> 0;
    if (pointer === 0) {
      return refuse('out_of_memory', `no memory for a message of ${String(json.length)} bytes`);
    }
    this.#heap.set(json, pointer);
    return undefined;
  }

  #copyBlock(bytes: Uint8Array, into: ArrayBuffer | undefined): RowBlock {
    const fits = into !== undefined && into.byteLength >= bytes.length;
    const buffer = fits ? into : new ArrayBuffer(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return new RowBlock(buffer, this.schema);
  }
}

function checkInteger(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(
    `eventglass: ${what} ${String(value)} is not an integer from ${String(min)} to ${String(max)}`,
  );
}

/** A range as the engine takes it; ends beyond the window are cut there. */
function checkRange(range: RowRange): RowRange {
  checkInteger('begin of a row range', range.begin, 0, Number.MAX_SAFE_INTEGER);
  checkInteger('end of a row range', range.end, range.begin, Number.MAX_SAFE_INTEGER);
  return { begin: Math.min(range.begin, NOT_FOUND), end: Math.min(range.end, NOT_FOUND) };
}

function checkCursor(cursor: Cursor): void {
  checkInteger('seq', cursor.seq, 0, Number.MAX_SAFE_INTEGER);
}

function checkKey(key: EventKey): EventKey {
  checkInteger('timestamp', key.timestamp, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return key;
}

function toBound(key: EventKey | undefined): RawBound {
  if (key === undefined) return { open: true, key: { timestamp: 0, id: '' } };
  return { open: false, key: checkKey(key) };
}

function fromBound(bound: RawBound): EventKey | undefined {
  return bound.open ? undefined : bound.key;
}

function nameOf<T>(names: readonly T[], number: number): T {
  const name = names[number];
  if (name === undefined) throw new Error(`eventglass: the module answered ${String(number)}`);
  return name;
}

function toCounts(raw: RawCounts): ApplyCounts {
  const skippedSamples = raw.skippedSamples.map((sample) => ({
    ...sample,
    code: nameOf(SKIP_CODES, sample.code),
  }));
  return { ...raw, skippedSamples };
}

function toError(raw: RawPageReport): DecodeError | undefined {
  if (raw.errorCode === 0) return undefined;
  return {
    code: nameOf(DECODE_CODES, raw.errorCode),
    message: raw.errorMessage,
    byteOffset: raw.errorOffset,
  };
}

function isOutOfMemory(raw: RawPageReport): boolean {
  return DECODE_CODES[raw.errorCode] === 'out_of_memory';
}

function toPageReport(raw: RawPageReport): PageReport {
  return {
    status: isOutOfMemory(raw) ? 'out_of_memory' : nameOf(PAGE_STATUSES, raw.status),
    error: toError(raw),
    counts: toCounts(raw.counts),
  };
}

function toFeedReport(raw: RawFeedReport): FeedReport {
  return {
    status: isOutOfMemory(raw) ? 'out_of_memory' : nameOf(FEED_STATUSES, raw.status),
    type: nameOf(MESSAGE_TYPES, raw.type),
    error: toError(raw),
    epoch: raw.epoch,
    seq: raw.seq,
    totalCount: raw.hasTotalCount ? raw.totalCount : undefined,
    reason: raw.reason,
    counts: toCounts(raw.counts),
  };
}
