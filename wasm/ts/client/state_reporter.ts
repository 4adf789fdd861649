import type { ClientState } from './client_state.js';
import type { CancelTimer, Environment } from './environment.js';

/** Milliseconds: counts that change four times a second can still be read. */
const REPORT_INTERVAL_MS = 250;

/** Tells the page the client's state: at once where people wait for it, else at most every 250 ms. */
export class StateReporter {
  readonly #environment: Pick<Environment, 'after' | 'post'>;
  #reported: ClientState | undefined;
  #next: ClientState | undefined;
  #cancelTimer: CancelTimer | undefined;

  constructor(environment: Pick<Environment, 'after' | 'post'>) {
    this.#environment = environment;
  }

  report(state: ClientState): void {
    this.#next = state;
    if (this.#reported === undefined || isUrgent(this.#reported, state)) {
      this.#post();
    } else {
      this.#cancelTimer ??= this.#environment.after(REPORT_INTERVAL_MS, () => {
        this.#post();
      });
    }
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #post(): void {
    this.close();
    if (this.#next === undefined) return;
    this.#reported = this.#next;
    this.#environment.post({ type: 'state', state: this.#next }, []);
  }
}

function isUrgent(a: ClientState, b: ClientState): boolean {
  return (
    a.connection !== b.connection ||
    a.stale !== b.stale ||
    a.loading !== b.loading ||
    a.error?.code !== b.error?.code ||
    a.filterError !== b.filterError
  );
}
