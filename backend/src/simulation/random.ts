/**
 * Seeded pseudo-random numbers: sfc32, from Chris Doty-Humphrey's PractRand; 32-bit integers only,
 * so that every machine draws the same numbers.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** Generators with the same seed and label draw the same numbers; other labels are independent. */
  constructor(seed: number, label: string) {
    this.#a = seed | 0;
    this.#b = hashText(label);
    this.#c = mix32(seed ^ this.#b);
    // The first numbers still show the seed.
    for (let i = 0; i < 12; i++) this.#next();
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** In `[0, 1)`. */
  fraction(): number {
    return this.#next() / 0x1_0000_0000;
  }

  /** An integer in `[0, end)`. REQUIRES: 0 < end <= 2^32. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** In `[min, max)`. */
  between(min: number, max: number): number {
    return min + this.fraction() * (max - min);
  }

  /** In `[min, max)`, every order of magnitude as likely as the next. REQUIRES: 0 < min <= max. */
  logBetween(min: number, max: number): number {
    return min * (max / min) ** this.fraction();
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** One of `items`. REQUIRES: there is one. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

/** A bijection of 32-bit integers that leaves no pattern: the finaliser of MurmurHash3. */
export function mix32(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}

/** The integer that `mix32` makes `mixed` of. */
export function unmix32(mixed: number): number {
  let value = mixed ^ (mixed >>> 16);
  // The inverses of its factors, modulo 2^32.
  value = Math.imul(value, 0x7ed1_b41d);
  value ^= (value >>> 13) ^ (value >>> 26);
  value = Math.imul(value, 0xa5cb_9243);
  return value ^ (value >>> 16);
}

/** FNV-1a over UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  }
  return hash;
}
