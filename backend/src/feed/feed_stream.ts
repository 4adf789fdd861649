import type { EventSource, LossReason, Selection, SourceDensity } from '../source/event_source.js';
import { messageBody } from '../source/selected_mutations.js';
import type { Subscription } from './subscription.js';

/** A message in pieces, of which the last may be shared with other clients. */
export type FeedMessage = readonly (string | Buffer)[];

/** The mutations that one client gets, and its place among them. It never holds any: they wait in the source. */
export interface FeedStream {
  /** The next message; `undefined` where the client has everything. */
  next(): FeedMessage | LossReason | undefined;
  /** Whether the client has everything. */
  readonly isUpToDate: boolean;
  /** Goes on from the present: the client loads anew what it needs. */
  skipToPresent(): void;
  /** The heartbeat of a client that has everything. */
  progress(): string;
  /** Counts that the client has not got yet. REQUIRES: isUpToDate */
  news(): readonly string[];
  delete(): void;
}

/** Every mutation of the timeline. */
export class PlainStream implements FeedStream {
  readonly #source: EventSource;
  readonly #everything: Selection;
  #seq: number;
  /** The batches that a client missed before it came are sent as they were, however many. */
  #isReplaying = true;

  /** Everything after `seq`. */
  constructor(source: EventSource, seq: number) {
    this.#source = source;
    this.#everything = source.select({
      ranges: [{ begin: undefined, end: undefined }],
      filter: '',
      address: '',
    });
    this.#seq = seq;
  }

  get isUpToDate(): boolean {
    return this.#seq === this.#source.cursor.seq;
  }

  next(): FeedMessage | LossReason | undefined {
    const batch = this.#source.batchAfter(this.#seq);
    if (batch === undefined) this.#isReplaying = false;
    if (batch === undefined || typeof batch === 'string') return batch;
    if (this.#isReplaying || batch.seq === this.#source.cursor.seq) {
      this.#seq = batch.seq;
      return [batch.message];
    }
    const gathered = this.#everything.mutationsAfter(this.#seq);
    if (gathered.type === 'lost') return gathered.reason;
    // Where everything that happened has been undone, an empty batch says so: without one the next heartbeat would
    // look like a loss.
    const body = gathered.type === 'batch' ? gathered.body : messageBody(gathered.seq, []);
    const message = batchOf(this.#source, this.#seq, body);
    this.#seq = gathered.seq;
    return message;
  }

  skipToPresent(): void {
    this.#seq = this.#source.cursor.seq;
  }

  progress(): string {
    const { cursor, totalCount } = this.#source;
    return JSON.stringify({ type: 'progress', ...cursor, totalCount });
  }

  news(): readonly string[] {
    return [];
  }

  delete(): void {
    this.#everything.delete();
  }
}

/** What concerns a subscription. */
export class SelectedStream implements FeedStream {
  readonly #source: EventSource;
  readonly #selection: Selection;
  readonly #subscription: Subscription;
  /** The client has everything up to here. */
  #seq: number;
  /** Of the last message that it was sent. */
  #sentSeq: number;
  /** What the counts that it was sent last are true at. */
  #countedSeq: number | undefined;
  #sentDensity: SourceDensity | undefined;

  /** What happens to `selection` after `seq`. Owns the selection. */
  constructor(source: EventSource, selection: Selection, subscription: Subscription, seq: number) {
    this.#source = source;
    this.#selection = selection;
    this.#subscription = subscription;
    this.#seq = seq;
    this.#sentSeq = seq;
  }

  get isUpToDate(): boolean {
    return this.#seq === this.#source.cursor.seq;
  }

  next(): FeedMessage | LossReason | undefined {
    const selected = this.#selection.mutationsAfter(this.#seq);
    if (selected.type === 'lost') return selected.reason;
    this.#seq = selected.seq;
    if (selected.type === 'nothing') return undefined;
    const message = batchOf(this.#source, this.#sentSeq, selected.body);
    this.#sentSeq = selected.seq;
    return message;
  }

  skipToPresent(): void {
    this.#seq = this.#source.cursor.seq;
    this.#sentSeq = this.#seq;
  }

  progress(): string {
    const { cursor, totalCount } = this.#source;
    const prevSeq = this.#sentSeq;
    const seq = this.#seq;
    this.#sentSeq = seq;
    return JSON.stringify({ type: 'progress', epoch: cursor.epoch, prevSeq, seq, totalCount });
  }

  news(): readonly string[] {
    return [...this.#countsNews(), ...this.#densityNews()];
  }

  #countsNews(): readonly string[] {
    // Values that are as they were say something as well, where the client's own rows have changed since.
    if (this.#countedSeq === this.#seq) return [];
    this.#countedSeq = this.#seq;
    const counts = this.#selection.readCounts(this.#subscription.rankKeys);
    return [this.#message('counts', { ...counts })];
  }

  #densityNews(): readonly string[] {
    const { density: wanted } = this.#subscription;
    if (wanted === undefined) return [];
    const known = this.#sentDensity;
    if (known?.cursor.seq === this.#seq) return [];
    const density = this.#selection.readDensity(wanted);
    this.#sentDensity = density;
    const { before, start, stop, counts } = density;
    const { seq } = density.cursor;
    if (known === undefined) {
      return [this.#message('density', { seq, start, stop, before, counts: [...counts] })];
    }
    const changes = differences(known.counts, counts);
    if (changes.length === 0 && before === known.before) return [];
    return [this.#message('density', { seq, before, changes })];
  }

  #message(type: 'counts' | 'density', fields: Readonly<Record<string, unknown>>): string {
    const { generation } = this.#subscription;
    return JSON.stringify({ type, generation, epoch: this.#source.cursor.epoch, ...fields });
  }

  delete(): void {
    this.#selection.delete();
  }
}

/** Places with new values. REQUIRES: both are as long */
function differences(
  older: Uint32Array,
  newer: Uint32Array,
): readonly (readonly [number, number])[] {
  const changes: [number, number][] = [];
  for (const [i, count] of newer.entries()) {
    if (older[i] !== count) changes.push([i, count]);
  }
  return changes;
}

function batchOf({ cursor }: EventSource, prevSeq: number, body: Buffer): FeedMessage {
  return [`{"type":"batch","epoch":${JSON.stringify(cursor.epoch)},"prevSeq":${prevSeq},`, body];
}
