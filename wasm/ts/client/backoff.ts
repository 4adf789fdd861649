import type { Environment } from './environment.js';

/** Milliseconds before the first new try: soon, yet a crowd of clients does not return in one moment. */
const FIRST_DELAY_MS = 250;
/** Milliseconds: the longest that a backend which is up again waits for its readers. */
const MAX_DELAY_MS = 10_000;
/** Milliseconds without a failure after which earlier ones are forgotten. */
const FORGET_AFTER_MS = 30_000;

/**
 * Delays between tries, doubling from failure to failure, each cut by up to half at random.
 * Method: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("equal jitter").
 */
export class Backoff {
  readonly #environment: Pick<Environment, 'now' | 'random'>;
  #failures = 0;
  #lastFailureMs = 0;

  constructor(environment: Pick<Environment, 'now' | 'random'>) {
    this.#environment = environment;
  }

  /** Milliseconds to wait after one more failure. */
  nextDelayMs(): number {
    const now = this.#environment.now();
    if (now - this.#lastFailureMs > FORGET_AFTER_MS) this.#failures = 0;
    this.#lastFailureMs = now;
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, MAX_DELAY_MS);
    this.#failures++;
    return delayMs * (1 - this.#environment.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}
