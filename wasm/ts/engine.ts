import { BatchEffects, NO_EFFECTS } from './batch_effects.js';
import { toBound } from './bounds.js';
import { checkCursor } from './checks.js';
import { loadModule } from './load_module.js';
import { PageLoad } from './page_load.js';
import { type EngineOptions, makeRawEngine } from './raw_engine.js';
import { nameOf, PAGE_STATUSES } from './reports.js';
import type { FeedReport, PageFormat, PageOptions } from './types.js';
import { WindowEngine } from './window_engine.js';

export { DEFAULT_CAPACITY_ROWS, type EngineOptions, MAX_MESSAGE_BYTES } from './raw_engine.js';

/** What became of a feed message, mutation by mutation as well. */
export interface FeedReportWithEffects extends FeedReport {
  /** Empty where the message was not applied, or is no batch. */
  readonly effects: BatchEffects;
}

const PAGE_FORMATS: readonly PageFormat[] = ['json', 'ndjson'];

/**
 * Loads the engine on the calling thread, in Node or a browser. Each engine has a heap of its own.
 * Rejects with a TypeError or RangeError that names what is wrong with the options.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const module = await loadModule(options.wasm);
  return new Engine(module, makeRawEngine(module, options), options.schema);
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
export class Engine extends WindowEngine {
  /** Bytes of the WebAssembly heap. It never shrinks. */
  get heapBytes(): number {
    return this.handle.heap.byteLength;
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
    const status = this.handle.raw.openPage(
      cursor.epoch,
      cursor.seq,
      toBound(covered.begin),
      toBound(covered.end),
      PAGE_FORMATS.indexOf(format),
    );
    return new PageLoad(this.handle, nameOf(PAGE_STATUSES, status));
  }

  /** As {@link applyFeed}, and tells what each mutation of a batch did: for who passes parts of the feed on. */
  applyFeedWithEffects(json: Uint8Array | string): FeedReportWithEffects {
    let effects = NO_EFFECTS;
    const report = this.applyMessage(json, (raw, size) => {
      const answer = raw.applyFeedWithEffects(size);
      effects = new BatchEffects(answer.effects);
      return answer;
    });
    return { ...report, effects };
  }
}
