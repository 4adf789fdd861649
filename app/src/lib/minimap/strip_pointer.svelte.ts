import { barAt, barsBetween, type Bar } from './bars.js';
import { spanOf, type Span } from './marks.js';
import type { Minimap } from './minimap.svelte.js';
import { pxAtTime } from './time_range.js';

/** What the reader does with the button pressed: moving the viewport, or choosing a range. */
type Gesture =
  | { readonly type: 'move'; readonly grabPx: number; readonly hasMoved: boolean }
  | { readonly type: 'brush'; readonly fromMs: number };

/** Further from where it was pressed, it is a drag. */
const dragFromPx = 3;

/** A pixel or two beside the viewport's mark, which is narrow, are on it. */
const grabSlackPx = 3;

/** Two presses within this time, and this near, are one gesture: they end the zoom, and move nothing. */
const doublePressMs = 300;
const doublePressPx = 5;

export interface StripTarget {
  /** `rank` goes to the top, `Infinity` for the live end; `isFirst` of the moves of one gesture. */
  onmove(rank: number, isFirst: boolean): void;
  onrange(bar: Bar): void;
}

/** The bars that the pointer is on, and what it does there. */
export interface Pointed extends Bar, Span {}

/** Turns what a pointer does on the strip into movements of the timeline and ranges of time. */
export class StripPointer {
  readonly #minimap: Minimap;
  readonly #target: StripTarget;
  #px: number | undefined = $state();
  #pressedPx = 0;
  #gesture: Gesture | undefined = $state.raw();
  #isChoosing = $state(false);
  /** A press that a second one may follow. */
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(minimap: Minimap, target: StripTarget) {
    this.#minimap = minimap;
    this.#target = target;
  }

  get isOver(): boolean {
    return this.#px !== undefined;
  }

  get isBrushing(): boolean {
    return this.#gesture?.type === 'brush';
  }

  get isPressed(): boolean {
    return this.#gesture !== undefined;
  }

  /** Whether the next drag chooses a range, as it does with Shift: where there are no keys. */
  get isChoosing(): boolean {
    return this.#isChoosing;
  }

  choose(isChoosing: boolean): void {
    this.#isChoosing = isChoosing;
  }

  /** The bar under the pointer, or all that are being chosen. */
  readonly pointed: Pointed | undefined = $derived.by(() => {
    const { range, bars, widthPx } = this.#minimap;
    const timeMs = this.#px === undefined ? undefined : this.#minimap.timeAt(this.#px);
    if (!range || timeMs === undefined) return undefined;
    const bar =
      this.#gesture?.type === 'brush'
        ? barsBetween(this.#gesture.fromMs, timeMs, bars)
        : barAt(timeMs, bars);
    const span = bar && spanOf(bar, range, widthPx);
    return span && { ...bar, ...span };
  });

  press(px: number, isBrush: boolean): void {
    const timeMs = this.#minimap.timeAt(px);
    if (timeMs === undefined) return;
    this.#px = px;
    const isSecond = this.#waiting !== undefined && Math.abs(px - this.#pressedPx) <= doublePressPx;
    this.#stopWaiting();
    if (isSecond) {
      this.#minimap.showWhole();
      return;
    }
    this.#pressedPx = px;
    if (isBrush || this.#isChoosing) {
      this.#gesture = { type: 'brush', fromMs: timeMs };
      return;
    }
    this.#gesture = { type: 'move', grabPx: this.#grabPx(px), hasMoved: false };
    const isElsewhere = !this.#isOnMark(px);
    if (this.#minimap.isZoomed) {
      this.#waiting = setTimeout(() => {
        this.#waiting = undefined;
        if (isElsewhere) this.#moveTo(timeMs);
      }, doublePressMs);
    } else if (isElsewhere) {
      this.#move(px);
    }
  }

  /** The pointer is at `px`, whether or not it is pressed. */
  move(px: number): void {
    if (px === this.#px) return;
    this.#px = px;
    if (this.#gesture?.type === 'move') this.#move(px);
  }

  release(): void {
    const { pointed } = this;
    const isBrush = this.isBrushing && Math.abs((this.#px ?? 0) - this.#pressedPx) >= dragFromPx;
    this.#gesture = undefined;
    if (isBrush && pointed) {
      this.#isChoosing = false;
      this.#target.onrange(pointed);
    }
  }

  /** Ends what is being done, and nothing comes of it. */
  cancel(): void {
    this.#gesture = undefined;
    this.#isChoosing = false;
    this.#stopWaiting();
  }

  leave(): void {
    if (!this.#gesture) this.#px = undefined;
  }

  #isOnMark(px: number): boolean {
    const mark = this.#minimap.viewport;
    if (!mark?.isInSight) return false;
    return px >= mark.leftPx - grabSlackPx && px <= mark.leftPx + mark.widthPx + grabSlackPx;
  }

  /** How far the pointer is from the middle of the viewport that it takes hold of. */
  #grabPx(px: number): number {
    const { range, widthPx, middleMs } = this.#minimap;
    if (!range || middleMs === undefined || !this.#isOnMark(px)) return 0;
    return px - pxAtTime(middleMs, range, widthPx);
  }

  #move(px: number): void {
    const gesture = this.#gesture;
    if (gesture?.type !== 'move') return;
    const isStill = this.#waiting !== undefined || this.#isOnMark(this.#pressedPx);
    if (!gesture.hasMoved && isStill && Math.abs(px - this.#pressedPx) < dragFromPx) return;
    this.#stopWaiting();
    this.#moveTo(this.#minimap.timeAt(px - gesture.grabPx));
  }

  #moveTo(timeMs: number | undefined): void {
    const rank = timeMs === undefined ? undefined : this.#minimap.topRankAround(timeMs);
    if (rank === undefined) return;
    const gesture = this.#gesture?.type === 'move' ? this.#gesture : undefined;
    const isFirst = gesture?.hasMoved !== true;
    if (isFirst && this.#minimap.isAt(rank)) return;
    if (gesture) this.#gesture = { ...gesture, hasMoved: true };
    this.#target.onmove(rank, isFirst);
  }

  #stopWaiting(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }
}
