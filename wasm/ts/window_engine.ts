import { fromBound, toBound } from './bounds.js';
import { checkCursor } from './checks.js';
import { EngineHandle } from './engine_handle.js';
import { loadModule } from './load_module.js';
import { type EngineOptions, makeRawEngine, MAX_MESSAGE_BYTES } from './raw_engine.js';
import type { RawEngine, RawFeedReport, RawModule } from './raw_module.js';
import { type InputRefusal, NO_COUNTS, refusal, toFeedReport, toPageReport } from './reports.js';
import type {
  Cursor,
  EvictionSide,
  FeedReport,
  KeyRange,
  PageOptions,
  PageReport,
  Schema,
} from './types.js';
import { WindowReader } from './view.js';

const encoder = new TextEncoder();

/** As `createEngine`, for what is no more than a window. */
export async function createWindowEngine(options: EngineOptions): Promise<WindowEngine> {
  const module = await loadModule(options.wasm);
  return new WindowEngine(module, makeRawEngine(module, options), options.schema);
}

/** What a window needs of its engine: whole pages and feed messages are merged into it. See {@link Engine}. */
export class WindowEngine extends WindowReader {
  /** @internal Use `createEngine`. */
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
   * Applies one feed message, a JSON object, and moves the cursor. Takes the text of a WebSocket frame as it comes, or its
   * bytes of UTF-8.
   */
  applyFeed(json: Uint8Array | string): FeedReport {
    return this.applyMessage(json, (raw, size) => raw.applyFeed(size));
  }

  /**
   * Applies a batch again, after a page that was under way when it first came. Does not look at the cursor, nor move it.
   */
  reapplyFeed(json: Uint8Array | string): FeedReport {
    return this.applyMessage(json, (raw, size) => raw.reapplyFeed(size));
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

  /** Deletes it where a `using` declaration ends. */
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

  /** @internal */
  protected applyMessage(
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
