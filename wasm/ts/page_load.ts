import type { EngineHandle } from './engine_handle.js';
import { NO_COUNTS, refusal, toPageReport } from './reports.js';
import type { PageReport, PageStatus } from './types.js';

/** Bytes that the engine takes at a time: a chunk of any size is handed on in pieces, so that it never stands in memory twice. */
const MAX_PIECE_BYTES = 256 * 1024;

/**
 * A page whose body is applied piece by piece, as the network delivers it: a body of any size, cut anywhere. Its rows can be
 * read after each piece; the coverage is widened by it when it ends.
 *
 * Any status but 'applied' ends the page, and what it brought outside the coverage is gone. Use `engine.openPage`.
 */
export class PageLoad {
  readonly #handle: EngineHandle;
  /** Why the page has ended, or could not begin. */
  #status: PageStatus;

  /** @internal */
  constructor(handle: EngineHandle, status: PageStatus) {
    this.#handle = handle;
    this.#status = status;
    if (status === 'applied') handle.openPage = this;
  }

  /** Applies the events that are whole with these bytes, which are copied. Counts are those of this piece. */
  write(bytes: Uint8Array): PageReport {
    let report: PageReport = { status: 'applied', error: undefined, counts: NO_COUNTS };
    for (let begin = 0; begin < bytes.length && report.status === 'applied';) {
      const end = Math.min(begin + MAX_PIECE_BYTES, bytes.length);
      report = add(report, this.#writePiece(bytes.subarray(begin, end)));
      begin = end;
    }
    return report;
  }

  /** Ends the body: the window is now equal to the page where it covers. */
  end(): PageReport {
    if (!this.#isOpen) return ended(this.#status);
    const report = toPageReport(this.#handle.raw.closePage());
    this.#end(report.status === 'applied' ? 'not_open' : report.status);
    return report;
  }

  /** Gives the page up, where its body breaks off. Does nothing where it has ended. */
  abort(): void {
    if (!this.#isOpen) return;
    this.#handle.raw.abortPage();
    this.#end('not_open');
  }

  /** Whether the engine's open page is still this one: `clear()` ends it as well. */
  get #isOpen(): boolean {
    if (this.#status === 'applied' && this.#handle.openPage !== this) this.#status = 'not_open';
    return this.#status === 'applied';
  }

  #end(status: PageStatus): void {
    this.#status = status;
    this.#handle.openPage = undefined;
  }

  #writePiece(bytes: Uint8Array): PageReport {
    if (!this.#isOpen) return ended(this.#status);
    const { raw } = this.#handle;
    const pointer = raw.pieceBuffer(bytes.length) >>> 0;
    if (pointer === 0) {
      raw.abortPage();
      this.#end('out_of_memory');
      const message = `no memory for a piece of ${String(bytes.length)} bytes`;
      return { ...refusal('out_of_memory', message), counts: NO_COUNTS };
    }
    this.#handle.heap.set(bytes, pointer);
    const report = toPageReport(raw.addPiece(bytes.length));
    if (report.status !== 'applied') this.#end(report.status);
    return report;
  }
}

function ended(status: PageStatus): PageReport {
  return { status, error: undefined, counts: NO_COUNTS };
}

/** Reports of successive pieces as one. */
function add(a: PageReport, b: PageReport): PageReport {
  if (a.counts === NO_COUNTS) return b;
  const sum = (key: Exclude<keyof PageReport['counts'], 'skippedSamples'>): number =>
    a.counts[key] + b.counts[key];
  return {
    status: b.status,
    error: b.error,
    counts: {
      inserted: sum('inserted'),
      updated: sum('updated'),
      moved: sum('moved'),
      deleted: sum('deleted'),
      stale: sum('stale'),
      unknown: sum('unknown'),
      outsideOlder: sum('outsideOlder'),
      outsideNewer: sum('outsideNewer'),
      evicted: sum('evicted'),
      skipped: sum('skipped'),
      skippedSamples: [...a.counts.skippedSamples, ...b.counts.skippedSamples].slice(0, 8),
    },
  };
}
