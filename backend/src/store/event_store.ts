import {
  type BatchEffects,
  type CellValue,
  type Cursor,
  type Engine,
  type FeedReport,
  type RowReader,
  type View,
  createEngine,
} from 'eventglass';

import type { TimelineSchema } from '../timeline_schema.js';
import {
  type BatchMessage,
  type MutationText,
  batchMessage,
  indexedBatchMessage,
} from './mutation_text.js';

/** Mutations in one batch: a message of about 1.5 MB, a fraction of what a client accepts. */
export const maxBatchMutations = 5_000;

/** Mutations that were applied together, the feed message that carries them, and what they did. */
export interface Batch extends BatchMessage {
  readonly prevSeq: number;
  readonly seq: number;
  readonly mutations: readonly Pick<MutationText, 'id' | 'isWhole'>[];
  readonly effects: BatchEffects;
}

/** Where an event is in the order, and what it holds besides. */
export interface Row {
  /** The values that it has, by the names of their columns. */
  readonly event: Readonly<Record<string, CellValue>>;
  /** Some text of it is longer than what was read of it. */
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
  readonly schema: TimelineSchema;
  readonly epoch: string;
  readonly #engine: Engine;
  #seq = 0;

  private constructor(engine: Engine, schema: TimelineSchema, epoch: string) {
    this.#engine = engine;
    this.schema = schema;
    this.epoch = epoch;
  }

  /** An empty store; more than `capacityRows` events don't fit. */
  static async create(
    schema: TimelineSchema,
    epoch: string,
    capacityRows: number,
  ): Promise<EventStore> {
    const engine = await createEngine({
      schema: schema.columns,
      capacityRows,
      // All that a WebAssembly memory could hold: rows are what is bounded.
      capacityTextBytes: 2 ** 32,
      sourceCursor: { epoch, seq: 0 },
    });
    return new EventStore(engine, schema, epoch);
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
    const text = indexedBatchMessage(this.epoch, prevSeq, mutations);
    const report = this.#engine.applyFeedWithEffects(text.message);
    this.#advance(report, mutations.length);
    const kept = mutations.map(({ id, isWhole }) => ({ id, isWhole }));
    return { ...text, prevSeq, seq: this.#seq, mutations: kept, effects: report.effects };
  }

  /** The same for a batch that nobody is told of. */
  fill(mutations: readonly MutationText[]): void {
    const message = batchMessage(this.epoch, this.#seq, mutations);
    this.#advance(this.#engine.applyFeed(message), mutations.length);
  }

  #advance({ status, error, counts }: FeedReport, mutationCount: number): void {
    if (status !== 'applied' || counts.skipped > 0 || counts.evicted > 0) {
      const problem = { status, error, skipped: counts.skippedSamples, evicted: counts.evicted };
      throw new StoreError(`batch after ${this.#seq} not applied: ${JSON.stringify(problem)}`);
    }
    this.#seq += mutationCount;
  }

  /** All events, in order. */
  get rows(): RowReader {
    return this.#engine;
  }

  /**
   * The events that match a filter, in order, until the view is deleted.
   *
   * @throws {FilterError} @throws {RangeError} where there is no memory for it, or too many are open.
   */
  openView(filter: string): View {
    return this.#engine.openView({ filter });
  }

  /** Whether there is an event with this id. */
  has(id: string): boolean {
    return this.#engine.indexOf(id) !== undefined;
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
    const texts = this.schema.columns.flatMap(({ type }, i) => (type === 'text' ? [i] : []));
    return indexes.map((_, row) => ({
      event: block.event(row),
      isCut: texts.some((column) => block.isCut(row, column)),
    }));
  }

  /** Frees the engine. Nothing else may be called afterwards. */
  delete(): void {
    this.#engine.delete();
  }
}
