import type { Cursor } from '../types.js';
import type { ClientError, Problem } from './client_error.js';
import type { CancelTimer, Environment } from './environment.js';
import type { FeedConnection, FeedVerdict } from './feed_connection.js';
import { type JsonObject, parseObject } from './json_values.js';
import type { SessionSource } from './session_source.js';
import { type Subscription, subscribeMessage } from './subscription.js';

/** What a feed tells its session. */
export interface FeedEvents {
  /** A message of the subscription, the answer to it first. */
  onMessage(text: string): FeedVerdict;
  /** A frame that is no message. */
  onRefused(problem: Problem): FeedVerdict;
  /** Whether the feed is live may have changed. */
  onChange(): void;
  onError(error: ClientError): void;
}

/** Milliseconds between subscriptions: half as many as a backend takes of one client. */
const MIN_INTERVAL_MS = 50;

const MALFORMED: Problem = {
  code: 'message_malformed',
  message: 'The feed sent a malformed message: it is not a JSON object.',
};

/**
 * The mutations of a part of the timeline, after the window's cursor, over whatever sockets it takes.
 *
 * What is subscribed changes while messages of the subscription before are still on their way. So from the moment of
 * {@link subscribe} until the answer every message is discarded: the cursor stands still, the subscription names it when it
 * is sent, and what was discarded comes again after the answer. A page that is asked for in between is therefore
 * exact at or after the cursor that the subscription names, whether that has been sent by then, now or over the next socket.
 */
export class WindowFeed {
  readonly #connection: FeedConnection;
  readonly #cursor: () => Cursor | undefined;
  readonly #environment: Pick<Environment, 'now' | 'after'>;
  readonly #events: FeedEvents;
  #subscription: Subscription | undefined;
  /** Of the subscription, whether it has been sent or waits: answers to those before it are none. */
  #generation = 0;
  /** Messages belong to the subscription. */
  #isAnswered = false;
  #lastSentMs = -Infinity;
  #cancelSending: CancelTimer | undefined;

  /** `cursor`: the last mutation that the window has applied. */
  constructor(
    source: Pick<SessionSource, 'connect'>,
    cursor: () => Cursor | undefined,
    environment: Pick<Environment, 'now' | 'after'>,
    events: FeedEvents,
  ) {
    this.#cursor = cursor;
    this.#environment = environment;
    this.#events = events;
    this.#connection = source.connect({
      onOpen: () => {
        this.#send();
      },
      onMessage: (text) => this.#receive(text),
      onRefused: (problem) => events.onRefused(problem),
      onChange: () => {
        events.onChange();
      },
      onError: (error) => {
        events.onError(error);
      },
    });
  }

  /** What is subscribed, or will be as soon as there is a socket. */
  get subscription(): Subscription | undefined {
    return this.#subscription;
  }

  /** Whether a subscription is on its way, and its answer has not come. */
  get isAwaiting(): boolean {
    return this.#connection.isConnected && !this.#isAnswered;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  get isLive(): boolean {
    return this.#connection.isLive;
  }

  /** Connections that failed since the feed was last live. */
  get failureCount(): number {
    return this.#connection.failureCount;
  }

  /** Asks for something else from the cursor on. */
  subscribe(subscription: Subscription): void {
    this.#subscription = subscription;
    this.#generation++;
    this.#isAnswered = false;
    if (!this.#connection.isConnected) return;
    const delayMs = this.#lastSentMs + MIN_INTERVAL_MS - this.#environment.now();
    if (delayMs <= 0) {
      this.#send();
    } else {
      this.#cancelSending ??= this.#environment.after(delayMs, () => {
        if (this.#connection.isConnected) this.#send();
      });
    }
  }

  /** Connects, and subscribes from the cursor; an earlier connection ends. */
  open(): void {
    this.#connection.open();
  }

  close(): void {
    this.#stopWaiting();
    this.#connection.close();
  }

  /** Connects now, where it waits for its next try. */
  retry(): void {
    this.#connection.retry();
  }

  #stopWaiting(): void {
    this.#cancelSending?.();
    this.#cancelSending = undefined;
  }

  #send(): void {
    this.#stopWaiting();
    this.#isAnswered = false;
    const cursor = this.#cursor();
    if (this.#subscription === undefined || cursor === undefined) return;
    this.#lastSentMs = this.#environment.now();
    this.#connection.send(subscribeMessage(this.#generation, cursor, this.#subscription));
  }

  #receive(text: string): FeedVerdict {
    if (this.#isAnswered) return this.#events.onMessage(text);
    const message = parseObject(text);
    if (message === undefined) return this.#events.onRefused(MALFORMED);
    if (!this.#isAnswer(message)) return { type: 'ignored' };
    this.#isAnswered = true;
    return this.#events.onMessage(text);
  }

  #isAnswer({ type, generation }: JsonObject): boolean {
    const isFinal = type === 'resume' || type === 'reset' || type === 'error';
    return isFinal && generation === this.#generation;
  }
}
