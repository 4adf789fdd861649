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
    this.#pressedPx = px;
    if (isBrush) {
      this.#gesture = { type: 'brush', fromMs: timeMs };
      return;
    }
    this.#gesture = { type: 'move', grabPx: this.#grabPx(px), hasMoved: false };
    if (!this.#isOnMark(px)) this.#move(px);
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
    if (isBrush && pointed) this.#target.onrange(pointed);
  }

  /** Ends what is being done, and nothing comes of it. */
  cancel(): void {
    this.#gesture = undefined;
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
    if (!gesture.hasMoved && this.#isOnMark(this.#pressedPx)) {
      if (Math.abs(px - this.#pressedPx) < dragFromPx) return;
    }
    const timeMs = this.#minimap.timeAt(px - gesture.grabPx);
    const rank = timeMs === undefined ? undefined : this.#minimap.topRankAround(timeMs);
    if (rank === undefined) return;
    if (!gesture.hasMoved && this.#minimap.isAt(rank)) return;
    this.#gesture = { ...gesture, hasMoved: true };
    this.#target.onmove(rank, !gesture.hasMoved);
  }
}
