import { MAX_TIMESTAMP_MS } from '../checks.js';
import { Backoff } from './backoff.js';
import type { Density } from './density.js';
import type { CancelTimer, Environment } from './environment.js';
import type { DensityMessage } from './feed_messages.js';
import type { SessionSource } from './session_source.js';
import type { DensityRange } from './subscription.js';

/** Parts of the timeline: as many as a scrollbar has pixels. */
const BUCKETS = 1_000;
/** Of the timeline's length, what is counted beyond its newest event: the range follows the tail that seldom. */
const HEADROOM_SHARE = 1 / 16;
/** Milliseconds that are counted beyond the newest event at least. */
const LEAST_HEADROOM_MS = 60_000;
/** Milliseconds between two looks at how far the timeline reaches. */
const MIN_FETCH_INTERVAL_MS = 10_000;

/**
 * How many events there are over time, in the whole timeline: those of the filter. Asks the source how far that reaches, has
 * the feed keep the counts up to date, and posts them to the page.
 */
export class TimelineDensity {
  readonly #source: Pick<SessionSource, 'fetchDensity'>;
  readonly #environment: Pick<Environment, 'now' | 'after' | 'post'>;
  readonly #onRange: () => void;
  readonly #backoff: Backoff;
  #filter: string | undefined;
  #density: Density | undefined;
  #range: DensityRange | undefined;
  #abort: AbortController | undefined;
  #cancelTimer: CancelTimer | undefined;
  #fetchedAtMs = 0;

  /** `onRange`: the feed should count over another range. */
  constructor(
    source: Pick<SessionSource, 'fetchDensity'>,
    environment: Pick<Environment, 'now' | 'after' | 'random' | 'post'>,
    onRange: () => void,
  ) {
    this.#source = source;
    this.#environment = environment;
    this.#onRange = onRange;
    this.#backoff = new Backoff(environment);
  }

  /** The newest counts; `undefined` before the first of this filter. */
  get known(): Density | undefined {
    return this.#density;
  }

  /** What the feed should count. */
  get range(): DensityRange | undefined {
    return this.#range;
  }

  /** Counts the events of a filter from now on. */
  watch(filter: string): void {
    if (filter === this.#filter) return;
    this.close();
    this.#filter = filter;
    this.#density = undefined;
    this.#range = undefined;
    void this.#fetch(filter);
  }

  /** The feed has counted. */
  receive(message: DensityMessage): void {
    const before = message.type === 'whole' ? message.density.before : message.before;
    if (before > 0) this.#fetchSoon();
    if (message.type === 'whole') {
      this.#post(message.density);
    } else if (this.#density !== undefined) {
      const counts = this.#density.counts.slice();
      for (const [bucket, count] of message.changes) counts[bucket] = count;
      this.#post({ ...this.#density, before, counts });
    }
  }

  /** There are events after the range: looks how far they reach now. */
  noteAfter(eventCount: number): void {
    if (eventCount > 0) this.#fetchSoon();
  }

  close(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #fetchSoon(): void {
    if (this.#abort !== undefined || this.#cancelTimer !== undefined) return;
    this.#fetchIn(this.#fetchedAtMs + MIN_FETCH_INTERVAL_MS - this.#environment.now());
  }

  #fetchIn(delayMs: number): void {
    this.#cancelTimer = this.#environment.after(Math.max(0, delayMs), () => {
      this.#cancelTimer = undefined;
      if (this.#filter !== undefined) void this.#fetch(this.#filter);
    });
  }

  async #fetch(filter: string): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const answer = await this.#source.fetchDensity(BUCKETS, filter, abort.signal);
    if (abort.signal.aborted || answer === undefined) return;
    this.#abort = undefined;
    this.#fetchedAtMs = this.#environment.now();
    if ('counts' in answer) {
      this.#backoff.reset();
      this.#take(answer);
    } else if (answer.filterFault === undefined) {
      // Nobody waits for it: the pages tell what is wrong with the backend.
      this.#fetchIn(Math.max(this.#backoff.nextDelayMs(), answer.retryAfterMs ?? 0));
    }
  }

  #take(density: Density): void {
    const { start, stop } = density;
    const headroomMs = Math.max(LEAST_HEADROOM_MS, (stop - start) * HEADROOM_SHARE);
    const end = Math.min(Math.ceil(stop + headroomMs), MAX_TIMESTAMP_MS);
    this.#range = { start, stop: end, buckets: BUCKETS };
    this.#post(density);
    this.#onRange();
  }

  #post(density: Density): void {
    this.#density = density;
    this.#environment.post({ type: 'density', density }, []);
  }
}
