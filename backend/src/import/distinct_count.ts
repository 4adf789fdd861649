const initialSlots = 1 << 12;

/**
 * Counts different texts in eight to sixteen bytes each, by a hash of 53 bits: among ten million two are taken for one with a
 * chance of one in two hundred.
 */
export class DistinctCount {
  #count = 0;
  /** Hashes above 0, in the first free slot from their own on; a power of two of slots. */
  #slots = new Float64Array(initialSlots);

  get count(): number {
    return this.#count;
  }

  /** False where `text` has been added before. */
  add(text: string): boolean {
    if (!this.#put(hashOf(text))) return false;
    this.#count++;
    if (this.#count * 4 > this.#slots.length * 3) this.#grow();
    return true;
  }

  #put(hash: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash % 0x1_0000_0000) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      if (slots[slot] === hash) return false;
    }
    slots[slot] = hash;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    for (const hash of old) {
      if (hash !== 0) this.#put(hash);
    }
  }
}

/** 1 to 2^53. Two hashes of Fowler, Noll and Vo, mixed as in MurmurHash3. */
function hashOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x9dc5811c];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b) + i;
  }
  return (mixed(high) >>> 11) * 0x1_0000_0000 + mixed(low) + 1;
}

function mixed(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
