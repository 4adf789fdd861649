import { Backoff } from '../backoff.js';
import { type ClientError, type Problem, tryingAgainIn } from '../client_error.js';
import type { Connection } from '../client_state.js';
import type { CancelTimer, Environment } from '../environment.js';

/** Why a source can't go on. */
export class SourceProblem extends Error {
  readonly problem: Problem;
  /** Milliseconds until the next try, at least. */
  readonly retryAfterMs: number;
  /** Trying again would end in the same way. */
  readonly isFinal: boolean;

  constructor(
    code: Problem['code'],
    message: string,
    { retryAfterMs = 0, isFinal = false }: { retryAfterMs?: number; isFinal?: boolean } = {},
  ) {
    super(message);
    this.problem = { code, message };
    this.retryAfterMs = retryAfterMs;
    this.isFinal = isFinal;
  }
}

/** One try to bring a source's events. */
interface Attempt {
  /** Aborted when the attempt is over: nothing of it may be put into the timeline any more. */
  readonly signal: AbortSignal;
  /** From now on the timeline is as the source has it. */
  readonly live: () => void;
  /** Something is amiss that the attempt goes on with. */
  readonly report: (error: ClientError) => void;
  /** Goes on after so long; rejects where the attempt is over by then. */
  readonly sleep: (delayMs: number) => Promise<void>;
}

/** Brings a source's events until it fails, or has brought all that will ever come. */
export type SourceRun = (attempt: Attempt) => Promise<void>;

export interface RunEvents {
  /** Connection or loading may have changed. */
  onChange(): void;
  onError(error: ClientError): void;
  onLive(): void;
  onReport(error: ClientError): void;
}

/** Failures in a row: the loss of a source, and three tries that did not bring it back. */
const OFFLINE_AFTER_FAILURES = 4;

/** Runs a source, again and again after whatever goes wrong with it. */
export class SourceRunner {
  readonly #run: SourceRun;
  readonly #environment: Pick<Environment, 'after'>;
  readonly #events: RunEvents;
  readonly #backoff: Backoff;
  #abort: AbortController | undefined;
  #cancelWait: CancelTimer | undefined;
  #failureCount = 0;
  #isLive = false;
  #hasBeenLive = false;
  #hasGivenUp = false;

  constructor(
    run: SourceRun,
    environment: Pick<Environment, 'after' | 'now' | 'random'>,
    events: RunEvents,
  ) {
    this.#run = run;
    this.#environment = environment;
    this.#events = events;
    this.#backoff = new Backoff(environment);
  }

  get connection(): Connection {
    if (this.#isLive) return 'live';
    if (this.#hasGivenUp || this.#failureCount >= OFFLINE_AFTER_FAILURES) return 'offline';
    return this.#hasBeenLive ? 'reconnecting' : 'connecting';
  }

  /** The first events are under way. */
  get isLoading(): boolean {
    return !this.#hasBeenLive && this.#failureCount === 0;
  }

  start(): void {
    this.close();
    this.#hasGivenUp = false;
    const abort = new AbortController();
    this.#abort = abort;
    void this.#try(abort.signal);
  }

  /** Begins now, where it waits for its next try, or has given up. */
  retry(): void {
    if (this.#cancelWait === undefined && !this.#hasGivenUp) return;
    this.#backoff.reset();
    this.start();
  }

  close(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  async #try(signal: AbortSignal): Promise<void> {
    try {
      await this.#run({
        signal,
        live: () => {
          if (!signal.aborted) this.#becomeLive();
        },
        report: (error) => {
          if (!signal.aborted) this.#events.onReport(error);
        },
        sleep: (delayMs) => this.#sleep(delayMs, signal),
      });
      if (!signal.aborted) this.#becomeLive();
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #becomeLive(): void {
    this.#failureCount = 0;
    this.#backoff.reset();
    this.#hasBeenLive = true;
    const wasLive = this.#isLive;
    this.#isLive = true;
    if (!wasLive) this.#events.onLive();
    this.#events.onChange();
  }

  #fail(error: unknown): void {
    this.close();
    this.#isLive = false;
    this.#failureCount++;
    const { problem, retryAfterMs, isFinal } = toProblem(error);
    if (isFinal) {
      this.#hasGivenUp = true;
      this.#events.onError({
        ...problem,
        action: 'What was read of it stays; retry once it is mended.',
      });
    } else {
      const delayMs = Math.max(this.#backoff.nextDelayMs(), retryAfterMs);
      this.#cancelWait = this.#environment.after(delayMs, () => {
        this.start();
      });
      this.#events.onError({ ...problem, action: tryingAgainIn(delayMs) });
    }
    this.#events.onChange();
  }

  #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#environment.after(delayMs, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      const onAbort = (): void => {
        cancel();
        reject(new Error('aborted'));
      };
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }
}

function toProblem(error: unknown): SourceProblem {
  if (error instanceof SourceProblem) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SourceProblem('source_failed', `The source failed: ${reason}.`);
}
