import { barRects, type Bar, type BarCanvas } from './bars.js';

/** Draws bars that stand on the canvas's lower edge, in the colour that its style gives. */
export function drawBars(canvas: HTMLCanvasElement, bars: readonly Bar[], size: BarCanvas): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  // Also where it stays the same: it clears the canvas.
  canvas.width = Math.round(size.widthPx * size.devicePixelRatio);
  canvas.height = size.heightPx;
  context.fillStyle = getComputedStyle(canvas).color;
  for (const { leftPx, widthPx, heightPx } of barRects(bars, size)) {
    context.fillRect(leftPx, size.heightPx - heightPx, widthPx, heightPx);
  }
}
