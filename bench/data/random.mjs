/** @typedef {() => number} Random A number in [0, 1). */

/**
 * The generator known as mulberry32: 32 bits of state, good enough for test data, the same everywhere.
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @param {Random} random
 * @param {number} end
 * @returns {number} An integer in [0, end).
 */
export function randomBelow(random, end) {
  return Math.floor(random() * end);
}

/**
 * @template T
 * @param {Random} random
 * @param {readonly T[]} values Not empty.
 * @returns {T}
 */
export function pick(random, values) {
  return /** @type {T} */ (values[randomBelow(random, values.length)]);
}
