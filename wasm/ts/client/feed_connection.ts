import { Backoff } from './backoff.js';
import { type ClientError, type Problem, tryingAgainIn } from './client_error.js';
import type { CancelTimer, Environment, Socket } from './environment.js';

/** What a session makes of a message. */
export type FeedVerdict =
  /** The feed goes on. */
  | { readonly type: 'good' }
  /** Something is missing: connect again, from the cursor, after the wait that is asked for. */
  | { readonly type: 'lost'; readonly problem: Problem; readonly retryAfterMs?: number }
  /** Says nothing about the feed, or the session has closed it. */
  | { readonly type: 'ignored' };

/** What a connection tells its owner. */
export interface ConnectionEvents {
  /** The socket takes messages from now on. */
  onOpen(): void;
  onMessage(text: string): FeedVerdict;
  /** A frame that is no message. */
  onRefused(problem: Problem): FeedVerdict;
  /** Whether the feed is live may have changed. */
  onChange(): void;
  onError(error: ClientError): void;
}

type FeedState =
  | 'closed'
  | 'connecting'
  /** Messages can be sent; no good one has come yet. */
  | 'open'
  | 'live'
  /** For the next try. */
  | 'waiting';

/** Milliseconds until an answer: name look-up, TLS and a slow network. */
const ANSWER_TIMEOUT_MS = 10_000;
/** Milliseconds: five heartbeats. */
const SILENCE_TIMEOUT_MS = 5_000;
/** UTF-16 units, of at least one byte each: twice what a backend lets pile up for a client, and all that the engine takes. */
const MAX_MESSAGE_LENGTH = 16 << 20;

/** A socket to the feed that is connected again after whatever goes wrong with it. */
export class FeedConnection {
  readonly #feedUrl: string;
  readonly #environment: Pick<Environment, 'openSocket' | 'now' | 'after'>;
  readonly #events: ConnectionEvents;
  readonly #backoff: Backoff;
  #state: FeedState = 'closed';
  #socket: Socket | undefined;
  #lastMessageMs = 0;
  /** Since when an answer is awaited: to the connection, or to what was sent. */
  #awaitedSinceMs: number | undefined;
  #cancelTimer: CancelTimer | undefined;
  #failureCount = 0;

  constructor(
    backendUrl: string,
    environment: Pick<Environment, 'openSocket' | 'now' | 'after' | 'random'>,
    events: ConnectionEvents,
  ) {
    this.#feedUrl = `${backendUrl.replace(/^http/i, 'ws')}/data`;
    this.#environment = environment;
    this.#events = events;
    this.#backoff = new Backoff(environment);
  }

  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  /** Whether messages can be sent. */
  get isConnected(): boolean {
    return this.#state === 'open' || this.#state === 'live';
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Connections that failed since the feed was last live. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** Connects; an earlier connection ends. */
  open(): void {
    this.close();
    this.#connect();
  }

  close(): void {
    this.#disconnect();
    this.#state = 'closed';
  }

  /** Connects now, where it waits for its next try. */
  retry(): void {
    if (this.#state !== 'waiting') return;
    this.#backoff.reset();
    this.open();
  }

  /** Sends what a good message is to answer, in time. REQUIRES: isConnected */
  send(text: string): void {
    this.#socket?.send(text);
    this.#awaitedSinceMs = this.#environment.now();
    this.#watch();
  }

  #connect(): void {
    this.#state = 'connecting';
    this.#awaitedSinceMs = this.#environment.now();
    const socket = this.#openSocket();
    if (socket === undefined) return;
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      if (socket === this.#socket) this.#becomeOpen();
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#lose(this.#closeProblem(code));
    });
    // A close follows, which tells more; without a listener some sockets throw.
    socket.addEventListener('error', () => undefined);
    this.#watch();
  }

  #openSocket(): Socket | undefined {
    try {
      return this.#environment.openSocket(`${this.#feedUrl}?subscribe=true`);
    } catch {
      this.#lose({
        code: 'backend_unreachable',
        message: `${this.#feedUrl} is not an address for a feed.`,
      });
      return undefined;
    }
  }

  #becomeOpen(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'open';
    this.#events.onOpen();
  }

  #receive(data: unknown): void {
    this.#lastMessageMs = this.#environment.now();
    const verdict = this.#judge(data);
    if (verdict.type === 'lost') this.#lose(verdict.problem, verdict.retryAfterMs);
    if (verdict.type === 'good') this.#becomeLive();
  }

  #judge(data: unknown): FeedVerdict {
    if (typeof data !== 'string') {
      return this.#events.onRefused({
        code: 'message_malformed',
        message: 'The feed sent bytes where it should send text.',
      });
    }
    if (data.length > MAX_MESSAGE_LENGTH) {
      return this.#events.onRefused({
        code: 'message_too_large',
        message: `The feed sent a message over ${MAX_MESSAGE_LENGTH} characters.`,
      });
    }
    return this.#events.onMessage(data);
  }

  #becomeLive(): void {
    this.#awaitedSinceMs = undefined;
    if (this.#state !== 'open') return;
    this.#state = 'live';
    this.#failureCount = 0;
    this.#watch();
    this.#events.onChange();
  }

  /** When the socket is to be given up: an answer that is late, or silence. */
  get #deadlineMs(): number {
    const answerMs =
      this.#awaitedSinceMs === undefined ? Infinity : this.#awaitedSinceMs + ANSWER_TIMEOUT_MS;
    return this.isLive ? Math.min(answerMs, this.#lastMessageMs + SILENCE_TIMEOUT_MS) : answerMs;
  }

  #watch(): void {
    this.#cancelTimer?.();
    const delayMs = this.#deadlineMs - this.#environment.now();
    this.#cancelTimer = this.#environment.after(delayMs, () => {
      if (this.#environment.now() < this.#deadlineMs) {
        this.#watch();
      } else {
        this.#lose(this.#silenceProblem());
      }
    });
  }

  #lose(problem: Problem, retryAfterMs = 0): void {
    this.#disconnect();
    this.#state = 'waiting';
    this.#failureCount++;
    const delayMs = Math.max(this.#backoff.nextDelayMs(), retryAfterMs);
    this.#cancelTimer = this.#environment.after(delayMs, () => {
      this.#connect();
    });
    this.#events.onError({ ...problem, action: tryingAgainIn(delayMs) });
    this.#events.onChange();
  }

  #disconnect(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #silenceProblem(): Problem {
    const silenceMs = this.#environment.now() - this.#lastMessageMs;
    const isSilent = this.isLive && silenceMs >= SILENCE_TIMEOUT_MS;
    return {
      code: 'feed_silent',
      message: isSilent
        ? `The feed has said nothing for ${SILENCE_TIMEOUT_MS / 1000} s.`
        : `The feed has not answered for ${ANSWER_TIMEOUT_MS / 1000} s.`,
    };
  }

  #closeProblem(code: number): Problem {
    if (this.#state !== 'live') {
      return {
        code: 'backend_unreachable',
        message: `The feed at ${this.#feedUrl} can't be reached.`,
      };
    }
    return {
      code: 'feed_closed',
      message: `The feed was closed (${CLOSE_REASONS[code] ?? `code ${code}`}).`,
    };
  }
}

/** By the close codes of docs/protocol.md. */
const CLOSE_REASONS: Readonly<Record<number, string>> = {
  1001: 'the backend is stopping',
  1006: 'the connection broke',
  1008: 'it was asked for what the backend does not have',
  4008: 'it was read too slowly',
};
