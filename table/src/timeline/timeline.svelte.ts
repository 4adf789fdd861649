import { TimelineClient, type BlockUpdate, type ClientState, type Target } from 'eventglass/client';
import { Anchor } from './anchor.js';
import type { TableColumns } from '../columns/table_columns.js';
import { DensityTime, estimatedTimestamp } from './density_time.js';
import {
  noRows,
  rowsElsewhere,
  rowsLeft,
  rowsOfUpdate,
  type DrawnRows,
  type Seen,
} from './drawn_rows.js';
import { nextLeavingMs, ranksOf } from './gone_rows.js';
import { livePlace, type Place } from './place.js';
import { firstWholeRank, revealPx } from './reveal.js';
import type { TimelineRow } from './row.js';
import type { TimelineSource } from './timeline_source.js';
import {
  bottomPosition,
  comparePositions,
  drawnTopPx,
  indexShift,
  missingRanges,
  movedBy,
  positionAtPx,
  positionPx,
  rangeOf,
  resizedPosition,
  topPosition,
  visibleRange,
  visibleRowCount,
  type Position,
  type ViewportSize,
} from './viewport.js';

/** Rows on either side of the screen: at 8,000 px/s, four frames' worth of scrolling. */
const overscanRows = 24;

/** Where the reader jumps to, the screen comes first: rows around it would take as long again to be made, and come a frame later. */
const jumpOverscanRows = 2;

/** A place that the reader asked for and that has not come on screen yet. */
interface Jump {
  readonly place: Place;
  /** The reader wants the event of the place itself, and is told if it is not there. */
  readonly isExact: boolean;
  /** The first request that asks for it; `undefined` until it is sent. */
  readonly requestId: number | undefined;
  /** Rows to show above it. Set where it is one of many, so that nobody is told if it has gone meanwhile. */
  readonly rowsAbove?: number | undefined;
}

/** Where a timeline starts. */
export interface TimelineStart {
  readonly columns: TableColumns;
  /** The live end unless told otherwise. */
  readonly place?: Place;
  /** All events unless told otherwise. */
  readonly filter?: string;
  /** Something that the reader should know about it. */
  readonly notice?: string | undefined;
  /** Rows that a server knew already: they are shown until the engine delivers. */
  readonly rows?: readonly TimelineRow[];
  /** Events that match the filter before the first of `rows`. */
  readonly firstRank?: number;
  /** Events that match the filter, where somebody has counted them. */
  readonly matchCount?: number | undefined;
}

/**
 * What the table shows: the newest rows that the engine delivered and where the viewport stands in the whole
 * timeline, loaded or not. The position is the truth; the scrollbar follows it. It counts rows as of the newest
 * block, and is shifted with the rows when others come or go above.
 *
 * Everything that happens is gathered and drawn once per animation frame.
 */
export class Timeline {
  #drawn: DrawnRows = $state.raw(noRows);
  #densityTime: DensityTime | undefined = $state.raw();
  /** The filter that these counts are of. */
  #countedFilter = $state('');
  #engine: 'off' | 'starting' | 'delivers' = $state('off');
  #position: Position = $state.raw(topPosition);
  #size: ViewportSize | undefined = $state.raw();
  #devicePixelRatio = $state(1);
  #following = $state(true);
  #jump: Jump | undefined = $state.raw();
  #clientState: ClientState | undefined = $state.raw();
  #notice: string | undefined = $state();
  #filter: string = $state('');
  readonly #hasServerCount: boolean;
  readonly columns: TableColumns;

  #client: TimelineClient | undefined;
  readonly #anchor = new Anchor();
  #lastRequest = '';
  /** The newest block, not drawn yet. */
  #update: BlockUpdate | undefined;
  #movePx = 0;
  #frame: number | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(start: TimelineStart) {
    const { columns, place = livePlace, filter = '', rows = [], firstRank = 0, matchCount } = start;
    this.columns = columns;
    const rowCount = Math.max(matchCount ?? 0, firstRank + rows.length);
    this.#drawn = { begin: firstRank, rows, loadedCount: rows.length, rowCount, goneCount: 0 };
    this.#hasServerCount = matchCount !== undefined;
    this.#notice = start.notice;
    this.#filter = filter;
    this.#countedFilter = filter;
    this.#following = place.type === 'live';
    if (place.type === 'live') return;
    const offsetPx = rows[0]?.id === place.key.id ? (place.offsetPx ?? 0) : 0;
    this.#position = { index: firstRank, offsetPx };
    this.#jump = { place, isExact: true, requestId: undefined };
  }

  get rows(): readonly TimelineRow[] {
    return this.#drawn.rows;
  }

  /** Rank of the first of `rows`. */
  get begin(): number {
    return this.#drawn.begin;
  }

  /** Rows that the engine holds. */
  get loadedCount(): number {
    return this.#drawn.loadedCount;
  }

  /** Rows of the whole timeline, all of which can be scrolled to; `undefined` until someone has counted them. */
  get rowCount(): number | undefined {
    const isCounted = this.#hasServerCount || this.#engine === 'delivers';
    return isCounted ? this.#drawn.rowCount - this.#drawn.goneCount : undefined;
  }

  /** Rows that the scrollbar spans: those of the timeline, and those that are gone and still drawn. */
  get drawnRowCount(): number {
    return this.rowCount === undefined ? 0 : this.#drawn.rowCount;
  }

  /** The rank of each of `rows` in the timeline. */
  readonly ranks: readonly number[] = $derived(ranksOf(this.#drawn.rows, this.#drawn.begin));

  /** Pixels from the top of the timeline's first row to the viewport's top edge. */
  get timelinePx(): number {
    return this.#size ? positionPx(this.#position, this.#size.rowHeightPx) : 0;
  }

  get clientState(): ClientState | undefined {
    return this.#clientState;
  }

  /** `undefined` until the table has been measured. */
  get size(): ViewportSize | undefined {
    return this.#size;
  }

  /** Whether the timeline's first row is at the top. */
  get isAtFirst(): boolean {
    return !this.#jump && comparePositions(this.#position, topPosition) === 0;
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

  /** The filter that was asked for last; `clientState.filterError` says if it can't be had. */
  get filter(): string {
    return this.#filter;
  }

  /** Tells the reader something. */
  tell(notice: string): void {
    this.#notice = notice;
  }

  dismissNotice(): void {
    this.#notice = undefined;
  }

  /** Ranks on screen. */
  readonly visible = $derived.by(() => {
    if (!this.#size) return { begin: 0, end: 0 };
    const { begin, end } = visibleRange(this.#position, this.#size);
    return { begin, end: Math.min(end, this.#drawn.rowCount - this.#drawn.goneCount) };
  });

  /** Ranks on screen whose rows have not been delivered yet, above and below those that have. */
  readonly missing = $derived.by(() => missingRanges(this.visible, rangeOf(this.#drawn)));

  /** How many events there are over time; `undefined` until they have been counted. */
  get densityTime(): DensityTime | undefined {
    return this.#densityTime;
  }

  /** The filter whose events `densityTime` counts: the one before for a moment, after a change, or where that can't be had. */
  get countedFilter(): string {
    return this.#countedFilter;
  }

  /** Where the reader is to be taken, while that is under way. */
  get goal(): Place | undefined {
    return this.#engine === 'delivers' ? this.#jump?.place : undefined;
  }

  /** About when the event of a missing row happened, in ms since 1970; `undefined` while nothing tells. */
  estimatedTimestamp(rank: number): number | undefined {
    return this.#densityTime && estimatedTimestamp(rank, this.#densityTime, this.#drawn);
  }

  /** The place for the URL; `undefined` while nothing tells when the row at the top happened. */
  readonly place: Place | undefined = $derived.by(() => {
    if (this.#jump) return this.#jump.place;
    return this.#following ? livePlace : this.#topPlace;
  });

  /** The place of the row at the top, also at the live end: what a link to this moment names. */
  get pinnedPlace(): Place | undefined {
    return this.#topPlace ?? this.place;
  }

  /** The row at the top, or about when it happened. */
  get #topPlace(): Place | undefined {
    const { index } = this.#position;
    const row = this.#drawn.rows[index - this.#drawn.begin];
    const offsetPx = Math.round(this.#position.offsetPx);
    if (row) {
      const key = { timestamp: row.timestamp, id: row.id };
      return { type: 'key', key, ...(offsetPx === 0 ? {} : { offsetPx }) };
    }
    const timestamp = this.estimatedTimestamp(index);
    return timestamp === undefined ? undefined : { type: 'key', key: { timestamp, id: '' } };
  }

  /** Pixels from the viewport's top edge to the top of the row `rank`. */
  topPx(rank: number): number {
    if (!this.#size) return 0;
    return drawnTopPx(rank, this.#position, this.#size.rowHeightPx, this.#devicePixelRatio);
  }

  /** Starts the engine. What it delivers takes the place of the rows that a server knew. */
  connect(source: TimelineSource): void {
    this.#engine = 'starting';
    this.#client = new TimelineClient({
      ...source,
      schema: this.columns.schema,
      onBlock: (update) => {
        this.#update = update;
        // Who waits for a place does not wait for a frame as well.
        if (this.#hasLanded(update)) this.#draw();
        else this.#schedule();
      },
      onDensity: (density) => {
        // One that can't be had is not counted: the counts go on being those of the one before.
        if (!this.#clientState?.filterError) this.#countedFilter = this.#filter;
        this.#densityTime = new DensityTime(density);
      },
      onState: (state) => {
        this.#clientState = state;
      },
    });
    this.#schedule();
  }

  delete(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#leaving);
    this.#client?.delete();
    this.#client = undefined;
  }

  retry(): void {
    this.#client?.retry();
  }

  /**
   * One event as its source has it, with all of its fields; `undefined` where there is none of that id. Rejects where the source
   * can't be asked.
   */
  async readEvent(id: string): ReturnType<TimelineClient['readEvent']> {
    if (!this.#client) throw new Error('eventglass: the timeline is not connected');
    return this.#client.readEvent(id);
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

  /** The topmost row of which all is on screen, once what is still to be moved by has been. */
  get firstWholeRank(): number {
    if (this.#movePx === 0 || !this.#size) return firstWholeRank(this.#position);
    const { rowCount } = this.#drawn;
    return firstWholeRank(movedBy(this.#position, this.#movePx, rowCount, this.#size));
  }

  /** Moves by as little as brings all of row `rank` on screen, above its lowest `coveredPx`. */
  reveal(rank: number, coveredPx: number): void {
    if (!this.#size) return;
    // What is still to be moved by counts: two steps may come in one frame.
    const { index, offsetPx } = this.#position;
    const position = { index, offsetPx: offsetPx + this.#movePx };
    const px = revealPx(rank, position, this.#size, coveredPx);
    if (px !== 0) this.moveBy(px);
  }

  /** By whole screens, less one row that shows the reader where they were. */
  moveByPages(pages: number): void {
    if (!this.#size) return;
    const rows = Math.floor(this.#size.heightPx / this.#size.rowHeightPx) - 1;
    this.moveByRows(pages * Math.max(1, rows));
  }

  /** The viewport's top edge goes to `px` below the top of the timeline's first row, `Infinity` for the end. */
  moveToPx(px: number): void {
    if (!this.#size) return;
    const from = this.#position;
    const { rowHeightPx } = this.#size;
    const bottom = bottomPosition(this.#drawn.rowCount, this.#size);
    this.#movePx = 0;
    this.#position = px < positionPx(bottom, rowHeightPx) ? positionAtPx(px, rowHeightPx) : bottom;
    this.#follow(px === Infinity || comparePositions(this.#position, from) > 0);
    this.#leaveJump();
    this.#schedule();
  }

  /** The row `rank` goes to the viewport's top edge; `Infinity` is the end. */
  moveToRank(rank: number): void {
    this.moveToPx(rank * (this.#size?.rowHeightPx ?? 0));
  }

  /**
   * Shows a place, with another filter if there is one in `options`: the live end at once; otherwise what is on screen
   * stays until it has come. `notice` is what to tell about it. With `rowsAbove` it does not go to the top, and may be
   * gone by then.
   */
  jumpTo(
    place: Place,
    options: {
      readonly filter?: string;
      readonly notice?: string | undefined;
      readonly rowsAbove?: number;
    } = {},
  ): void {
    const { filter = this.#filter, notice, rowsAbove } = options;
    const isAtHand = place.type === 'live' && filter === this.#filter;
    this.#filter = filter;
    this.#movePx = 0;
    this.#notice = notice;
    this.#lastRequest = '';
    this.#jump = isAtHand
      ? undefined
      : { place, isExact: place.type === 'key', requestId: undefined, rowsAbove };
    if (place.type === 'live') this.#following = true;
    this.#keepAtEnd();
    // Not with the next frame: the rows may be here by then.
    this.#request();
    this.#schedule();
  }

  /**
   * Shows the events that match `filter`, from where the reader is: at the live end, or at the same time. What is on
   * screen stays until they have come.
   */
  showFilter(filter: string): void {
    if (filter === this.#filter) return;
    this.jumpTo(this.place ?? livePlace, { filter });
    if (this.#jump) this.#jump = { ...this.#jump, isExact: false };
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
    this.#letGo();
    if (this.#movePx !== 0) this.#move();
    this.#request();
    if (update) this.#client?.painted();
  }

  #move(): void {
    const px = this.#movePx;
    this.#movePx = 0;
    const { rowCount } = this.#drawn;
    if (!this.#size || rowCount === 0) return;
    const position = movedBy(this.#position, px, rowCount, this.#size);
    if (px < 0 && comparePositions(position, this.#position) === 0) return;
    this.#position = position;
    this.#follow(px > 0);
    this.#leaveJump();
  }

  /** The reader goes on by themselves: a place asked for is given up; with a filter asked for they will be where they are now. */
  #leaveJump(): void {
    const jump = this.#jump;
    if (!jump) return;
    const place = this.#following ? livePlace : this.#topPlace;
    this.#jump = jump.isExact ? undefined : { ...jump, place: place ?? jump.place };
  }

  /** Live once the reader has moved down to the end of the timeline; not live once they moved up. */
  #follow(isDown: boolean): void {
    if (!this.#size) return;
    const bottom = bottomPosition(this.#drawn.rowCount, this.#size);
    this.#following = isDown && comparePositions(this.#position, bottom) >= 0;
    this.#keepAtEnd();
  }

  #keepAtEnd(): void {
    if (!this.#following || !this.#size) return;
    this.#position = bottomPosition(this.#drawn.rowCount, this.#size);
  }

  /** Takes over the rows of a block, without moving those that stay on screen. */
  #take(update: BlockUpdate): void {
    const jump = this.#hasLanded(update) ? this.#jump : undefined;
    const newer = jump
      ? rowsElsewhere(update, this.#drawn, this.columns)
      : rowsOfUpdate(update, this.#drawn, this.#seen(), this.columns);
    if (!jump && !this.#stayWith(newer, update)) return;
    this.#drawn = newer;
    this.#engine = 'delivers';
    if (jump) this.#land(jump, update);
    this.#keepAtEnd();
  }

  /** Whether a block has the rows of the place that the reader asked for. */
  #hasLanded({ requestId }: BlockUpdate): boolean {
    const wantedId = this.#jump?.requestId;
    return wantedId !== undefined && requestId >= wantedId;
  }

  /** What the reader has before them; `undefined` while that is the server's. */
  #seen(): Seen | undefined {
    if (this.#engine !== 'delivers' || !this.#size) return undefined;
    return { visible: visibleRange(this.#position, this.#size), nowMs: performance.now() };
  }

  /** Takes away the rows that have been gone for long enough; the topmost of those that stay keeps its pixel. */
  #letGo(): void {
    clearTimeout(this.#leaving);
    const older = this.#drawn;
    const seen = this.#seen();
    if (older.goneCount === 0 || !seen) return;
    const newer = rowsLeft(older, seen.nowMs);
    if (newer.goneCount < older.goneCount) {
      const { index, offsetPx } = this.#position;
      const shift = indexShift(older, newer, seen.visible) ?? 0;
      this.#drawn = newer;
      this.#position = { index: Math.max(0, index + shift), offsetPx };
      this.#keepAtEnd();
    }
    const leavingMs = nextLeavingMs(newer.rows);
    if (leavingMs !== undefined)
      this.#leaving = setTimeout(() => this.#schedule(), leavingMs - seen.nowMs);
  }

  /** Keeps the position on its row when `newer` rows take the place of those drawn. False: they are not to. */
  #stayWith(newer: DrawnRows, { requestId, rowsBefore, topIndex }: BlockUpdate): boolean {
    if (!this.#size) return true;
    const { index, offsetPx } = this.#position;
    const visible = visibleRange(this.#position, this.#size);
    const answer = { requestId, topRank: rowsBefore + topIndex };
    const shift = this.#anchor.follow(this.#drawn, newer, visible, answer);
    if (shift === undefined) return false;
    this.#position = { index: index + shift, offsetPx };
    return true;
  }

  #land({ place, isExact, rowsAbove }: Jump, update: BlockUpdate): void {
    const { block, requestId, rowsBefore, topIndex, found } = update;
    const topRank = rowsBefore + topIndex;
    this.#anchor.landed(requestId, topRank);
    this.#jump = undefined;
    this.#position = { index: topRank, offsetPx: found ? this.#offsetPxOf(place) : 0 };
    if (place.type === 'live') {
      this.#following = true;
      return;
    }
    if (rowsAbove !== undefined) {
      this.#position = this.#above(topRank, rowsAbove);
      this.#following = false;
      return;
    }
    const last = block.end === block.viewRowCount ? this.#drawn.rows.at(-1) : undefined;
    this.#following = last !== undefined && last.timestamp < place.key.timestamp;
    if (!isExact) return;
    if (this.#following) {
      this.#notice = 'Nothing has happened since that time yet. Showing the live end.';
    } else if (!found) {
      this.#notice = 'The event of this link is no longer there. Showing what stands at its place.';
    }
  }

  /** How far below the top of its row a place is; its row may have been higher. */
  #offsetPxOf(place: Place): number {
    const offsetPx = place.type === 'key' ? (place.offsetPx ?? 0) : 0;
    return Math.min(offsetPx, (this.#size?.rowHeightPx ?? 1) - 1);
  }

  /** The position that has so many rows above row `rank`, as far as there are rows to fill the screen. */
  #above(rank: number, rowsAbove: number): Position {
    const position = { index: Math.max(0, rank - rowsAbove), offsetPx: 0 };
    if (!this.#size) return position;
    const bottom = bottomPosition(this.#drawn.rowCount, this.#size);
    return comparePositions(position, bottom) > 0 ? bottom : position;
  }

  #request(): void {
    if (!this.#client || !this.#size) return;
    const target = this.#target();
    const rowCount = visibleRowCount(this.#size);
    const request = JSON.stringify([target, rowCount, this.#filter]);
    if (request === this.#lastRequest) return;
    this.#lastRequest = request;
    const id = this.#client.setViewport({
      target,
      rowCount,
      overscanRows: this.#jump ? jumpOverscanRows : overscanRows,
      filter: this.#filter,
    });
    this.#anchor.asked(id, target, this.#jump ? undefined : this.#position.index);
    if (this.#jump) this.#jump = { ...this.#jump, requestId: this.#jump.requestId ?? id };
  }

  /** What to ask for: the place jumped to, the live end, or the rows where the reader is. */
  #target(): Target {
    const place = this.#jump?.place;
    if (place?.type === 'key') return { type: 'key', key: place.key, rowOffset: 0 };
    if (place?.type === 'live' || this.#following) return { type: 'live' };
    return this.#anchor.target(this.#position.index, this.#drawn);
  }
}
