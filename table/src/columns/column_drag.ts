/** A column's head as it stands on screen, from the left. */
export interface PlacedColumn {
  readonly name: string;
  /** Its place among all columns, those included that are not on screen. */
  readonly index: number;
  readonly beginPx: number;
  readonly endPx: number;
}

/** Between two columns. */
export interface ColumnPlace {
  /** Where the column is then, among all. */
  readonly index: number;
  /** Where that is to be marked. */
  readonly edgePx: number;
}

/** Where the column `name` goes that is let go of at `px`; `undefined` if it stays where it is. */
export function placeAt(
  px: number,
  name: string,
  columns: readonly PlacedColumn[],
): ColumnPlace | undefined {
  const own = columns.find((column) => column.name === name);
  if (!own || (px >= own.beginPx && px < own.endPx)) return undefined;
  const others = columns.filter((column) => column !== own);
  const next = others.find(({ beginPx, endPx }) => px < (beginPx + endPx) / 2);
  // It stands before that one already.
  if (next === columns[columns.indexOf(own) + 1]) return undefined;
  const before = others.at(-1);
  // Columns to the right of its present place move up when it is taken out.
  const target = next?.index ?? (before?.index ?? 0) + 1;
  const index = target - (target > own.index ? 1 : 0);
  return { index, edgePx: next?.beginPx ?? before?.endPx ?? own.beginPx };
}
