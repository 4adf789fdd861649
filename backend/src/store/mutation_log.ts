import type { Batch } from './event_store.js';

/**
 * Bytes of messages that the log keeps: at 200 mutations a second, twenty minutes of them; at
 * 50,000, five seconds.
 */
export const defaultMaxLogBytes = 64 << 20;

/** Why the feed can't go on from a cursor. */
export type ResetReason = 'epoch_changed' | 'log_truncated' | 'cursor_in_future';

/** A batch in the log. */
export interface LogEntry extends Batch {
  /** Bytes of all messages ever logged, up to the end of this one. */
  readonly endByte: number;
}

/**
 * The newest batches, oldest first, bounded by the bytes of their messages. Entries are numbered by
 * an index that counts up for ever, so that a reader's place stays true while old ones are dropped.
 */
export class MutationLog {
  readonly #maxBytes: number;
  #entries: LogEntry[] = [];
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

  /** Bytes of all messages ever logged. */
  get endByte(): number {
    return this.#endByte;
  }

  /** Bytes of the messages that are kept. */
  get keptBytes(): number {
    return this.#endByte - this.#beginByte;
  }

  /** REQUIRES: `batch` follows the newest one. Drops the oldest where it has to. */
  append(batch: Batch): void {
    this.#seq = batch.seq;
    this.#endByte += batch.message.byteLength;
    this.#entries.push({ ...batch, endByte: this.#endByte });
    while (this.keptBytes > this.#maxBytes) this.#dropOldest();
  }

  #dropOldest(): void {
    const oldest = this.#entries[this.#droppedInFront];
    if (oldest === undefined) return;
    this.#beginByte = oldest.endByte;
    this.#entries[this.#droppedInFront] = droppedEntry;
    this.#droppedInFront++;
    // Shifting an array costs its length; once half of it is dropped, that costs a step a batch.
    if (this.#droppedInFront * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#droppedInFront);
    this.#firstIndex += this.#droppedInFront;
    this.#droppedInFront = 0;
  }

  /** The batch with this index; `undefined` where it is dropped or yet to come. */
  at(index: number): LogEntry | undefined {
    const place = index - this.#firstIndex;
    return place < this.#droppedInFront ? undefined : this.#entries[place];
  }

  /** The index of the batch that a client needs next who has applied everything up to `seq`. */
  indexAfter(seq: number): number | Exclude<ResetReason, 'epoch_changed'> {
    if (seq > this.#seq) return 'cursor_in_future';
    if (seq === this.#seq) return this.endIndex;
    const oldest = this.#entries[this.#droppedInFront];
    if (oldest === undefined || seq < oldest.prevSeq) return 'log_truncated';
    let begin = this.#droppedInFront;
    let end = this.#entries.length;
    while (begin < end) {
      const middle = (begin + end) >>> 1;
      if ((this.#entries[middle]?.seq ?? 0) <= seq) begin = middle + 1;
      else end = middle;
    }
    return this.#firstIndex + begin;
  }
}

/** Stands where an entry was, so that its message can be freed. */
const droppedEntry: LogEntry = { prevSeq: 0, seq: 0, endByte: 0, message: Buffer.alloc(0) };
