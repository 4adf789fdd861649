/** A turn of the wheel, as a browser tells of it. */
export interface WheelTurn {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly shiftKey: boolean;
}

/** Pixels that a wheel stands for that counts pixels, lines or pages: by `deltaMode`. */
const unitPx = [1, 16, 400] as const;

/** A notch of most wheels is 100 px: a third more time. */
const zoomPerPx = 0.003;
const panSharePerPx = 0.001;

/** A turn moves by no more than this at once. */
const maxTurnPx = 400;

function turnPx(delta: number, deltaMode: number): number {
  const px = delta * (unitPx[deltaMode] ?? 1);
  return Math.min(Math.max(px, -maxTurnPx), maxTurnPx);
}

/** What the range shown is to be longer by: up brings it closer. */
export function zoomFactor({ deltaY, deltaMode }: WheelTurn): number {
  return Math.exp(turnPx(deltaY, deltaMode) * zoomPerPx);
}

/** The part of its length that the range shown is to be moved by: sideways, or with Shift; 0 otherwise. */
export function panShare({ deltaX, deltaY, deltaMode, shiftKey }: WheelTurn): number {
  const isSideways = Math.abs(deltaX) > Math.abs(deltaY);
  const delta = isSideways ? deltaX : shiftKey ? deltaY : 0;
  return turnPx(delta, deltaMode) * panSharePerPx;
}
