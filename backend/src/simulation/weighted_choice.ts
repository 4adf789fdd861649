import type { Random } from './random.js';

/**
 * Draws from a fixed list in proportion to weights, in constant time: the alias method of
 * A. J. Walker (1977), built as M. D. Vose (1991) does.
 */
export class WeightedChoice<T> {
  readonly #items: readonly T[];
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  /** REQUIRES: as many weights as items, none negative, their sum above 0. */
  constructor(items: readonly T[], weightOf: (item: T, index: number) => number) {
    const weights = items.map(weightOf);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / items.length;
    const shares = Float64Array.from(weights, (weight) => weight / mean);
    this.#items = items;
    this.#threshold = new Float64Array(items.length).fill(1);
    this.#alias = Uint32Array.from(items, (_, index) => index);

    const small: number[] = [];
    const large: number[] = [];
    shares.forEach((share, index) => (share < 1 ? small : large).push(index));
    for (let low = small.pop(), high = large.pop(); low !== undefined && high !== undefined;) {
      this.#threshold[low] = shares[low] as number;
      this.#alias[low] = high;
      const rest = (shares[high] as number) + (shares[low] as number) - 1;
      shares[high] = rest;
      low = small.pop();
      if (rest < 1) {
        // `high` has become small itself: it is next.
        if (low !== undefined) small.push(low);
        low = high;
        high = large.pop();
      }
    }
  }

  draw(random: Random): T {
    const index = random.below(this.#items.length);
    const isOwn = random.fraction() < (this.#threshold[index] as number);
    return this.#items[isOwn ? index : (this.#alias[index] as number)] as T;
  }
}
