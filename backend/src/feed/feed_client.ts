import { FilterError } from 'eventglass';
import { WebSocket, type RawData } from 'ws';

import { type EventSource, type Selection, TooManyFiltersError } from '../source/event_source.js';
import type { FeedLimits } from './feed_limits.js';
import { type FeedMessage, type FeedStream, PlainStream, SelectedStream } from './feed_stream.js';
import { type MessageFrame, framesOf } from './message_frames.js';
import { type Opening, type Place, cursorMessage, placeAfter } from './opening.js';
import { type MessageProblem, type Subscription, readSubscription } from './subscription.js';

/** The protocol's close codes. */
export const closeCode = { stopping: 1001, badMessages: 1008, slow: 4008 } as const;

export interface FeedClientOptions {
  readonly source: EventSource;
  readonly limits: FeedLimits;
  /** Of the client. */
  readonly address: string;
  readonly opening: Opening;
}

/**
 * One client of the feed: a socket, and a stream of what concerns it. Its socket has been handed
 * `sendAheadBytes` and one frame at most; beside that it holds the rest of one message, and what it has answered since.
 */
export class FeedClient {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #source: EventSource;
  readonly #limits: FeedLimits;
  readonly #address: string;
  /** `undefined` until the client subscribes. */
  #stream: FeedStream | undefined;
  /** What the socket has had no room for yet. */
  #frames: MessageFrame[] = [];
  #generation = 0;
  #badMessageCount = 0;
  #subscriptionCount = 0;
  #answersPings = true;
  /** When the socket last took something, or had nothing to take. */
  #tookAtMs = performance.now();

  constructor(socket: WebSocket, { source, limits, address, opening }: FeedClientOptions) {
    this.#socket = socket;
    this.#source = source;
    this.#limits = limits;
    this.#address = address;
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#stream?.delete();
        this.#stream = undefined;
        this.#frames = [];
        resolve();
      });
    });
    socket.on('pong', () => {
      this.#answersPings = true;
    });
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    if (opening.type === 'plain') this.#open(opening);
  }

  #open({ cursor }: Opening & { type: 'plain' }): void {
    const place = placeAfter(this.#source, cursor);
    this.#stream = new PlainStream(this.#source, place.seq);
    this.#sendCursor(place);
    this.pump();
  }

  /** Sends what the socket takes of what the client has not got. */
  pump(): void {
    while (this.#stream !== undefined && this.#isIdle) {
      const next = this.#stream.next();
      if (next === undefined) return;
      if (typeof next === 'string') {
        this.#stream.skipToPresent();
        const { seq } = this.#source.cursor;
        this.#sendCursor({ seq, reason: next });
      } else {
        this.#send(next);
      }
    }
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Whether nothing waits, so that the next message can go. */
  get #isIdle(): boolean {
    return this.#hasRoom && this.#frames.length === 0;
  }

  get #hasRoom(): boolean {
    return this.#isOpen && this.#socket.bufferedAmount < this.#limits.sendAheadBytes;
  }

  #sendCursor(place: Place): void {
    const generation = this.#generation === 0 ? undefined : this.#generation;
    this.#send([cursorMessage(this.#source, place, generation)]);
  }

  /** Says something after everything that was said before. */
  #send(message: FeedMessage): void {
    this.#frames.push(...framesOf(message));
    this.#handOver();
  }

  /** Hands the socket as much as it has room for. */
  #handOver(): void {
    while (this.#hasRoom) {
      const frame = this.#frames.shift();
      if (frame === undefined) return;
      const options = { binary: false, fin: frame.isLast };
      this.#socket.send(frame.data, options, () => this.#onTaken());
    }
  }

  #onTaken(): void {
    this.#tookAtMs = performance.now();
    this.#handOver();
    if (this.#stream?.isUpToDate === false) this.pump();
  }

  /** Sends a heartbeat, unless something waits that tells the client more; ends a client that takes nothing. */
  heartbeat(): void {
    this.#subscriptionCount = 0;
    if (!this.#isOpen) return;
    if (this.#socket.bufferedAmount === 0) this.#tookAtMs = performance.now();
    if (performance.now() - this.#tookAtMs > this.#limits.stallMs) {
      this.close(closeCode.slow, 'reads too slowly');
    } else if (this.#stream?.isUpToDate === true && this.#isIdle) {
      this.#send([this.#stream.progress()]);
    }
  }

  /** Sends counts that have changed, unless something waits that comes before them. */
  sendNews(): void {
    if (this.#stream?.isUpToDate !== true || !this.#isIdle) return;
    for (const text of this.#stream.news()) this.#send([text]);
  }

  /** Ends a client that has not answered the last ping, or sends the next. */
  ping(): void {
    // An answer would wait for all that the client has yet to read; whether it reads is seen by that.
    if (this.#socket.bufferedAmount > 0) return;
    if (!this.#answersPings) {
      this.#socket.terminate();
      return;
    }
    this.#answersPings = false;
    this.#socket.ping();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#isOpen) return;
    const read = readSubscription(isBinary ? '' : textOf(data));
    if ('code' in read) this.#refuse(read);
    else this.#subscribe(read);
  }

  #subscribe(subscription: Subscription): void {
    const { generation } = subscription;
    this.#subscriptionCount++;
    if (this.#subscriptionCount > this.#limits.maxSubscriptionsPerSecond) {
      this.close(closeCode.badMessages, 'too many subscriptions in a second');
      return;
    }
    if (generation <= this.#generation) {
      const message = `generation: expected more than ${this.#generation}`;
      this.#refuse({ code: 'invalid_subscription', field: 'generation', message, generation });
      return;
    }
    const selection = this.#select(subscription);
    if (selection === undefined) return;
    this.#generation = generation;
    const place = placeAfter(this.#source, cursorOf(subscription));
    this.#stream?.delete();
    this.#stream = new SelectedStream(this.#source, selection, subscription, place.seq);
    this.#sendCursor(place);
    this.pump();
    this.sendNews();
  }

  #select({ ranges, filter, generation }: Subscription): Selection | undefined {
    try {
      return this.#source.select({ ranges, filter, address: this.#address });
    } catch (error) {
      if (error instanceof FilterError) {
        const { offset: begin, end, expected, message } = error;
        this.#refuse({ code: 'invalid_filter', message, begin, end, expected, generation });
      } else if (error instanceof TooManyFiltersError) {
        this.#refuse({ code: 'too_many_filters', message: error.message, generation });
      } else {
        throw error;
      }
      return undefined;
    }
  }

  #refuse(problem: Refusal): void {
    this.#badMessageCount++;
    if (this.#badMessageCount > this.#limits.maxBadMessages) {
      this.close(closeCode.badMessages, 'too many messages that are not understood');
    } else {
      this.#send([JSON.stringify({ type: 'error', ...problem })]);
    }
  }

  /** Says good-bye after what is under way; the socket ends by itself if no answer comes. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

/** Why a message can't be had, as the protocol says it. */
interface Refusal {
  readonly code: MessageProblem['code'] | 'invalid_filter' | 'too_many_filters';
  readonly message: string;
  readonly generation?: number | undefined;
  readonly field?: string | undefined;
  readonly begin?: number;
  readonly end?: number;
  readonly expected?: string;
}

function cursorOf({ epoch, afterSeq }: Subscription) {
  return epoch === undefined || afterSeq === undefined ? undefined : { epoch, seq: afterSeq };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
