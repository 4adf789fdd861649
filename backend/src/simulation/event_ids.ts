import { mix32, unmix32 } from './random.js';

const digitCount = 7; // 36^7 > 2^32

/**
 * Ids that never repeat and whose order says nothing of the order of events: the count of events so
 * far, scrambled by a bijection of 32 bits, and the count's upper part where it is above 2^32.
 */
export class EventIds {
  readonly #salt: number;
  readonly #firstCount: number;
  #count: number;

  /** `firstCount`: events that have ids already, below 2^52. */
  constructor(seed: number, firstCount = 0) {
    this.#salt = mix32(seed);
    this.#firstCount = firstCount;
    this.#count = firstCount;
  }

  next(): string {
    return this.#idOf(this.#count++);
  }

  /** Whether this id was given, and not only one that looks like it. */
  hasGiven(id: string): boolean {
    const [, low = '', high = '0'] = /^evt_([\da-z]+)(?:_([\da-z]+))?$/.exec(id) ?? [];
    const lowCount = (unmix32(parseInt(low, 36)) ^ this.#salt) >>> 0;
    const count = parseInt(high, 36) * 0x1_0000_0000 + lowCount;
    return count >= this.#firstCount && count < this.#count && this.#idOf(count) === id;
  }

  #idOf(count: number): string {
    const low = mix32((count % 0x1_0000_0000) ^ this.#salt) >>> 0;
    const high = Math.floor(count / 0x1_0000_0000);
    const text = `evt_${low.toString(36).padStart(digitCount, '0')}`;
    return high === 0 ? text : `${text}_${high.toString(36)}`;
  }
}
