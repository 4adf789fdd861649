import type { Cursor, KeyRange } from '../types.js';
import type { ClientError, FilterFault } from './client_error.js';

/** `offline`: several tries failed in a row; trying goes on. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline';

/** What the client knows about itself. */
export interface ClientState {
  /** To the backend, or whatever the events come from. */
  readonly connection: Connection;
  /** Rows on screen may be out of date: not connected, or history was lost and is being loaded anew. */
  readonly stale: boolean;
  /** A page for the viewport is under way. */
  readonly loading: boolean;
  /** The state that the window is at. */
  readonly cursor: Cursor | undefined;
  /** Rows in the window. */
  readonly rowCount: number;
  /** Events in the whole timeline, as the backend last said. */
  readonly totalCount: number | undefined;
  /** Those of them that match the filter of the window; `undefined` without one. */
  readonly matchCount: number | undefined;
  /** The keys for which the window is complete. */
  readonly coverage: KeyRange | undefined;
  /** Events newer than the tail was when the reader left it; 0 while following it. */
  readonly newCount: number;
  /** Why the filter that is wanted can't be had; the rows are those of the one before. */
  readonly filterError: FilterFault | undefined;
  /** The newest problem that has not been resolved. */
  readonly error: ClientError | undefined;
  /** Mutations that changed the window since the start. */
  readonly mutationCount: number;
}
