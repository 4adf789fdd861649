import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Cancelled } from './faults.js';

/** Bytes that may wait for a slow reader before no more are asked for. */
const MAX_WAITING_BYTES = 1 << 20;

/** Where lines go: a stream that may be read more slowly than they come. */
export class Output {
  readonly #stream: Writable;
  readonly #signal: AbortSignal;

  constructor(stream: Writable, signal: AbortSignal) {
    this.#stream = stream;
    this.#signal = signal;
  }

  /** Whether so much waits for the reader that it is time for `drained`. */
  get isBehind(): boolean {
    return this.#stream.writableLength > MAX_WAITING_BYTES;
  }

  /** Writes without waiting. */
  push(text: string): void {
    if (text !== '') this.#stream.write(text);
  }

  /** Writes, and waits while too much is on its way. */
  async write(text: string): Promise<void> {
    this.push(text);
    if (this.isBehind) await this.drained();
  }

  /** Nothing waits any more. Rejects once the program is to end. */
  async drained(): Promise<void> {
    if (!this.#stream.writableNeedDrain) return;
    try {
      await once(this.#stream, 'drain', { signal: this.#signal });
    } catch (cause) {
      throw this.#signal.aborted ? new Cancelled() : cause;
    }
  }
}
