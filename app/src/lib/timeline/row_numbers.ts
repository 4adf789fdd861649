import type { KeyRange } from 'eventglass';

/** The rows that are loaded, as far as counting them is concerned. */
export interface LoadedRows {
  readonly rowCount: number;
  /** The part of the timeline that they are all rows of; `undefined` until the engine has said so. */
  readonly coverage: KeyRange | undefined;
  /** Whether the last of them is taken for the timeline's last. */
  readonly following: boolean;
}

/**
 * Rows of the timeline before the loaded ones: what is added to a row index to number the row for the
 * reader. It falls as rows are loaded above, so that a row keeps its number. `undefined` while neither end of
 * the timeline is loaded: nothing tells then which rows these are.
 */
export function knownRowsBefore(loaded: LoadedRows, totalCount: number): number | undefined {
  const { rowCount, coverage, following } = loaded;
  const rowsNotLoaded = Math.max(totalCount - rowCount, 0);
  // Counted from the end first: at the live end the rows that have just been loaded above don't count.
  if (following) return rowsNotLoaded;
  if (!coverage) return undefined;
  if (!coverage.begin) return 0;
  return coverage.end ? undefined : rowsNotLoaded;
}

/**
 * Where loaded rows are supposed to stand while that is not known: where they stood before, or in the middle.
 * Only the scrollbar shows it. `before` is what they had before them, less what has come above since.
 */
export function supposedRowsBefore(
  before: number | undefined,
  rowCount: number,
  totalCount: number,
): number {
  const rowsNotLoaded = Math.max(totalCount - rowCount, 0);
  const supposed = before ?? Math.floor(rowsNotLoaded / 2);
  return Math.min(Math.max(supposed, 0), rowsNotLoaded);
}
