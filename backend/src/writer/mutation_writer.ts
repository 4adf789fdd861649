import type { Cursor } from 'eventglass';
import type { Logger } from 'pino';

import type { EmbeddedSource } from '../source/embedded_source.js';
import { type EventStore, maxBatchMutations } from '../store/event_store.js';
import type { Change, Outcome } from './change.js';
import { ChangePlan } from './change_plan.js';
import { DictionaryRoom } from './dictionary_room.js';
import { ArchiveError, type EventArchive } from './event_archive.js';
import type { EventFormat } from './event_format.js';
import { messageChunks } from './message_chunks.js';

export interface MutationWriterOptions {
  readonly store: EventStore;
  readonly source: EmbeddedSource;
  readonly format: EventFormat;
  /** `undefined`: events live as long as the process. */
  readonly archive: EventArchive | undefined;
  readonly maxCount: number;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** What became of each change, and the state in which they have happened. */
export interface WriteReport {
  readonly outcomes: readonly Outcome[];
  readonly cursor: Cursor;
}

interface Waiting {
  readonly changes: readonly Change[];
  readonly resolve: (report: WriteReport) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The way of changes from outside: compared with what there is, stored, applied and published, in this order. Who waits
 * together is stored together, so that many small writes share one wait for the disk.
 *
 * A write that fails may be on the disk in part or whole, or not at all. Until that is settled, by storing how those
 * events really are, nothing else is acknowledged.
 */
export class MutationWriter {
  readonly #options: MutationWriterOptions;
  readonly #dictionaries: DictionaryRoom;
  /** Ids of events of which the archive may hold something else than the store. */
  readonly #unsettled = new Set<string>();
  #waiting: Waiting[] = [];
  #isRunning = false;
  #rounds = Promise.resolve();

  constructor(options: MutationWriterOptions) {
    const { store, format } = options;
    this.#options = options;
    this.#dictionaries = new DictionaryRoom(
      format.schema,
      (column) => store.rows.facet(column, 1).distinctCount,
      () => performance.now(),
    );
  }

  /** Writes that wait for those before them. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /**
   * Makes `changes`, one after the other. Resolves once they are stored and published.
   *
   * @throws {ArchiveError} where they can't be stored: nothing of them is published.
   */
  write(changes: readonly Change[]): Promise<WriteReport> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, resolve, reject });
      if (!this.#isRunning) this.#rounds = this.#run();
    });
  }

  /** Waits for what is under way, and closes the archive. */
  async close(): Promise<void> {
    await this.#rounds;
    const { archive, logger } = this.#options;
    try {
      if (this.#unsettled.size > 0) await this.write([]);
    } catch (error) {
      logger.warn({ err: error }, 'the last writes that failed may or may not be in the store');
    }
    await archive?.close();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const round = this.#takeRound();
      try {
        const outcomes = await this.#write(round);
        const { cursor } = this.#options.source;
        round.forEach(({ resolve }, i) => resolve({ outcomes: outcomes[i] ?? [], cursor }));
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    // In one step with the look at who waits, so that nobody comes in between.
    this.#isRunning = false;
  }

  /** As many of those who wait as make a batch. */
  #takeRound(): readonly Waiting[] {
    let count = 0;
    let end = 0;
    while (end < this.#waiting.length && count < maxBatchMutations) {
      count += this.#waiting[end++]?.changes.length ?? 0;
    }
    return this.#waiting.splice(0, end);
  }

  async #write(round: readonly Waiting[]): Promise<readonly (readonly Outcome[])[]> {
    const plan = this.#openPlan();
    const outcomes = round.map(({ changes }) => changes.map((change) => plan.add(change)));
    const { archive } = this.#options;
    if (archive !== undefined) await this.#store(archive, plan);
    this.#publish(plan);
    return outcomes;
  }

  #openPlan(): ChangePlan {
    const { store, format, maxCount } = this.#options;
    return new ChangePlan({
      format,
      current: (id) => {
        const json = store.readEventJson(id);
        return json === undefined ? undefined : format.read(json);
      },
      rowCount: store.rowCount,
      maxCount,
      dictionaries: this.#dictionaries,
    });
  }

  async #store(archive: EventArchive, { states }: ChangePlan): Promise<void> {
    const { store, format } = this.#options;
    const jsons = new Map<string, string | undefined>();
    for (const id of this.#unsettled) jsons.set(id, store.readEventJson(id));
    for (const [id, event] of states) jsons.set(id, event && format.write(event));
    if (jsons.size === 0) return;
    try {
      await archive.commit(jsons);
      this.#unsettled.clear();
    } catch (error) {
      this.#noteUnsettled(states.keys());
      throw error;
    }
  }

  #publish({ mutations, states }: ChangePlan): void {
    const { source, logger } = this.#options;
    try {
      for (const chunk of messageChunks(mutations)) source.publish(chunk);
    } catch (error) {
      // The engine's memory is full: the archive has to be told that it did not happen.
      this.#noteUnsettled(states.keys());
      logger.error({ err: error }, 'mutations could not be applied');
      throw new ArchiveError('there is no memory for more events', true);
    }
  }

  #noteUnsettled(ids: Iterable<string>): void {
    if (this.#options.archive === undefined) return;
    for (const id of ids) this.#unsettled.add(id);
  }
}
