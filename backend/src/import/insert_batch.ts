import { type EventStore, maxBatchMutations } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';

/** Bytes of JSON from which a batch is full: 1 MiB, so that one more event of 14 MiB fits in what the engine takes, 16 MiB. */
const fullBytes = 1 << 20;

/** Gathers inserts, and puts them into the store as many at a time as it takes. */
export class InsertBatch {
  readonly #store: EventStore;
  readonly #keep: ((inserts: readonly MutationText[]) => Promise<void>) | undefined;
  #mutations: MutationText[] = [];
  #ids = new Set<string>();
  #bytes = 0;

  /** `keep` is given what goes into the store, before it does. */
  constructor(store: EventStore, keep?: (inserts: readonly MutationText[]) => Promise<void>) {
    this.#store = store;
    this.#keep = keep;
  }

  /** Whether there is an event with this id already. */
  has(id: string): boolean {
    return this.#ids.has(id) || this.#store.has(id);
  }

  get size(): number {
    return this.#mutations.length;
  }

  get isFull(): boolean {
    return this.#mutations.length >= maxBatchMutations || this.#bytes >= fullBytes;
  }

  /** REQUIRES: it is not full, and there is no event with this id. */
  add(mutation: MutationText): void {
    this.#mutations.push(mutation);
    this.#ids.add(mutation.id);
    this.#bytes += Buffer.byteLength(mutation.members);
  }

  async flush(): Promise<void> {
    if (this.#mutations.length === 0) return;
    await this.#keep?.(this.#mutations);
    this.#store.fill(this.#mutations);
    this.#mutations = [];
    this.#ids = new Set();
    this.#bytes = 0;
  }
}
