import type { FromAdapter, ToAdapter } from './adapter_messages.js';

/** Of a call to an adapter, what its sink is given meanwhile and afterwards, until the call's signal is aborted. */
export type Take = (method: string, value: unknown) => void;

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
  readonly take: Take | undefined;
}

/** Calls methods of an adapter that is on the page. */
export class AdapterPort {
  readonly #port: MessagePort;
  readonly #calls = new Map<number, Call>();
  #callCount = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.addEventListener('message', ({ data }: MessageEvent<FromAdapter>) => {
      this.#receive(data);
    });
    port.start();
  }

  /** What the method answers. Rejects with what it throws. With `take` the call lasts until `signal` is aborted. */
  call(method: string, argument: unknown, signal: AbortSignal, take?: Take): Promise<unknown> {
    const callId = ++this.#callCount;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#calls.delete(callId);
        signal.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        this.#post({ type: 'cancel', callId });
        reject(new Error('aborted'));
      };
      if (signal.aborted) {
        reject(new Error('aborted'));
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#calls.set(callId, {
        resolve: (value) => {
          if (take === undefined) end();
          resolve(value);
        },
        reject: (reason) => {
          end();
          reject(reason);
        },
        take,
      });
      this.#post({ type: 'call', callId, method, argument });
    });
  }

  close(): void {
    this.#port.close();
  }

  #receive(message: FromAdapter): void {
    const call = this.#calls.get(message.callId);
    switch (message.type) {
      case 'return':
        call?.resolve(message.value);
        break;
      case 'throw':
        call?.reject(new Error(message.reason));
        break;
      case 'give':
        // Of a call that is over nothing is taken; who waits for it need not wait any longer.
        call?.take?.(message.method, message.value);
        this.#post({ type: 'taken', takeId: message.takeId });
        break;
    }
  }

  #post(message: ToAdapter): void {
    this.#port.postMessage(message);
  }
}
