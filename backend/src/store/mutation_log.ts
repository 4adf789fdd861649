import type { Batch } from './event_store.js';

/**
 * Bytes that the log keeps: at 200 mutations a second, a quarter of an hour; at 5,000, half a minute.
 */
export const defaultMaxLogBytes = 64 << 20;

/** Bytes that a mutation takes up beside its text: id, offset and effect. */
const mutationOverheadBytes = 96;

/** A batch in the log. */
interface LogEntry {
  readonly batch: Batch;
  /** Bytes of all batches ever logged, up to the end of this one. */
  readonly endByte: number;
}

/**
 * The newest batches, oldest first, bounded by the bytes that they take up. Entries are numbered by
 * an index that counts up for ever, so that a reader's place stays true while old ones are dropped.
 */
export class MutationLog {
  readonly #maxBytes: number;
  #entries: (LogEntry | undefined)[] = [];
  /** Entries at the front of `#entries` that are dropped already. */
  #droppedInFront = 0;
  /** Index of `#entries[0]`. */
  #firstIndex = 0;
  #beginByte = 0;
  #endByte = 0;
  /** Of the newest mutation. */
  #seq: number;

  /** Empty, as after `seq`. */
  constructor(seq: number, maxBytes: number = defaultMaxLogBytes) {
    this.#seq = seq;
    this.#maxBytes = maxBytes;
  }

  /** The index that the next batch will have. */
  get endIndex(): number {
    return this.#firstIndex + this.#entries.length;
  }

  /** Bytes of the batches that are kept. */
  get keptBytes(): number {
    return this.#endByte - this.#beginByte;
  }

  /** REQUIRES: `batch` follows the newest one. Drops the oldest where it has to. */
  append(batch: Batch): void {
    this.#seq = batch.seq;
    this.#endByte += batch.message.byteLength + mutationOverheadBytes * batch.mutations.length;
    this.#entries.push({ batch, endByte: this.#endByte });
    while (this.keptBytes > this.#maxBytes) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#droppedInFront];
    if (oldest === undefined) return;
    this.#beginByte = oldest.endByte;
    this.#entries[this.#droppedInFront] = undefined; // so that it can be freed
    this.#droppedInFront++;
    // Shifting an array costs its length; once half of it is dropped, that costs a step a batch.
    if (this.#droppedInFront * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#droppedInFront);
    this.#firstIndex += this.#droppedInFront;
    this.#droppedInFront = 0;
  }

  /** The batch with this index; `undefined` where it is dropped or yet to come. */
  at(index: number): Batch | undefined {
    return this.#entries[index - this.#firstIndex]?.batch;
  }

  /** The index of the batch that a client needs next who has applied everything up to `seq`. */
  indexAfter(seq: number): number | 'cursor_in_future' | 'log_truncated' {
    if (seq > this.#seq) return 'cursor_in_future';
    if (seq === this.#seq) return this.endIndex;
    const oldest = this.#entries[this.#droppedInFront]?.batch;
    if (oldest === undefined || seq < oldest.prevSeq) return 'log_truncated';
    let begin = this.#droppedInFront;
    let end = this.#entries.length;
    while (begin < end) {
      const middle = (begin + end) >>> 1;
      if ((this.#entries[middle]?.batch.seq ?? 0) <= seq) begin = middle + 1;
      else end = middle;
    }
    return this.#firstIndex + begin;
  }
}
