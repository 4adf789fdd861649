import type { Page } from 'playwright-core';

/** What a reader would have seen, frame by frame. */
export interface FrameReport {
  readonly frameCount: number;
  /** Frames in which a part of the table's body had no row. */
  readonly blankFrames: number;
  /** Frames with rows that were only announced. */
  readonly placeholderFrames: number;
  /** Different places that the topmost row was seen at: that anything moved at all. */
  readonly distinctPictures: number;
}

declare global {
  // The probe lives in the page between two calls.
  var frameProbe: { stop(): FrameReport } | undefined;
}

/**
 * Starts to watch: every animation frame it reads from the DOM's geometry which pixels of the body rows
 * cover.
 */
export function startFrameProbe(page: Page): Promise<void> {
  return page.evaluate(() => {
    const body = document.querySelector('[role=grid] [role=rowgroup]');
    if (!body) throw new Error('there is no table');
    let frameCount = 0;
    let blankFrames = 0;
    let placeholderFrames = 0;
    const pictures = new Set<string>();
    let isRunning = true;

    /** Pixels of the body below its last row's end, or in gaps between rows. */
    function uncoveredPx(): number {
      const bounds = (body as Element).getBoundingClientRect();
      const rects = [...(body as Element).querySelectorAll('[role=row]')]
        .map((row) => row.getBoundingClientRect())
        .filter((rect) => rect.height > 0 && rect.bottom > bounds.top && rect.top < bounds.bottom)
        .sort((a, b) => a.top - b.top);
      let coveredTo = bounds.top;
      let gapsPx = 0;
      for (const rect of rects) {
        gapsPx += Math.max(0, rect.top - coveredTo);
        coveredTo = Math.max(coveredTo, rect.bottom);
      }
      pictures.add(String(rects[0]?.top));
      return gapsPx + Math.max(0, bounds.bottom - coveredTo);
    }

    function look(): void {
      if (!isRunning) return;
      frameCount++;
      if (uncoveredPx() > 1) blankFrames++;
      if ((body as Element).querySelector('[role=row][aria-busy=true]')) placeholderFrames++;
      requestAnimationFrame(look);
    }
    requestAnimationFrame(look);

    globalThis.frameProbe = {
      stop() {
        isRunning = false;
        return {
          frameCount,
          blankFrames,
          placeholderFrames,
          distinctPictures: pictures.size,
        };
      },
    };
  });
}

/** Ends watching and says what was seen. */
export function stopFrameProbe(page: Page): Promise<FrameReport> {
  return page.evaluate(() => {
    const report = globalThis.frameProbe?.stop();
    if (!report) throw new Error('no probe runs');
    return report;
  });
}
