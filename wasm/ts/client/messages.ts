import type { Schema } from '../types.js';
import type { FetchFailure } from './backend_fetcher.js';
import type { ClientState } from './client_state.js';
import type { Density } from './density.js';
import type { ReadEvent } from './session_source.js';
import type { SourceDescription } from './source_description.js';
import type { ViewportRequest } from './viewport_request.js';

/** What the page says to the worker. */
export type ToWorker =
  /** The first message, once. */
  | {
      readonly type: 'start';
      readonly backendUrl: string | undefined;
      /** In place of a backend. */
      readonly source: SourceDescription | undefined;
      readonly schema: Schema;
      readonly capacityRows: number | undefined;
    }
  | { readonly type: 'viewport'; readonly request: ViewportRequest }
  /** The block sent last is on screen; `spare` is the buffer of an earlier one, to be used again. */
  | { readonly type: 'painted'; readonly spare: ArrayBuffer | undefined }
  | { readonly type: 'retry' }
  /** Asks for a whole event. */
  | { readonly type: 'read'; readonly readId: number; readonly id: string };

/** Where a block's rows are. */
export interface BlockPlace {
  /** The newest request that the block answers. */
  readonly requestId: number;
  /** Where the target of that request is now, as a row index of the window. */
  readonly topIndex: number;
  /** For a key with an id and no row offset: whether the event is there. */
  readonly found: boolean;
  /** Events of the timeline before the window's row 0: the rank of row `i` of the block is this, `block.begin` and `i`. */
  readonly rowsBefore: number;
  /** Events of the timeline, as of the block. */
  readonly totalCount: number;
}

/** What the worker says to the page. */
export type FromWorker =
  | { readonly type: 'block'; readonly buffer: ArrayBuffer; readonly place: BlockPlace }
  | { readonly type: 'state'; readonly state: ClientState }
  | { readonly type: 'density'; readonly density: Density }
  /** Answers a `read`. */
  | {
      readonly type: 'event';
      readonly readId: number;
      readonly answer: ReadEvent | FetchFailure;
    }
  /** The worker could not start, or can't go on. */
  | { readonly type: 'failed'; readonly reason: string };

/** The end of a switch over every case of a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
