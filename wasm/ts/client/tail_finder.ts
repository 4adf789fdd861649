import type { EventKey } from '../types.js';
import type { CancelTimer, Environment } from './environment.js';
import type { PageQuery } from './page_fetcher.js';
import type { SessionSource } from './session_source.js';

/** Milliseconds: nobody waits for it, and pages tell what is wrong with the backend. */
const RETRY_MS = 10_000;

const LAST_EVENT: PageQuery = {
  start: undefined,
  stop: undefined,
  limit: 1,
  direction: 'backward',
};

/** Asks the source for the last event of the timeline, for readers who begin elsewhere. */
export class TailFinder {
  readonly #source: Pick<SessionSource, 'fetchPage'>;
  readonly #environment: Pick<Environment, 'after'>;
  readonly #onFound: (key: EventKey) => void;
  #abort: AbortController | undefined;
  #cancelTimer: CancelTimer | undefined;

  constructor(
    source: Pick<SessionSource, 'fetchPage'>,
    environment: Pick<Environment, 'after'>,
    onFound: (key: EventKey) => void,
  ) {
    this.#source = source;
    this.#environment = environment;
    this.#onFound = onFound;
  }

  /** Asks, unless it does so already or has failed just now. */
  find(filter: string): void {
    if (this.#abort === undefined && this.#cancelTimer === undefined) void this.#ask(filter);
  }

  /** Gives up what is under way. */
  cancel(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #ask(filter: string): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const answer = await this.#source.fetchPage(LAST_EVENT, filter, abort.signal);
    if (abort.signal.aborted) return;
    this.#abort = undefined;
    // Cut to one event, the page begins at it.
    const key = answer.type === 'page' ? answer.covered.begin : undefined;
    if (key !== undefined) {
      this.#onFound(key);
    } else {
      this.#cancelTimer = this.#environment.after(RETRY_MS, () => {
        this.#cancelTimer = undefined;
      });
    }
  }
}
