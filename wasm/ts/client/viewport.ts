import type { RowRange } from '../types.js';
import { blockBytes, compareBlocks } from './block_comparison.js';
import type { CancelTimer, Environment } from './environment.js';
import { equalKeys, rangeHasKey } from './event_keys.js';
import type { SessionEngine } from './session_engine.js';
import type { Target, ViewportRequest } from './viewport_request.js';
import type { Place } from './window_filler.js';

/** Milliseconds: how far behind the row numbers on screen may be while the rows themselves stay as they are. */
const INDEX_REFRESH_MS = 1_000;

/** The block that the page has. */
interface SentBlock {
  readonly requestId: number;
  readonly bytes: Uint8Array;
  readonly version: number;
  readonly sentAtMs: number;
}

/**
 * What the reader looks at, and the row blocks that show it.
 *
 * A request is wanted until the window covers its place, and shown from then on; until then the one before it goes on being
 * shown. At most one block is on its way to the screen.
 */
export class Viewport {
  readonly #engine: SessionEngine;
  readonly #environment: Pick<Environment, 'now' | 'after' | 'post'>;
  #wanted: ViewportRequest | undefined;
  #shown: ViewportRequest | undefined;
  #sent: SentBlock | undefined;
  #isOutstanding = false;
  #spare: ArrayBuffer | undefined;
  #cancelRefresh: CancelTimer | undefined;

  constructor(engine: SessionEngine, environment: Pick<Environment, 'now' | 'after' | 'post'>) {
    this.#engine = engine;
    this.#environment = environment;
  }

  get wanted(): ViewportRequest | undefined {
    return this.#wanted;
  }

  /** Whether the reader follows the tail, or wants to. */
  get isLive(): boolean {
    return this.#wanted?.target.type === 'live';
  }

  /** Where a window for what is wanted begins. */
  get place(): Place {
    const target = this.#wanted?.target;
    return target?.type === 'key' ? { type: 'key', key: target.key } : { type: 'tail' };
  }

  /** Rows of what is wanted, overscan included. */
  get screenRows(): number {
    return this.#wanted === undefined ? 0 : this.#wanted.rowCount + 2 * this.#wanted.overscanRows;
  }

  /** Whether the window covers the place that is wanted. */
  get isCovered(): boolean {
    const coverage = this.#engine.coverage;
    const target = this.#wanted?.target;
    if (coverage === undefined || target === undefined) return false;
    if (target.type === 'live') return coverage.end === undefined;
    return target.type === 'index' || rangeHasKey(coverage, target.key);
  }

  /** Whether rows on screen are missing because the window ends there, though the timeline goes on. */
  get isCut(): boolean {
    const coverage = this.#engine.coverage;
    const shown = this.#shown;
    if (coverage === undefined || shown === undefined) return false;
    const begin = this.#rowAtTop(shown);
    const isCutAbove = begin < 0 && coverage.begin !== undefined;
    return (
      isCutAbove || (begin + shown.rowCount > this.#engine.rowCount && coverage.end !== undefined)
    );
  }

  /** The rows on screen, as far as the window has them. */
  get visible(): RowRange {
    const rowCount = this.#engine.rowCount;
    if (this.#shown === undefined) return { begin: rowCount, end: rowCount };
    const begin = Math.min(Math.max(this.#rowAtTop(this.#shown), 0), rowCount);
    return { begin, end: Math.min(begin + this.#shown.rowCount, rowCount) };
  }

  want(request: ViewportRequest): void {
    if (this.#wanted !== undefined && request.id <= this.#wanted.id) return;
    this.#wanted = request;
  }

  /** Shows what is wanted. REQUIRES: isCovered */
  show(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || wanted === this.#shown) return;
    this.#shown = { ...wanted, target: this.#hold(wanted.target) };
    this.#wanted = this.#shown;
  }

  /** The page has drawn the last block, and gives back the buffer of an earlier one. */
  painted(spare: ArrayBuffer | undefined): void {
    this.#isOutstanding = false;
    this.#spare = spare ?? this.#spare;
  }

  /** Sends a block if one is due. */
  flush(): void {
    const shown = this.#shown;
    if (shown === undefined || this.#isOutstanding) return;
    const isAnswered = this.#sent?.requestId === shown.id;
    if (isAnswered && this.#sent?.version === this.#engine.version) return;
    const topIndex = this.#topIndex(shown);
    const { buffer } = this.#engine.readRows(this.#blockRange(shown, topIndex), this.#takeSpare());
    if (isAnswered && !this.#isDue(buffer)) {
      this.#spare = buffer;
      return;
    }
    this.#send(shown, topIndex, buffer);
  }

  close(): void {
    this.#cancelRefresh?.();
  }

  /** A row number means something for one moment only: from now on it is the row that is there. */
  #hold(target: Target): Target {
    const rowCount = this.#engine.rowCount;
    if (target.type !== 'index' || rowCount === 0) return target;
    return {
      type: 'key',
      key: this.#engine.keyAt(Math.min(target.index, rowCount - 1)),
      rowOffset: 0,
    };
  }

  /** The row index at the top of the screen; beyond the window where the target asks for that. */
  #rowAtTop({ target, rowCount }: ViewportRequest): number {
    switch (target.type) {
      case 'live':
        return Math.max(0, this.#engine.rowCount - rowCount);
      case 'key':
        return this.#engine.rank(target.key) + target.rowOffset;
      case 'index':
        return target.index;
    }
  }

  #topIndex(shown: ViewportRequest): number {
    return Math.max(0, Math.min(this.#rowAtTop(shown), this.#engine.rowCount - 1));
  }

  /** The screen and its overscan; near the end also the rows before, which fill a screen that can't scroll farther. */
  #blockRange({ rowCount, overscanRows }: ViewportRequest, topIndex: number): RowRange {
    const begin = Math.min(topIndex, this.#engine.rowCount - rowCount) - overscanRows;
    return { begin: Math.max(0, begin), end: topIndex + rowCount + overscanRows };
  }

  #isFound({ target }: ViewportRequest): boolean {
    if (target.type !== 'key' || target.key.id === '') return true;
    const index = this.#engine.rank(target.key);
    return index < this.#engine.rowCount && equalKeys(this.#engine.keyAt(index), target.key);
  }

  /** Whether a block differs enough from the one that the page has. */
  #isDue(buffer: ArrayBuffer): boolean {
    if (this.#sent === undefined) return true;
    const difference = compareBlocks(this.#sent.bytes, blockBytes(buffer));
    if (difference !== 'place') return difference === 'rows';
    const ageMs = this.#environment.now() - this.#sent.sentAtMs;
    if (ageMs >= INDEX_REFRESH_MS) return true;
    this.#cancelRefresh ??= this.#environment.after(INDEX_REFRESH_MS - ageMs, () => {
      this.#cancelRefresh = undefined;
      this.flush();
    });
    return false;
  }

  #send(shown: ViewportRequest, topIndex: number, buffer: ArrayBuffer): void {
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
    this.#sent = {
      requestId: shown.id,
      bytes: blockBytes(buffer).slice(),
      version: this.#engine.version,
      sentAtMs: this.#environment.now(),
    };
    this.#isOutstanding = true;
    const found = this.#isFound(shown);
    this.#environment.post({ type: 'block', buffer, requestId: shown.id, topIndex, found }, [
      buffer,
    ]);
  }

  #takeSpare(): ArrayBuffer | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }
}
