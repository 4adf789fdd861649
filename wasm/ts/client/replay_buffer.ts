/** UTF-16 units of messages kept for one request: half a minute at 5,000 mutations a second of 100. */
const MAX_REPLAY_LENGTH = 16 << 20;

/** A batch that the window has applied. */
export interface KeptBatch {
  readonly json: string;
  readonly seq: number;
}

/**
 * The batches that came while a request was under way, in order. The page that answers it may be older than they are,
 * and then needs them again.
 */
export class ReplayBuffer {
  readonly #maxLength: number;
  #batches: KeptBatch[] = [];
  #length = 0;
  #isOpen = false;

  constructor(maxLength = MAX_REPLAY_LENGTH) {
    this.#maxLength = maxLength;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Keeps a batch while open. False where the limit is passed: what is kept has a hole now, and no page can use it. */
  keep(batch: KeptBatch): boolean {
    if (!this.#isOpen) return true;
    this.#length += batch.json.length;
    if (this.#length > this.#maxLength) return false;
    this.#batches.push(batch);
    return true;
  }

  /** Hands over what was kept, and keeps nothing more. */
  close(): readonly KeptBatch[] {
    const batches = this.#batches;
    this.#batches = [];
    this.#length = 0;
    this.#isOpen = false;
    return batches;
  }
}
