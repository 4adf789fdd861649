import { WebSocket } from 'ws';

import type { MutationLog } from '../store/mutation_log.js';
import type { FeedLimits } from './feed_limits.js';

/** The protocol's close codes. */
export const closeCode = { stopping: 1001, badMessages: 1008, slow: 4008 } as const;

/**
 * One client of the feed: a socket and a place in the log. It holds no messages of its own beyond
 * what its socket has been handed, `sendAheadBytes` and one message at most.
 */
export class FeedClient {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #log: MutationLog;
  readonly #limits: FeedLimits;
  /** Index in the log of the batch to send next. */
  #nextIndex: number;
  /** While it replays the log after a resume, a client may be as far behind as the log reaches. */
  #isReplaying = true;
  #wasBehind = false;
  #badMessageCount = 0;
  #answersPings = true;

  constructor(socket: WebSocket, log: MutationLog, nextIndex: number, limits: FeedLimits) {
    this.#socket = socket;
    this.#log = log;
    this.#nextIndex = nextIndex;
    this.#limits = limits;
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
    socket.on('pong', () => {
      this.#answersPings = true;
    });
    socket.on('message', () => this.#rejectMessage());
  }

  /** Sends what the socket takes of the batches that the client has not got. */
  pump(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    while (this.#socket.bufferedAmount < this.#limits.sendAheadBytes) {
      const entry = this.#log.at(this.#nextIndex);
      if (entry === undefined) break;
      this.#nextIndex++;
      this.#socket.send(entry.message, { binary: false }, () => {
        if (!this.#isUpToDate) this.pump();
      });
    }
    if (this.#isUpToDate) this.#isReplaying = false;
    else if (this.#log.at(this.#nextIndex) === undefined) this.#closeAsSlow();
  }

  get #isUpToDate(): boolean {
    return this.#nextIndex === this.#log.endIndex;
  }

  /** Bytes of the batches that the client has not got. */
  get #waitingBytes(): number {
    const next = this.#log.at(this.#nextIndex);
    const unsentBytes =
      next === undefined ? 0 : this.#log.endByte - next.endByte + next.message.byteLength;
    return unsentBytes + this.#socket.bufferedAmount;
  }

  /**
   * Sends `progress`, unless batches that come before it wait: those tell the client more. Closes a
   * client for whom too much has waited since the heartbeat before: one burst alone is no reason.
   */
  heartbeat(progress: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#isUpToDate) this.#socket.send(progress);
    const isBehind = !this.#isReplaying && this.#waitingBytes > this.#limits.maxWaitingBytes;
    if (isBehind && this.#wasBehind) this.#closeAsSlow();
    this.#wasBehind = isBehind;
  }

  #closeAsSlow(): void {
    this.close(closeCode.slow, 'reads too slowly');
  }

  /** Ends a client that has not answered the last ping, or sends the next. */
  ping(): void {
    if (!this.#answersPings) {
      this.#socket.terminate();
      return;
    }
    this.#answersPings = false;
    this.#socket.ping();
  }

  /** The feed takes no messages, so whatever comes is not understood. */
  #rejectMessage(): void {
    this.#badMessageCount++;
    if (this.#badMessageCount > this.#limits.maxBadMessages) {
      this.#socket.close(closeCode.badMessages, 'too many messages that are not understood');
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      const message = 'the feed takes no messages; its parameters are those of the address';
      this.#socket.send(JSON.stringify({ type: 'error', code: 'not_understood', message }));
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
