import type { FromWorker } from './messages.js';

/** The part of a WebSocket that the feed uses. */
export type Socket = Pick<WebSocket, 'binaryType' | 'addEventListener' | 'send' | 'close'>;

/** The part of `fetch` that requests use. */
export type Fetch = (
  url: string,
  init: {
    readonly headers: { readonly accept: string; readonly [name: string]: string };
    readonly signal: AbortSignal;
    readonly redirect: 'error' | 'follow';
    readonly cache: 'no-cache' | 'no-store';
  },
) => Promise<Response>;

/** Ends a timer before it fires. */
export type CancelTimer = () => void;

/** The world outside a session; tests bring their own. */
export interface Environment {
  readonly fetch: Fetch;
  readonly openSocket: (url: string) => Socket;
  /** Milliseconds, never going back. */
  readonly now: () => number;
  /** Calls `run` once after `delayMs`. */
  readonly after: (delayMs: number, run: () => void) => CancelTimer;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly post: (message: FromWorker, transfer: readonly ArrayBuffer[]) => void;
}
