import type { FromAdapter, ToAdapter } from './adapter_messages.js';

/** A method of an adapter, as the worker calls it. `give`: hands something to the worker for this call. */
export type HostMethod = (argument: unknown, signal: AbortSignal, give: Give) => unknown;

/** Resolves when the worker has taken it. Rejects where too much waits, or the call is over. */
export type Give = (method: string, value: unknown, eventCount: number) => Promise<void>;

/** Events that wait to be taken by the worker: who gives more has to wait for what was given. */
export const MAX_WAITING_EVENTS = 500_000;

/** Answers a worker's calls on the page's thread. */
export class AdapterHost {
  readonly #port: MessagePort;
  readonly #methods: ReadonlyMap<string, HostMethod>;
  readonly #calls = new Map<number, AbortController>();
  readonly #waiting = new Map<number, { readonly done: () => void; readonly eventCount: number }>();
  #waitingEvents = 0;
  #takeCount = 0;

  constructor(port: MessagePort, methods: ReadonlyMap<string, HostMethod>) {
    this.#port = port;
    this.#methods = methods;
    port.addEventListener('message', ({ data }: MessageEvent<ToAdapter>) => {
      this.#receive(data);
    });
    port.start();
  }

  /** The worker is gone: signals are aborted, and nobody waits any longer. */
  close(): void {
    for (const abort of this.#calls.values()) abort.abort();
    this.#calls.clear();
    for (const { done } of this.#waiting.values()) done();
    this.#waiting.clear();
    this.#port.close();
  }

  #receive(message: ToAdapter): void {
    switch (message.type) {
      case 'call':
        void this.#call(message);
        break;
      case 'cancel':
        this.#calls.get(message.callId)?.abort();
        this.#calls.delete(message.callId);
        break;
      case 'taken': {
        const waiting = this.#waiting.get(message.takeId);
        this.#waiting.delete(message.takeId);
        this.#waitingEvents -= waiting?.eventCount ?? 0;
        waiting?.done();
        break;
      }
    }
  }

  async #call({ callId, method, argument }: ToAdapter & { type: 'call' }): Promise<void> {
    const abort = new AbortController();
    this.#calls.set(callId, abort);
    try {
      const run = this.#methods.get(method);
      const value = await run?.(argument, abort.signal, (...what) => this.#give(callId, ...what));
      this.#post({ type: 'return', callId, value }, transferOf(value));
    } catch (error) {
      this.#post({ type: 'throw', callId, reason: reasonOf(error) }, []);
    }
  }

  #give(callId: number, method: string, value: unknown, eventCount: number): Promise<void> {
    if (this.#calls.get(callId) === undefined) return Promise.reject(new Error('aborted'));
    if (this.#waitingEvents > 0 && this.#waitingEvents + eventCount > MAX_WAITING_EVENTS) {
      const what = `more than ${MAX_WAITING_EVENTS} events wait to be taken`;
      return Promise.reject(new RangeError(`eventglass: ${what}; await what the sink answers`));
    }
    const takeId = ++this.#takeCount;
    return new Promise((resolve) => {
      this.#post({ type: 'give', callId, takeId, method, value }, transferOf(value));
      this.#waiting.set(takeId, { done: resolve, eventCount });
      this.#waitingEvents += eventCount;
    });
  }

  #post(message: FromAdapter, transfer: Transferable[]): void {
    this.#port.postMessage(message, transfer);
  }
}

/** Bytes are handed over, not copied. */
function transferOf(value: unknown): Transferable[] {
  const body =
    value instanceof Uint8Array ? value : (value as { events?: unknown } | undefined)?.events;
  return body instanceof Uint8Array ? [body.buffer] : [];
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
