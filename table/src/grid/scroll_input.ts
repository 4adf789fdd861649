import { pxAtScrollTop, scrollTopAt, type ScrollSpace } from './scroll_space.js';

/** Where scrolling goes. */
export interface ScrollTarget {
  moveBy(px: number): void;
  moveToPx(px: number): void;
  /** What a wheel that counts lines, or pages, moves by. */
  readonly lineHeightPx: number;
  readonly pageHeightPx: number;
}

/** Flicks end with `scrollend`; where a browser lacks it, with this much silence. */
const idleMs = 150;

/**
 * Scroller pixels that the browser may still round by what was written to it. After the scrollbar has been dragged,
 * Chromium adds the fraction of a pixel that the drag ended at, some frames later.
 */
const roundingPx = 1;

/**
 * Turns what the reader does to the native scroller into movements of the timeline, and keeps its scrollbar
 * where the timeline is.
 *
 * - Wheel and trackpad: exact pixels, taken from the scroller before it moves.
 * - Touch: the scroller moves, and what it moves by is applied pixel for pixel.
 * - Anything else that moves the scroller, such as dragging the scrollbar, names a place in scroll space.
 */
export class ScrollInput {
  readonly #scroller: HTMLElement;
  readonly #spacer: HTMLElement;
  readonly #target: ScrollTarget;
  readonly #listeners = new AbortController();
  /** What the scroller is known to be at; any other value is the reader's doing. */
  #scrollTop = 0;
  #space: ScrollSpace = { timelinePx: 0, scrollerPx: 0, contentHeightPx: 0 };
  #gesture: 'none' | 'touch' | 'drag' = 'none';
  #touches = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #synced: { readonly space: ScrollSpace; readonly px: number } | undefined;

  constructor(scroller: HTMLElement, spacer: HTMLElement, target: ScrollTarget) {
    this.#scroller = scroller;
    this.#spacer = spacer;
    this.#target = target;
    const { signal } = this.#listeners;
    const passive = { signal, passive: true };
    scroller.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
    scroller.addEventListener('scroll', () => this.#onScroll(), passive);
    scroller.addEventListener('scrollend', () => this.#endGesture(), passive);
    scroller.addEventListener('pointerdown', (event) => this.#onPointerDown(event), passive);
    addEventListener('pointerup', () => this.#onPointerUp(), passive);
    scroller.addEventListener('touchstart', (event) => this.#onTouchStart(event), passive);
  }

  delete(): void {
    this.#listeners.abort();
    clearTimeout(this.#idleTimer);
  }

  /** Shows `px` of `space` on the scrollbar; while the reader holds the scroller, when they let go. */
  sync(space: ScrollSpace, px: number): void {
    this.#synced = { space, px };
    if (this.#gesture !== 'none') return;
    if (space.contentHeightPx !== this.#space.contentHeightPx) {
      this.#spacer.style.height = `${String(space.contentHeightPx)}px`;
      // A scroller that has shrunk has moved by itself.
      this.#scrollTop = this.#scroller.scrollTop;
    }
    this.#space = space;
    const scrollTop = scrollTopAt(space, px);
    if (Math.abs(scrollTop - this.#scrollTop) < 1) return;
    this.#scroller.scrollTop = scrollTop;
    // Not read back, which would cost a layout: what the browser rounds it to is less than a pixel away.
    this.#scrollTop = scrollTop;
  }

  /** Puts the scroller where it was before the browser has moved it by itself. */
  restore(): void {
    this.#scroller.scrollTop = this.#scrollTop;
  }

  #onWheel(event: WheelEvent): void {
    // With Ctrl it is the browser's zoom; with Shift, or sideways, it is not ours to move.
    if (event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
    event.preventDefault();
    this.#target.moveBy(event.deltaY * this.#wheelUnitPx(event.deltaMode));
  }

  #wheelUnitPx(deltaMode: number): number {
    switch (deltaMode) {
      case WheelEvent.DOM_DELTA_LINE:
        return this.#target.lineHeightPx;
      case WheelEvent.DOM_DELTA_PAGE:
        return this.#target.pageHeightPx;
      default:
        return 1;
    }
  }

  #onScroll(): void {
    const scrollTop = this.#scroller.scrollTop;
    const movedPx = scrollTop - this.#scrollTop;
    if (this.#gesture === 'touch') this.#restartIdleTimer();
    if (this.#isRounding(movedPx)) return;
    this.#scrollTop = scrollTop;
    if (this.#gesture === 'touch') this.#target.moveBy(movedPx);
    else this.#target.moveToPx(this.#pxAt(scrollTop));
  }

  /** Whether it is the browser's doing. While the reader holds the scroller, nothing is written that it could round. */
  #isRounding(movedPx: number): boolean {
    const distancePx = Math.abs(movedPx);
    return this.#gesture === 'none' ? distancePx <= roundingPx : distancePx < 1;
  }

  /** The lower end is the end, however many rows have come since the scrollbar was taken hold of. */
  #pxAt(scrollTop: number): number {
    const isEnd = scrollTop >= this.#space.scrollerPx - 1;
    return isEnd ? Infinity : pxAtScrollTop(this.#space, scrollTop);
  }

  #onPointerDown(event: PointerEvent): void {
    const isScrollbar =
      event.target === this.#scroller && event.offsetX >= this.#scroller.clientWidth;
    if (isScrollbar && event.pointerType !== 'touch') this.#gesture = 'drag';
  }

  #onPointerUp(): void {
    if (this.#gesture === 'drag') this.#endGesture();
  }

  #onTouchStart(event: TouchEvent): void {
    this.#onTouch(event);
    // The row under the finger may be taken away; it alone is told then that the finger was lifted.
    const passive = { signal: this.#listeners.signal, passive: true };
    event.target?.addEventListener('touchend', this.#onTouch, passive);
    event.target?.addEventListener('touchcancel', this.#onTouch, passive);
  }

  /** One function for all touches: added to an element again, it is still called once. */
  readonly #onTouch = (event: Event): void => {
    if (!(event instanceof TouchEvent)) return;
    this.#touches = event.touches.length;
    this.#gesture = 'touch';
    this.#restartIdleTimer();
  };

  #restartIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#endGesture(), idleMs);
  }

  #endGesture(): void {
    if (this.#touches > 0) return;
    clearTimeout(this.#idleTimer);
    if (this.#gesture === 'none') return;
    this.#gesture = 'none';
    if (this.#synced) this.sync(this.#synced.space, this.#synced.px);
  }
}
