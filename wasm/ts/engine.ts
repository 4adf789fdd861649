import { BatchEffects, NO_EFFECTS } from './batch_effects.js';
import { fromBound, toBound } from './bounds.js';
import { checkCursor, checkInteger } from './checks.js';
import { EngineHandle } from './engine_handle.js';
import { loadModule, type WasmSource } from './load_module.js';
import { PageLoad } from './page_load.js';
import type { RawEngine, RawFeedReport, RawModule } from './raw_module.js';
import {
  type InputRefusal,
  NO_COUNTS,
  nameOf,
  PAGE_STATUSES,
  refusal,
  toFeedReport,
  toPageReport,
} from './reports.js';
import { COLUMN_TYPES } from './row_block.js';
import type {
  Cursor,
  EvictionSide,
  FeedReport,
  KeyRange,
  PageFormat,
  PageOptions,
  PageReport,
  Schema,
} from './types.js';
import { WindowReader } from './view.js';

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
const DEFAULT_MAX_CELL_CHARACTERS = 1024;
const PAGE_FORMATS: readonly PageFormat[] = ['json', 'ndjson'];

const encoder = new TextEncoder();

export interface EngineOptions {
  readonly schema: Schema;
  /** Rows the window holds before it evicts. Default {@link DEFAULT_CAPACITY_ROWS}. */
  readonly capacityRows?: number;
  /** Bytes of ids and texts that the window holds before it evicts. Default 1 GiB. */
  readonly capacityTextBytes?: number;
  /** Text of a cell in a row block is cut to this many characters (code points). Default 1,024. */
  readonly maxCellCharacters?: number;
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
  const maxCellCharacters = options.maxCellCharacters ?? DEFAULT_MAX_CELL_CHARACTERS;
  checkInteger('capacityRows', capacityRows, 1, MAX_CAPACITY_ROWS);
  const capacityTextBytes = options.capacityTextBytes ?? DEFAULT_CAPACITY_TEXT_BYTES;
  checkInteger('capacityTextBytes', capacityTextBytes, 1, MAX_CAPACITY_TEXT_BYTES);
  checkInteger('maxCellCharacters', maxCellCharacters, 1, MAX_MESSAGE_BYTES);
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
      maxCellCharacters,
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
 * A sliding window of events that pages and feed messages are merged into. It reads as the view of all its rows, in the order
 * of `(timestamp, id)`; {@link openView} gives others.
 *
 * The rules (docs/architecture.md): an older version never overwrites a newer one; an event outside the coverage is not
 * held; malformed bytes change nothing. Nothing here throws for bad input from the wire, only for wrong use.
 *
 * Owns WebAssembly memory: call {@link delete}, or declare it with `using`.
 */
export class Engine extends WindowReader {
  /** @internal Use {@link createEngine}. */
  constructor(module: RawModule, raw: RawEngine, schema: Schema) {
    super(new EngineHandle(module, raw), schema);
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
    return this.handle.heap.byteLength;
  }

  /**
   * Applies a page, a JSON array of events, that is exact at `cursor` within `covered`: makes that range equal to it and widens
   * the coverage by it. The first page sets the cursor.
   */
  applyPage(json: Uint8Array, page: PageOptions): PageReport {
    return this.#page(json, page, 'applyPage');
  }

  /** Applies a page that is a row block, as {@link writeBlock} writes it: columns are matched by name. */
  applyPageBlock(block: Uint8Array, page: PageOptions): PageReport {
    return this.#page(block, page, 'applyPageBlock');
  }

  /**
   * Begins a page whose body comes in pieces: see {@link PageLoad}. One at a time. Feed messages may be applied between its
   * pieces, and have to be applied again after it ({@link reapplyFeed}), as with every page that is under way.
   */
  openPage({
    cursor,
    covered,
    format = 'json',
  }: PageOptions & { readonly format?: PageFormat }): PageLoad {
    checkCursor(cursor);
    const status = this.#live.openPage(
      cursor.epoch,
      cursor.seq,
      toBound(covered.begin),
      toBound(covered.end),
      PAGE_FORMATS.indexOf(format),
    );
    return new PageLoad(this.handle, nameOf(PAGE_STATUSES, status));
  }

  /**
   * Applies one feed message, a JSON object, and moves the cursor. Takes the text of a WebSocket frame as it comes, or its
   * bytes of UTF-8.
   */
  applyFeed(json: Uint8Array | string): FeedReport {
    return this.#feed(json, (raw, size) => raw.applyFeed(size));
  }

  /** The same, and what each mutation of a batch did: for who passes parts of the feed on. */
  applyFeedWithEffects(json: Uint8Array | string): FeedReport & { readonly effects: BatchEffects } {
    let effects = NO_EFFECTS;
    const report = this.#feed(json, (raw, size) => {
      const answer = raw.applyFeedWithEffects(size);
      effects = new BatchEffects(answer.effects);
      return answer;
    });
    return { ...report, effects };
  }

  /**
   * Applies a batch again, after a page that was under way when it first came. Does not look at the cursor, nor move it.
   */
  reapplyFeed(json: Uint8Array | string): FeedReport {
    return this.#feed(json, (raw, size) => raw.reapplyFeed(size));
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
    this.handle.openPage = undefined;
  }

  /** Frees the engine and its heap. Using it afterwards throws; deleting it again does nothing. */
  delete(): void {
    this.handle.delete();
  }

  [Symbol.dispose](): void {
    this.delete();
  }

  get #live(): RawEngine {
    return this.handle.raw;
  }

  #page(
    bytes: Uint8Array,
    { cursor, covered }: PageOptions,
    method: 'applyPage' | 'applyPageBlock',
  ): PageReport {
    checkCursor(cursor);
    const input = this.#writeInput(bytes);
    if (typeof input !== 'number') return { ...input, counts: NO_COUNTS };
    const [begin, end] = [toBound(covered.begin), toBound(covered.end)];
    return toPageReport(this.#live[method](input, cursor.epoch, cursor.seq, begin, end));
  }

  #feed(
    json: Uint8Array | string,
    apply: (raw: RawEngine, size: number) => RawFeedReport,
  ): FeedReport {
    const input = this.#writeInput(json);
    if (typeof input === 'number') return toFeedReport(apply(this.#live, input));
    return {
      ...input,
      type: '',
      epoch: '',
      seq: 0,
      totalCount: undefined,
      reason: '',
      counts: NO_COUNTS,
    };
  }

  /** Puts a message where the engine reads it, and answers its size in bytes, or why it can't. */
  #writeInput(message: Uint8Array | string): number | InputRefusal {
    const isText = typeof message === 'string';
    // A UTF-16 unit becomes three bytes at most, and most often one.
    if (isText && message.length * 3 > MAX_MESSAGE_BYTES) {
      return this.#writeInput(encoder.encode(message));
    }
    const size = isText ? message.length * 3 : message.length;
    if (size > MAX_MESSAGE_BYTES) {
      return refusal(
        'too_large',
        `${String(size)} bytes; a message has at most ${String(MAX_MESSAGE_BYTES)}`,
      );
    }
    const pointer = this.#live.inputBuffer(size) >>> 0;
    if (pointer === 0) {
      return refusal('out_of_memory', `no memory for a message of ${String(size)} bytes`);
    }
    if (!isText) {
      this.handle.heap.set(message, pointer);
      return size;
    }
    return encoder.encodeInto(message, this.handle.heap.subarray(pointer, pointer + size)).written;
  }
}
