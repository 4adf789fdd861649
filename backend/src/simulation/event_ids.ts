import { mix32 } from './random.js';

const digitCount = 7; // 36^7 > 2^32

/**
 * Ids that never repeat and whose order says nothing of the order of events: the count of events so
 * far, scrambled by a bijection of 32 bits, and the count's upper part where it is above 2^32.
 */
export class EventIds {
  readonly #salt: number;
  #count: number;

  /** `firstCount`: events that have ids already, below 2^52. */
  constructor(seed: number, firstCount = 0) {
    this.#salt = mix32(seed);
    this.#count = firstCount;
  }

  next(): string {
    const low = mix32((this.#count % 0x1_0000_0000) ^ this.#salt) >>> 0;
    const high = Math.floor(this.#count / 0x1_0000_0000);
    this.#count++;
    const text = `evt_${low.toString(36).padStart(digitCount, '0')}`;
    return high === 0 ? text : `${text}_${high.toString(36)}`;
  }
}
