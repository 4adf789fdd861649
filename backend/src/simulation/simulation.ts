import { maxBatchMutations } from '../store/event_store.js';
import type { MutationText } from '../store/mutation_text.js';
import { BurstSchedule } from './burst_schedule.js';
import type { MutationMaker } from './mutation_maker.js';

/** Milliseconds between two batches: short enough to look continuous, long enough to be a batch. */
const tickMs = 50;

/** Seconds of mutations that are made up for after a pause; a longer one (sleep) is left out. */
const maxCatchUpSeconds = 1;

export interface SimulationOptions {
  readonly maker: MutationMaker;
  readonly seed: number;
  readonly mutationRate: number;
  /** The present, in ms. */
  readonly now: () => number;
  readonly publish: (mutations: readonly MutationText[]) => void;
}

/** Mutates the events: by the clock once started, or by hand. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #schedule: BurstSchedule;
  #timer: NodeJS.Timeout | undefined;
  #doneCount = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#schedule = new BurstSchedule(options.seed, options.mutationRate);
  }

  start(): void {
    if (this.#options.mutationRate === 0 || this.#timer !== undefined) return;
    const startedMs = performance.now();
    // What is due is counted from the clock: timers that fire late or not at all lose nothing.
    this.#timer = setInterval(() => this.#tick((performance.now() - startedMs) / 1_000), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(seconds: number): void {
    const dueCount = Math.floor(this.#schedule.dueAt(seconds));
    // A burst is up to three times the rate.
    const mostCount = Math.ceil(this.#options.mutationRate * 3 * maxCatchUpSeconds);
    this.mutate(Math.min(dueCount - this.#doneCount, mostCount));
    this.#doneCount = dueCount;
  }

  /** Makes and publishes `count` mutations now. */
  mutate(count: number): void {
    for (let left = count; left > 0; left -= maxBatchMutations) {
      const batchCount = Math.min(left, maxBatchMutations);
      this.#options.publish(this.#options.maker.make(batchCount, this.#options.now()));
    }
  }
}
