import { MAX_TIMESTAMP_MS } from '../../checks.js';
import type { Density } from '../density.js';
import type { CancelTimer, Environment } from '../environment.js';
import type { LocalWindow } from './local_window.js';

/** Parts of the timeline: as many as a scrollbar has pixels. */
const BUCKETS = 1_000;
/** Milliseconds: four times a second is faster than anybody reads them. */
const INTERVAL_MS = 250;

/** Tells the page how many events there are over time: those of the filter. */
export class LocalDensity {
  readonly #window: LocalWindow;
  readonly #environment: Pick<Environment, 'after' | 'post'>;
  #told: string | undefined;
  #hasTold = false;
  #cancelTimer: CancelTimer | undefined;

  constructor(window: LocalWindow, environment: Pick<Environment, 'after' | 'post'>) {
    this.#window = window;
    this.#environment = environment;
  }

  /** Something may have changed. */
  update(filter: string): void {
    const state = `${this.#window.version} ${filter}`;
    if (state === this.#told || this.#cancelTimer !== undefined) return;
    this.#told = state;
    // Before the first events there is no time that they could be counted over.
    this.#hasTold ||= this.#window.rowCount > 0;
    if (!this.#hasTold) return;
    this.#environment.post({ type: 'density', density: this.#count() }, []);
    this.#cancelTimer = this.#environment.after(INTERVAL_MS, () => {
      this.#cancelTimer = undefined;
      this.update(filter);
    });
  }

  /** The filter is another one: what is told of the one before says nothing. */
  reset(): void {
    this.close();
    this.#told = undefined;
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #count(): Density {
    const { rows } = this.#window;
    const last = rows.rowCount - 1;
    const start = last < 0 ? 0 : rows.keyAt(0).timestamp;
    const stop = last < 0 ? 1 : Math.min(rows.keyAt(last).timestamp + 1, MAX_TIMESTAMP_MS);
    const counts = rows.density({ begin: start, end: stop, buckets: BUCKETS });
    return { start, stop, before: 0, counts };
  }
}
