import type { View } from './view.js';

/** Bytes of one effect; `MutationEffect` of the engine: two times, and two sets of views as bits. */
const EFFECT_BYTES = 32;

/**
 * What each mutation of a batch did: where it found its event and where it left it. By it one can tell which parts of the
 * timeline a mutation concerns without looking at the event.
 */
export class BatchEffects {
  readonly #times: Float64Array;
  readonly #views: Uint32Array;
  /** Mutations that were applied or tried: those of the batch, but for those that the cursor had passed. */
  readonly count: number;

  /** @internal `bytes` are its own from now on. */
  constructor(bytes: Uint8Array) {
    this.count = bytes.byteLength / EFFECT_BYTES;
    this.#times = new Float64Array(bytes.buffer, bytes.byteOffset, this.count * 4);
    this.#views = new Uint32Array(bytes.buffer, bytes.byteOffset, this.count * 8);
  }

  /** The event's timestamp before mutation `i`; NaN where there was no event. */
  timeBefore(i: number): number {
    return this.#times[4 * i] ?? NaN;
  }

  /** The event's timestamp after mutation `i`; NaN where there is none any more. */
  timeAfter(i: number): number {
    return this.#times[4 * i + 1] ?? NaN;
  }

  /** Whether `view`, which was open then, showed the event before mutation `i`. */
  wasShown(i: number, view: View): boolean {
    return this.#has(8 * i + 4, view);
  }

  /** Whether `view`, which was open then, showed the event after mutation `i`. */
  isShown(i: number, view: View): boolean {
    return this.#has(8 * i + 6, view);
  }

  #has(word: number, { id }: View): boolean {
    const bit = id - 1;
    return (((this.#views[word + (bit >> 5)] ?? 0) >>> (bit & 31)) & 1) === 1;
  }
}

export const NO_EFFECTS = new BatchEffects(new Uint8Array());
