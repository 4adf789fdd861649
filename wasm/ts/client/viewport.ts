import type { EvictionSide, RowRange } from '../types.js';
import { blockBytes, compareBlocks } from './block_comparison.js';
import type { CancelTimer, Environment } from './environment.js';
import { equalKeys } from './event_keys.js';
import type { BlockPlace } from './messages.js';
import type { SessionEngine } from './session_engine.js';
import type { NormalRequest, Target } from './viewport_request.js';
import { evictionSide, type Side } from './window_filler.js';
import { endAwayFrom, hasPlace, type Place } from './window_place.js';
import type { WindowRank } from './window_rank.js';

/** Milliseconds: how far behind the row numbers on screen may be while the rows themselves stay as they are. */
const INDEX_REFRESH_MS = 250;

type ViewportEngine = Pick<
  SessionEngine,
  'rowCount' | 'version' | 'coverage' | 'rank' | 'keyAt' | 'readRows'
>;

/** The block that the page has. */
interface SentBlock {
  readonly place: BlockPlace;
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
  readonly #engine: ViewportEngine;
  readonly #rank: WindowRank;
  readonly #environment: Pick<Environment, 'now' | 'after' | 'post'>;
  #wanted: NormalRequest | undefined;
  #shown: NormalRequest | undefined;
  #heading: Side | undefined;
  #sent: SentBlock | undefined;
  #isOutstanding = false;
  #spare: ArrayBuffer | undefined;
  #cancelRefresh: CancelTimer | undefined;

  constructor(
    engine: ViewportEngine,
    rank: WindowRank,
    environment: Pick<Environment, 'now' | 'after' | 'post'>,
  ) {
    this.#engine = engine;
    this.#rank = rank;
    this.#environment = environment;
  }

  get wanted(): NormalRequest | undefined {
    return this.#wanted;
  }

  /** Whether the reader follows the tail, or wants to. */
  get isLive(): boolean {
    return this.#wanted?.target.type === 'live';
  }

  /** Where a window for what is wanted begins. */
  get place(): Place {
    const target = this.#wanted?.target;
    switch (target?.type) {
      case undefined:
      case 'live':
        return { type: 'tail' };
      case 'key':
        return { type: 'key', key: target.key };
      case 'rank':
        return { type: 'rank', rank: target.rank };
    }
  }

  /** Rows of what is wanted, overscan included. */
  get screenRows(): number {
    return this.#wanted === undefined ? 0 : this.#wanted.rowCount + 2 * this.#wanted.overscanRows;
  }

  /** Whether the window covers the place that is wanted. */
  get isCovered(): boolean {
    return this.#wanted !== undefined && hasPlace(this.#engine, this.#rank, this.place);
  }

  /** The end of the window that is farther from what is wanted, or from what is on screen once that is there. */
  get farEnd(): EvictionSide {
    if (!this.isCovered) return endAwayFrom(this.#engine, this.#rank, this.place);
    return this.isLive ? 'oldest' : evictionSide(this.#engine.rowCount, this.visible);
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

  /** Where the screen moved with the last request that was shown. */
  get heading(): Side | undefined {
    return this.#heading;
  }

  want(request: NormalRequest): void {
    if (this.#wanted !== undefined && request.id <= this.#wanted.id) return;
    this.#wanted = request;
  }

  /** Shows what is wanted. REQUIRES: isCovered */
  show(): void {
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    const target = this.#hold(wanted.target);
    if (wanted === this.#shown && target === wanted.target) return;
    const shown = { ...wanted, target };
    if (this.#shown !== undefined && this.#shown.id !== wanted.id) {
      this.#heading = headingOf(this.#rowAtTop(shown) - this.#rowAtTop(this.#shown));
    }
    this.#shown = shown;
    this.#wanted = shown;
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
    const place = this.#placeOf(shown);
    if (this.#isSent(place)) return;
    const range = this.#blockRange(shown, place.topIndex);
    const { buffer } = this.#engine.readRows(range, this.#takeSpare());
    if (this.#isDue(place, buffer)) {
      this.#send(place, buffer);
    } else {
      this.#spare = buffer;
    }
  }

  close(): void {
    this.#cancelRefresh?.();
  }

  /**
   * A rank means something for one moment only, and a key may be far from the screen: from now on the target is the row at the
   * top, or as far as the window reaches towards it.
   */
  #hold(target: Target): Target {
    const { coverage, rowCount } = this.#engine;
    const isHeld = target.type === 'live' || (target.type === 'key' && target.rowOffset === 0);
    if (isHeld || rowCount === 0) return target;
    const index = this.#rowOf(target);
    const nearest = Math.min(Math.max(index, 0), rowCount - 1);
    const isEnd = (index < 0 ? coverage?.begin : coverage?.end) === undefined;
    const held = { key: this.#engine.keyAt(nearest), rowOffset: isEnd ? 0 : index - nearest };
    const isSame =
      target.type === 'key' &&
      target.rowOffset === held.rowOffset &&
      equalKeys(target.key, held.key);
    return isSame ? target : { type: 'key', ...held };
  }

  /** The row index at the top of the screen; beyond the window where the target asks for that. */
  #rowAtTop({ target, rowCount }: NormalRequest): number {
    if (target.type !== 'live') return this.#rowOf(target);
    return Math.max(0, this.#engine.rowCount - rowCount);
  }

  #rowOf(target: Exclude<Target, { type: 'live' }>): number {
    return target.type === 'key'
      ? this.#engine.rank(target.key) + target.rowOffset
      : target.rank - this.#rank.rowsBefore;
  }

  #placeOf(shown: NormalRequest): BlockPlace {
    const topIndex = Math.max(0, Math.min(this.#rowAtTop(shown), this.#engine.rowCount - 1));
    return {
      requestId: shown.id,
      topIndex,
      found: this.#isFound(shown),
      rowsBefore: this.#rank.rowsBefore,
      totalCount: this.#rank.total,
    };
  }

  /** The screen and its overscan; near the end also the rows before, which fill a screen that can't scroll farther. */
  #blockRange({ rowCount, overscanRows }: NormalRequest, topIndex: number): RowRange {
    const begin = Math.min(topIndex, this.#engine.rowCount - rowCount) - overscanRows;
    return { begin: Math.max(0, begin), end: topIndex + rowCount + overscanRows };
  }

  #isFound({ target }: NormalRequest): boolean {
    if (target.type !== 'key' || target.key.id === '' || target.rowOffset !== 0) return true;
    const index = this.#engine.rank(target.key);
    return index < this.#engine.rowCount && equalKeys(this.#engine.keyAt(index), target.key);
  }

  /** Whether the page has this already. */
  #isSent(place: BlockPlace): boolean {
    const sent = this.#sent;
    return sent?.version === this.#engine.version && equalPlacing(sent.place, place);
  }

  /** Whether a block differs enough from the one that the page has. */
  #isDue(place: BlockPlace, buffer: ArrayBuffer): boolean {
    const sent = this.#sent;
    if (sent === undefined || sent.place.requestId !== place.requestId) return true;
    const difference = compareBlocks(sent.bytes, blockBytes(buffer));
    if (difference === 'rows') return true;
    if (difference === 'equal' && equalPlacing(sent.place, place)) return false;
    const ageMs = this.#environment.now() - sent.sentAtMs;
    if (ageMs >= INDEX_REFRESH_MS) return true;
    this.#cancelRefresh ??= this.#environment.after(INDEX_REFRESH_MS - ageMs, () => {
      this.#cancelRefresh = undefined;
      this.flush();
    });
    return false;
  }

  #send(place: BlockPlace, buffer: ArrayBuffer): void {
    this.#cancelRefresh?.();
    this.#cancelRefresh = undefined;
    this.#sent = {
      place,
      bytes: blockBytes(buffer).slice(),
      version: this.#engine.version,
      sentAtMs: this.#environment.now(),
    };
    this.#isOutstanding = true;
    this.#environment.post({ type: 'block', buffer, place }, [buffer]);
  }

  #takeSpare(): ArrayBuffer | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    return spare;
  }
}

function headingOf(rows: number): Side | undefined {
  if (rows === 0) return undefined;
  return rows < 0 ? 'older' : 'newer';
}

/** Whether two blocks are of one request and at one place in the timeline. */
function equalPlacing(a: BlockPlace, b: BlockPlace): boolean {
  return (
    a.requestId === b.requestId && a.rowsBefore === b.rowsBefore && a.totalCount === b.totalCount
  );
}
