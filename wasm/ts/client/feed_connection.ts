import type { Cursor } from '../types.js';
import { Backoff } from './backoff.js';
import { type ClientError, type Problem, tryingAgainIn } from './client_error.js';
import type { CancelTimer, Environment, Socket } from './environment.js';

/** What a session makes of a message. */
export type FeedVerdict =
  /** The feed goes on. */
  | { readonly type: 'good' }
  /** Something is missing: connect again, from the cursor. */
  | { readonly type: 'lost'; readonly problem: Problem }
  /** Says nothing about the feed, or the session has closed it. */
  | { readonly type: 'ignored' };

/** What a connection tells its session. */
export interface FeedEvents {
  onMessage(json: Uint8Array): FeedVerdict;
  /** A frame that is no message. */
  onRefused(problem: Problem): FeedVerdict;
  /** Whether the feed is live may have changed. */
  onChange(): void;
  onError(error: ClientError): void;
}

type FeedState = 'closed' | 'connecting' | 'live' | 'waiting';

/** Milliseconds until the first message: name look-up, TLS and a slow network. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Milliseconds: five heartbeats. */
const SILENCE_TIMEOUT_MS = 5_000;
/** UTF-16 units, of at least one byte each: twice what a backend lets pile up for a client, and all that the engine takes. */
const MAX_MESSAGE_LENGTH = 16 << 20;

const encoder = new TextEncoder();

/**
 * One feed that survives its sockets: connects from the cursor, and again from the cursor after whatever goes wrong, so that
 * nothing is lost in between.
 */
export class FeedConnection {
  readonly #feedUrl: string;
  readonly #cursor: () => Cursor | undefined;
  readonly #environment: Pick<Environment, 'openSocket' | 'now' | 'after'>;
  readonly #events: FeedEvents;
  readonly #backoff: Backoff;
  #state: FeedState = 'closed';
  #socket: Socket | undefined;
  #lastMessageMs = 0;
  #cancelTimer: CancelTimer | undefined;
  #failureCount = 0;

  constructor(
    backendUrl: string,
    cursor: () => Cursor | undefined,
    environment: Pick<Environment, 'openSocket' | 'now' | 'after' | 'random'>,
    events: FeedEvents,
  ) {
    this.#feedUrl = `${backendUrl.replace(/^http/i, 'ws').replace(/\/+$/, '')}/data`;
    this.#cursor = cursor;
    this.#environment = environment;
    this.#events = events;
    this.#backoff = new Backoff(environment);
  }

  get isOpen(): boolean {
    return this.#state !== 'closed';
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  /** Connections that failed since the feed was last live. */
  get failureCount(): number {
    return this.#failureCount;
  }

  /** Connects from the cursor; an earlier connection ends. */
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

  #connect(): void {
    this.#state = 'connecting';
    this.#lastMessageMs = this.#environment.now();
    const socket = this.#openSocket();
    if (socket === undefined) return;
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    });
    socket.addEventListener('close', ({ code }) => {
      if (socket === this.#socket) this.#lose(this.#closeProblem(code));
    });
    // A close follows, which tells more; without a listener some sockets throw.
    socket.addEventListener('error', () => undefined);
    this.#watch(CONNECT_TIMEOUT_MS);
  }

  #openSocket(): Socket | undefined {
    try {
      return this.#environment.openSocket(this.#urlFromCursor());
    } catch {
      this.#lose({
        code: 'backend_unreachable',
        message: `${this.#feedUrl} is not an address for a feed.`,
      });
      return undefined;
    }
  }

  #urlFromCursor(): string {
    const cursor = this.#cursor();
    if (cursor === undefined) return this.#feedUrl;
    const parameters = new URLSearchParams({ epoch: cursor.epoch, seq: String(cursor.seq) });
    return `${this.#feedUrl}?${parameters.toString()}`;
  }

  #receive(data: unknown): void {
    this.#lastMessageMs = this.#environment.now();
    const verdict = this.#judge(data);
    if (verdict.type === 'lost') this.#lose(verdict.problem);
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
    return this.#events.onMessage(encoder.encode(data));
  }

  #becomeLive(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'live';
    this.#failureCount = 0;
    this.#cancelTimer?.();
    this.#watch(SILENCE_TIMEOUT_MS);
    this.#events.onChange();
  }

  /** Gives the socket up once it has been silent for `timeoutMs`. */
  #watch(timeoutMs: number): void {
    const silenceMs = this.#environment.now() - this.#lastMessageMs;
    this.#cancelTimer = this.#environment.after(timeoutMs - silenceMs, () => {
      if (this.#environment.now() - this.#lastMessageMs < timeoutMs) {
        this.#watch(timeoutMs);
      } else {
        this.#lose({
          code: 'feed_silent',
          message: `The feed has said nothing for ${timeoutMs / 1000} s.`,
        });
      }
    });
  }

  #lose(problem: Problem): void {
    this.#disconnect();
    this.#state = 'waiting';
    this.#failureCount++;
    const delayMs = this.#backoff.nextDelayMs();
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
  4008: 'it was read too slowly',
};
