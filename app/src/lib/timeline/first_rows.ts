import type { ParsedPlace } from './place.js';
import type { TimelineRow } from './row.js';

/** What the server knows when the page is asked for. */
export interface FirstRows {
  readonly place: ParsedPlace;
  readonly rows: readonly TimelineRow[];
  /** Events in the whole timeline before the first of `rows`. */
  readonly firstRank: number;
  /** Events in the whole timeline; `undefined` if the backend did not answer. */
  readonly totalCount: number | undefined;
  /** Why there are no rows, for people. */
  readonly problem: string | undefined;
}
