/** @import { Dataset } from '../types.js' */
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a network delivers at once, more or less. */
const PIECE_BYTES = 256 * 1024;
const SPIN_COUNT = 1e8;
const COLLECTIONS = 6;

/** Frees what nobody holds, off-heap memory too. Node runs with --expose-gc. */
export async function collectGarbage() {
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc?.();
    await sleep(20); // finalizers and the allocator run between two tasks
  }
}

/** The time of a fixed loop, which grows when the machine is busy with other things. */
export function spinMs() {
  const started = performance.now();
  let state = 1;
  for (let i = 0; i < SPIN_COUNT; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return performance.now() - started + (state & 0); // the loop has a use
}

/**
 * A file in pieces. Each lives until the next is asked for.
 * @param {string} path
 */
export async function* readPieces(path) {
  const file = await open(path);
  const buffer = new Uint8Array(PIECE_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** @param {Dataset} dataset As if every mutation were an insert. */
export function storeOptions({ eventCount, batchCount, batchSize }) {
  return { capacityRows: eventCount + batchCount * batchSize };
}
