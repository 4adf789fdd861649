import type { KeyRange } from 'eventglass';
import { TimelineClient, type BlockUpdate, type ClientState, type Target } from 'eventglass/client';
import { schema } from './columns.js';
import type { FirstRows } from './first_rows.js';
import { livePlace, type Place } from './place.js';
import { Requests } from './requests.js';
import { markNew, rowsOfBlock, type TimelineRow } from './row.js';
import { knownRowsBefore, supposedRowsBefore } from './row_numbers.js';
import {
  bottomPosition,
  comparePositions,
  drawnTopPx,
  indexShift,
  missingRanges,
  movedBy,
  positionAtPx,
  positionPx,
  resizedPosition,
  topPosition,
  visibleRange,
  visibleRowCount,
  type PlacedRows,
  type Position,
  type ViewportSize,
} from './viewport.js';

/** Rows on either side of the screen: at 8,000 px/s, four frames' worth of scrolling. */
const overscanRows = 24;

/** Rows from a known one that a place is still told by; further away it is told by its row index. */
const maxRowOffset = 500;

/** The rows that are drawn, and how many are loaded. */
interface DrawnRows extends PlacedRows<TimelineRow> {
  readonly rowCount: number;
}

/** A block with what the client had said to be covered when it came: its rows cover that at least. */
interface CoveredUpdate extends BlockUpdate {
  readonly coverage: KeyRange | undefined;
}

/** A place that the reader asked for and that has not come on screen yet. */
interface Jump {
  readonly place: Place;
  /** The request that asks for it; `undefined` until it is sent. */
  readonly requestId: number | undefined;
}

/**
 * What the table shows: the newest rows that the engine delivered and where the viewport stands among
 * them. The position is the truth; the scrollbar follows it. It counts rows in the index space of the
 * newest block, and is shifted with the rows when others come or go above.
 *
 * Everything that happens is gathered and drawn once per animation frame.
 */
export class Timeline {
  #drawn: DrawnRows = $state.raw({ begin: 0, rows: [], rowCount: 0 });
  /** What the loaded rows cover: as of `#drawn`, or of not long before. */
  #coverage: KeyRange | undefined = $state.raw();
  #supposedRowsBefore = $state(0);
  #engine: 'off' | 'starting' | 'delivers' = $state('off');
  #position: Position = $state.raw(topPosition);
  #size: ViewportSize | undefined = $state.raw();
  #devicePixelRatio = $state(1);
  #following = $state(true);
  #jump: Jump | undefined = $state.raw();
  #clientState: ClientState | undefined = $state.raw();
  #notice: string | undefined = $state();
  readonly #serverTotalCount: number | undefined;

  #client: TimelineClient | undefined;
  readonly #requests = new Requests();
  #lastRequest = '';
  /** The newest block, not drawn yet. */
  #update: CoveredUpdate | undefined;
  #movePx = 0;
  #frame: number | undefined;

  constructor(first: FirstRows) {
    this.#drawn = { begin: 0, rows: first.rows, rowCount: first.rows.length };
    this.#serverTotalCount = first.totalCount;
    this.#supposedRowsBefore = supposedRowsBefore(undefined, first.rows.length, this.rowCount);
    this.#notice = first.place.problem;
    this.#following = first.place.place.type === 'live';
    if (!this.#following) this.#jump = { place: first.place.place, requestId: undefined };
  }

  get rows(): readonly TimelineRow[] {
    return this.#drawn.rows;
  }

  /** Row index of the first of `rows`. */
  get begin(): number {
    return this.#drawn.begin;
  }

  /** Rows that are loaded, and can be scrolled to. */
  get loadedCount(): number {
    return this.#drawn.rowCount;
  }

  /** Events in the whole timeline, loaded or not. */
  get totalCount(): number | undefined {
    return this.#clientState?.totalCount ?? this.#serverTotalCount;
  }

  /** Rows of the whole timeline, as far as is known. */
  get rowCount(): number {
    return Math.max(this.totalCount ?? 0, this.#drawn.rowCount);
  }

  readonly #knownRowsBefore = $derived.by(() => {
    const { rowCount } = this.#drawn;
    if (this.totalCount === undefined) return undefined;
    const coverage = this.#coverage;
    return knownRowsBefore({ rowCount, coverage, following: this.#following }, this.totalCount);
  });

  /** Rows of the timeline before the loaded ones: known, or supposed for the scrollbar's sake. */
  get #rowsBefore(): number {
    return this.#knownRowsBefore ?? this.#supposedRowsBefore;
  }

  /** The number, from 1, that the row `index` has in the timeline; `undefined` while that is not known. */
  rowNumber(index: number): number | undefined {
    const before = this.#knownRowsBefore;
    return before === undefined ? undefined : before + index + 1;
  }

  /** Pixels from the top of the timeline's first row, loaded or not, to the viewport's top edge. */
  get timelinePx(): number {
    if (!this.#size) return 0;
    const { index, offsetPx } = this.#position;
    const position = { index: this.#rowsBefore + index, offsetPx };
    return positionPx(position, this.#size.rowHeightPx);
  }

  get clientState(): ClientState | undefined {
    return this.#clientState;
  }

  get position(): Position {
    return this.#position;
  }

  /** `undefined` until the table has been measured. */
  get size(): ViewportSize | undefined {
    return this.#size;
  }

  /** Whether the timeline's first row is at the top. */
  get isAtFirst(): boolean {
    const coverage = this.#clientState?.coverage;
    const isTop = comparePositions(this.#position, topPosition) === 0;
    return isTop && !this.#jump && coverage !== undefined && !coverage.begin;
  }

  /** Whether the viewport stays at the live end as rows come in. */
  get following(): boolean {
    return this.#following;
  }

  /** Whether what is on screen is to be replaced: by the engine's rows, or by a place asked for. */
  get busy(): boolean {
    return this.#engine === 'starting' || (this.#engine === 'delivers' && this.#jump !== undefined);
  }

  /** Something that the reader should know about the place shown. */
  get notice(): string | undefined {
    return this.#notice;
  }

  dismissNotice(): void {
    this.#notice = undefined;
  }

  /** Row indexes on screen. */
  readonly visible = $derived.by(() => {
    if (!this.#size) return { begin: 0, end: 0 };
    const { begin, end } = visibleRange(this.#position, this.#size);
    return { begin, end: Math.min(end, this.#drawn.rowCount) };
  });

  /** Rows on screen that have not been delivered yet, above and below those that have. */
  readonly missing = $derived.by(() => {
    const { begin, rows } = this.#drawn;
    return missingRanges(this.visible, { begin, end: begin + rows.length });
  });

  /** The place for the URL; `undefined` while the row at the top is not known. */
  readonly place: Place | undefined = $derived.by(() => {
    if (this.#jump) return this.#jump.place;
    if (this.#following) return livePlace;
    const row = this.#drawn.rows[this.#position.index - this.#drawn.begin];
    return row && { type: 'key', key: { timestamp: row.timestamp, id: row.id } };
  });

  /** The place of the row at the top, also at the live end: what a link to this moment names. */
  get pinnedPlace(): Place | undefined {
    const row = this.#drawn.rows[this.#position.index - this.#drawn.begin];
    return row ? { type: 'key', key: { timestamp: row.timestamp, id: row.id } } : this.place;
  }

  /** Pixels from the viewport's top edge to the top of the row `index`. */
  topPx(index: number): number {
    if (!this.#size) return 0;
    return drawnTopPx(index, this.#position, this.#size.rowHeightPx, this.#devicePixelRatio);
  }

  /** Starts the engine. What it delivers takes the place of the server's rows. */
  connect(backendUrl: string): void {
    this.#engine = 'starting';
    this.#client = new TimelineClient({
      backendUrl,
      schema,
      onBlock: (update) => {
        this.#update = { ...update, coverage: this.#clientState?.coverage };
        this.#schedule();
      },
      onState: (state) => {
        this.#clientState = state;
        this.#matchCoverage();
      },
    });
    this.#schedule();
  }

  delete(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#client?.delete();
    this.#client = undefined;
  }

  retry(): void {
    this.#client?.retry();
  }

  /** The table's size has been measured. The row at the top stays, or the last row if live. */
  resize(size: ViewportSize, devicePixelRatio: number): void {
    const { rowCount } = this.#drawn;
    this.#position = this.#following
      ? bottomPosition(rowCount, size)
      : resizedPosition(this.#position, this.#size ?? size, size, rowCount);
    this.#size = size;
    this.#devicePixelRatio = devicePixelRatio;
    this.#schedule();
  }

  /** The reader moves by pixels. */
  moveBy(px: number): void {
    this.#movePx += px;
    this.#schedule();
  }

  moveByRows(rows: number): void {
    this.moveBy(rows * (this.#size?.rowHeightPx ?? 0));
  }

  /** By whole screens, less one row that shows the reader where they were. */
  moveByPages(pages: number): void {
    if (!this.#size) return;
    const rows = Math.floor(this.#size.heightPx / this.#size.rowHeightPx) - 1;
    this.moveByRows(pages * Math.max(1, rows));
  }

  /**
   * The scrollbar: `px` below the top of the timeline's first row, `Infinity` for the end. It goes as far
   * towards it as rows are loaded.
   */
  moveToPx(px: number): void {
    if (!this.#size) return;
    const from = this.#position;
    const { rowHeightPx } = this.#size;
    const bottom = bottomPosition(this.#drawn.rowCount, this.#size);
    const loadedPx = Math.max(px - this.#rowsBefore * rowHeightPx, 0);
    this.#jump = undefined;
    this.#movePx = 0;
    this.#position =
      loadedPx < positionPx(bottom, rowHeightPx) ? positionAtPx(loadedPx, rowHeightPx) : bottom;
    this.#follow(comparePositions(this.#position, from) > 0);
    this.#schedule();
  }

  /** Shows `place`; what is on screen stays until it has come. `notice` is what to tell about it. */
  jumpTo(place: Place, notice?: string): void {
    this.#movePx = 0;
    this.#notice = notice;
    this.#jump = { place, requestId: undefined };
    this.#lastRequest = '';
    this.#schedule();
  }

  #schedule(): void {
    if (typeof requestAnimationFrame === 'undefined') return;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  #draw(): void {
    const update = this.#update;
    this.#update = undefined;
    if (update) this.#take(update);
    if (this.#movePx !== 0) this.#move();
    this.#request();
    if (update) this.#client?.painted();
  }

  #move(): void {
    const px = this.#movePx;
    this.#movePx = 0;
    if (!this.#size) return;
    const position = movedBy(this.#position, px, this.#drawn.rowCount, this.#size);
    if (px < 0 && comparePositions(position, this.#position) === 0) return;
    this.#jump = undefined;
    this.#position = position;
    this.#follow(px > 0);
  }

  /** Live once the reader has moved down to the end of the timeline; not live once they moved up. */
  #follow(isDown: boolean): void {
    if (!this.#size) return;
    const bottom = bottomPosition(this.#drawn.rowCount, this.#size);
    const hasTail = this.#clientState?.coverage !== undefined && !this.#clientState.coverage.end;
    this.#following = isDown && hasTail && comparePositions(this.#position, bottom) >= 0;
    if (this.#following) this.#position = bottom;
  }

  /** Takes over what is covered, unless the state is ahead of the rows and counts some that they don't. */
  #matchCoverage(): void {
    const state = this.#clientState;
    if (state?.rowCount === this.#drawn.rowCount) this.#coverage = state.coverage;
  }

  /** Takes over the rows of a block, without moving those that stay on screen. */
  #take(update: CoveredUpdate): void {
    const { block, requestId, topIndex } = update;
    const older = this.#drawn;
    const rows = markNew(rowsOfBlock(block, older.rows), older.rows);
    const newer = { begin: block.begin, rows, rowCount: block.viewRowCount };
    const jump = this.#jump;
    const hasLanded = jump?.requestId !== undefined && requestId >= jump.requestId;
    let rowsBefore: number | undefined;

    if (!hasLanded && !this.#following && this.#size) {
      const visible = visibleRange(this.#position, this.#size);
      const shift =
        indexShift(older, newer, visible) ?? this.#requests.shiftSince(requestId, topIndex) ?? 0;
      this.#requests.shift(shift);
      rowsBefore = this.#rowsBefore - shift;
      const last = Math.max(newer.rowCount - 1, 0);
      const index = Math.min(Math.max(this.#position.index + shift, 0), last);
      this.#position = { index, offsetPx: this.#position.offsetPx };
    }
    this.#requests.set(requestId, topIndex);
    this.#drawn = newer;
    this.#coverage = update.coverage;
    this.#matchCoverage();
    this.#supposedRowsBefore = supposedRowsBefore(rowsBefore, newer.rowCount, this.rowCount);
    this.#engine = 'delivers';
    if (hasLanded) this.#land(jump, update);
    if (this.#following && this.#size) {
      this.#position = bottomPosition(newer.rowCount, this.#size);
    }
  }

  #land({ place }: Jump, { topIndex, found }: BlockUpdate): void {
    this.#jump = undefined;
    this.#position = { index: topIndex, offsetPx: 0 };
    this.#following = true;
    if (place.type === 'live') return;
    const { begin, rows, rowCount } = this.#drawn;
    const last = begin + rows.length === rowCount ? rows.at(-1) : undefined;
    const isPastEnd = last !== undefined && last.timestamp < place.key.timestamp;
    this.#following = isPastEnd;
    if (isPastEnd) {
      this.#notice = 'Nothing has happened since that time yet. Showing the live end.';
    } else if (!found) {
      this.#notice = 'The event of this link is no longer there. Showing what stands at its place.';
    }
  }

  #request(): void {
    if (!this.#client || !this.#size) return;
    const target = this.#target();
    const rowCount = visibleRowCount(this.#size);
    const request = JSON.stringify([target, rowCount]);
    if (request === this.#lastRequest) return;
    this.#lastRequest = request;
    const id = this.#client.setViewport({ target, rowCount, overscanRows });
    this.#requests.set(id, this.#position.index);
    if (this.#jump) this.#jump = { place: this.#jump.place, requestId: id };
  }

  /** What to ask for: the place jumped to, the live end, or the rows from a known one on. */
  #target(): Target {
    const place = this.#jump?.place ?? (this.#following ? livePlace : undefined);
    if (place?.type === 'live') return { type: 'live' };
    if (place) return { type: 'key', key: place.key, rowOffset: 0 };
    const { begin, rows } = this.#drawn;
    const nearest = Math.min(Math.max(this.#position.index - begin, 0), rows.length - 1);
    const row = rows[nearest];
    const rowOffset = this.#position.index - (begin + nearest);
    if (!row || Math.abs(rowOffset) > maxRowOffset) {
      return { type: 'index', index: this.#position.index };
    }
    return { type: 'key', key: { timestamp: row.timestamp, id: row.id }, rowOffset };
  }
}
