/** A word or so, and the most that a screen has. */
export const columnWidthRange = { minPx: 40, maxPx: 2_000 } as const;

export function clampColumnWidth(widthPx: number): number {
  const { minPx, maxPx } = columnWidthRange;
  return Math.min(Math.max(Math.round(widthPx), minPx), maxPx);
}
