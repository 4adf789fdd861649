/** What passes between an adapter on the page and the worker, over a port. */

/** What the worker asks of the page. */
export type ToAdapter =
  /** Calls a method of the adapter; answered by `return` or `throw`. */
  | {
      readonly type: 'call';
      readonly callId: number;
      readonly method: string;
      readonly argument: unknown;
    }
  /** The call, and whatever it has begun, is over. */
  | { readonly type: 'cancel'; readonly callId: number }
  /** What a sink was given is in the timeline. */
  | { readonly type: 'taken'; readonly takeId: number };

/** What the page says to the worker. */
export type FromAdapter =
  | { readonly type: 'return'; readonly callId: number; readonly value: unknown }
  | { readonly type: 'throw'; readonly callId: number; readonly reason: string }
  /** What the sink of a call is given. */
  | {
      readonly type: 'give';
      readonly callId: number;
      readonly takeId: number;
      readonly method: string;
      readonly value: unknown;
    };
