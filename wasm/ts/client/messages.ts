import type { Schema } from '../types.js';
import type { ClientState } from './client_state.js';
import type { ViewportRequest } from './viewport_request.js';

/** What the page says to the worker. */
export type ToWorker =
  /** The first message, once. */
  | {
      readonly type: 'start';
      readonly backendUrl: string;
      readonly schema: Schema;
      readonly capacityRows: number | undefined;
    }
  | { readonly type: 'viewport'; readonly request: ViewportRequest }
  /** The block sent last is on screen; `spare` is the buffer of an earlier one, to be used again. */
  | { readonly type: 'painted'; readonly spare: ArrayBuffer | undefined }
  | { readonly type: 'retry' };

/** What the worker says to the page. */
export type FromWorker =
  | {
      readonly type: 'block';
      readonly buffer: ArrayBuffer;
      readonly requestId: number;
      readonly topIndex: number;
      readonly found: boolean;
    }
  | { readonly type: 'state'; readonly state: ClientState }
  /** The worker could not start, or can't go on. */
  | { readonly type: 'failed'; readonly reason: string };

/** The end of a switch over every case of a union. */
export function assertNever(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`);
}
