/** Bytes of messages kept for one request: half a minute at 5,000 mutations a second of 100 bytes. */
const MAX_REPLAY_BYTES = 16 << 20;

/** A batch that the window has applied. */
export interface KeptBatch {
  readonly json: Uint8Array;
  readonly seq: number;
}

/**
 * The batches that came while a request was under way, in order. The page that answers it may be older than they are,
 * and then needs them again.
 */
export class ReplayBuffer {
  readonly #maxBytes: number;
  #batches: KeptBatch[] = [];
  #bytes = 0;
  #isOpen = false;

  constructor(maxBytes = MAX_REPLAY_BYTES) {
    this.#maxBytes = maxBytes;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Keeps a batch while open. False where the limit is passed: what is kept has a hole now, and no page can use it. */
  keep(batch: KeptBatch): boolean {
    if (!this.#isOpen) return true;
    this.#bytes += batch.json.byteLength;
    if (this.#bytes > this.#maxBytes) return false;
    this.#batches.push(batch);
    return true;
  }

  /** Hands over what was kept, and keeps nothing more. */
  close(): readonly KeptBatch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#bytes = 0;
    this.#isOpen = false;
    return batches;
  }
}
