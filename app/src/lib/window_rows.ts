/**
 * Rows that the window of a page can be set to hold. Fewer than four tall screens with what is loaded around them would have it
 * fetch at every turn of the wheel; more, at about 250 bytes each, than a gigabyte few devices have for a page, and
 * WebAssembly ends at four, of which growing takes its part.
 */
const windowRowsRange = { min: 1_000, max: 4_000_000 } as const;

/**
 * What `PUBLIC_WINDOW_ROWS` says; `undefined` where it is not set, for the engine's own default. Throws, with a message for
 * the operator, where it is no such number.
 */
export function windowRows(configured: string | undefined): number | undefined {
  if (configured === undefined || configured === '') return undefined;
  const { min, max } = windowRowsRange;
  const rows = /^\d{1,10}$/.test(configured) ? Number(configured) : NaN;
  if (rows >= min && rows <= max) return rows;
  throw new Error(
    `PUBLIC_WINDOW_ROWS: expected a whole number from ${String(min)} to ${String(max)}, got ${JSON.stringify(configured)}`,
  );
}
