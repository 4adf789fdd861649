import { maxBatchMutations } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';

/**
 * Characters of mutations in one batch: 1 Mi, at most 3 MiB of UTF-8, well below the 8 MiB for which a client is
 * told that it is too far behind.
 */
const maxChunkCharacters = 1 << 20;

/** `mutations` in batches that the engine and every client take. One that is longer is a batch by itself. */
export function* messageChunks(
  mutations: Iterable<MutationText>,
): Generator<readonly MutationText[]> {
  let chunk: MutationText[] = [];
  let characters = 0;
  for (const mutation of mutations) {
    const isFull =
      chunk.length === maxBatchMutations ||
      characters + mutation.members.length > maxChunkCharacters;
    if (isFull && chunk.length > 0) {
      yield chunk;
      chunk = [];
      characters = 0;
    }
    chunk.push(mutation);
    characters += mutation.members.length;
  }
  if (chunk.length > 0) yield chunk;
}
