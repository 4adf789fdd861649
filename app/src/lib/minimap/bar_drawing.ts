import { barRects, type Bar, type BarCanvas } from './bars.js';

/** Severity is told by weight of ink: of all that is less than a warning, of warnings, and of what is more. */
const inks = { other: 0.44, warning: 0.7, severe: 1 } as const;

/** Of `canvas`, in device pixels: above the bars is room for ticks, where a search finds something. */
export interface Drawing extends BarCanvas {
  readonly tickPx: number;
}

/** Draws bars that stand on the canvas's lower edge, in the colour that its style gives, and ticks in that of its border. */
export function drawBars(canvas: HTMLCanvasElement, bars: readonly Bar[], drawing: Drawing): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { heightPx, tickPx } = drawing;
  const lowestPx = heightPx + tickPx;
  // Also where it stays the same: it clears the canvas.
  canvas.width = Math.round(drawing.widthPx * drawing.devicePixelRatio);
  canvas.height = lowestPx;
  const style = getComputedStyle(canvas);
  for (const rect of barRects(bars, drawing)) {
    const { leftPx, widthPx, severePx, warnedPx } = rect;
    const fill = (ink: number, fromPx: number, toPx: number): void => {
      if (toPx <= fromPx) return;
      context.globalAlpha = ink;
      context.fillRect(leftPx, lowestPx - toPx, widthPx, toPx - fromPx);
    };
    context.fillStyle = style.color;
    fill(inks.severe, 0, severePx);
    fill(inks.warning, severePx, warnedPx);
    fill(inks.other, warnedPx, rect.heightPx);
    if (!rect.hasMatch) continue;
    context.fillStyle = style.borderTopColor;
    fill(1, heightPx, lowestPx);
  }
}
