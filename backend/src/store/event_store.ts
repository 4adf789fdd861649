import { type Cursor, type Engine, type EventKey, type RowRange, createEngine } from 'eventglass';

import { type Event, eventSchema } from '../event_schema.js';
import { type MutationText, batchMessage } from './mutation_text.js';

/** Mutations in one batch: a message of about 1.5 MB, a fraction of what a client accepts. */
export const maxBatchMutations = 5_000;

/**
 * Rows copied out of the engine at a time: about 3 MB, which is all that the heap needs to grow by
 * for a page of any size.
 */
const sliceRows = 10_000;

/** Mutations that were applied together, and the feed message that carries them. */
export interface Batch {
  readonly prevSeq: number;
  readonly seq: number;
  readonly message: Buffer;
}

/** Where an event is in the order, and what it holds besides. */
export interface Row {
  readonly event: Event;
  /** Its text is longer than what was read of it. */
  readonly isCut: boolean;
}

/** The engine did not do what a store that it holds completely must be able to rely on. */
class StoreError extends Error {
  override readonly name = 'StoreError';
}

/**
 * All events, in the engine, and the one way to change them: a batch is applied here from the same
 * bytes that clients get, so that what they hold can't differ from what the backend holds.
 */
export class EventStore {
  readonly epoch: string;
  readonly #engine: Engine;
  #seq = 0;

  private constructor(engine: Engine, epoch: string) {
    this.#engine = engine;
    this.epoch = epoch;
  }

  /** An empty store; more than `capacityRows` events don't fit. */
  static async create(epoch: string, capacityRows: number): Promise<EventStore> {
    const engine = await createEngine({
      schema: eventSchema,
      capacityRows,
      sourceCursor: { epoch, seq: 0 },
    });
    return new EventStore(engine, epoch);
  }

  get cursor(): Cursor {
    return { epoch: this.epoch, seq: this.#seq };
  }

  get rowCount(): number {
    return this.#engine.rowCount;
  }

  /**
   * Applies `mutations` as one batch. REQUIRES: 1 to `maxBatchMutations` of them.
   *
   * @throws {StoreError} if one of them can't be applied: they are made by the backend itself.
   */
  append(mutations: readonly MutationText[]): Batch {
    const prevSeq = this.#seq;
    const message = Buffer.from(batchMessage(this.epoch, prevSeq, mutations));
    const { status, error, counts } = this.#engine.applyFeed(message);
    if (status !== 'applied' || counts.skipped > 0 || counts.evicted > 0) {
      const problem = { status, error, skipped: counts.skippedSamples, evicted: counts.evicted };
      throw new StoreError(`batch after ${prevSeq} not applied: ${JSON.stringify(problem)}`);
    }
    this.#seq += mutations.length;
    return { prevSeq, seq: this.#seq, message };
  }

  /** Number of events before `key`. */
  rank(key: EventKey): number {
    return this.#engine.rank(key);
  }

  /** REQUIRES: 0 <= index < rowCount. */
  keyAt(index: number): EventKey {
    return this.#engine.keyAt(index);
  }

  /** The events of `range` as one JSON array, in pieces that belong to the caller. */
  readJson(range: RowRange): readonly Buffer[] {
    const pieces: Buffer[] = [];
    let begin = range.begin;
    do {
      const end = Math.min(begin + sliceRows, range.end);
      // The engine's array lies in its heap until the next call.
      const slice = Buffer.from(this.#engine.writeJson({ begin, end }));
      if (begin > range.begin) slice[0] = comma;
      pieces.push(end < range.end ? slice.subarray(0, -1) : slice);
      begin = end;
    } while (begin < range.end);
    return pieces;
  }

  /** The events of `range` as a row block that belongs to the caller. */
  readBlock(range: RowRange): Buffer {
    return Buffer.from(this.#engine.writeBlock(range));
  }

  /** One event as JSON, whole. */
  readEventJson(id: string): string | undefined {
    const index = this.#engine.indexOf(id);
    if (index === undefined) return undefined;
    const json = Buffer.from(this.#engine.writeJson({ begin: index, end: index + 1 })).toString();
    return json.slice(1, -1);
  }

  /** The events at these row indexes. REQUIRES: each 0 <= index < rowCount. */
  readRowsAt(indexes: readonly number[]): readonly Row[] {
    const block = this.#engine.readRowsAt(indexes);
    return indexes.map((_, row) => ({
      event: block.event(row) as unknown as Event,
      isCut: block.isCut(row, messageColumn),
    }));
  }

  /** Frees the engine. Nothing else may be called afterwards. */
  delete(): void {
    this.#engine.delete();
  }
}

const comma = ','.charCodeAt(0);
const messageColumn = eventSchema.findIndex((column) => column.name === 'message');
