import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

import type { Cursor } from 'eventglass';
import type { Batch } from '../store/event_store.js';
import type { MutationLog, ResetReason } from '../store/mutation_log.js';
import { FeedClient, closeCode } from './feed_client.js';
import type { FeedLimits } from './feed_limits.js';

export interface FeedHubOptions {
  readonly log: MutationLog;
  readonly limits: FeedLimits;
  readonly logger: Logger;
  readonly present: () => { readonly cursor: Cursor; readonly totalCount: number };
}

/** All clients of the feed: each gets every batch after its cursor, in order, and heartbeats. */
export class FeedHub {
  readonly #options: FeedHubOptions;
  readonly #clients = new Set<FeedClient>();
  #isClosed = false;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(options: FeedHubOptions) {
    this.#options = options;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Whether one more client may come. */
  get isOpen(): boolean {
    return !this.#isClosed && this.#clients.size < this.#options.limits.maxClients;
  }

  /** Begins heartbeats and pings. */
  start(): void {
    const { limits } = this.#options;
    this.#timers = [
      setInterval(() => this.#sendHeartbeats(), limits.heartbeatMs),
      setInterval(() => this.#clients.forEach((client) => client.ping()), limits.pingMs),
    ];
  }

  /** Takes a new client in, who has applied everything up to `cursor`; without one, from now on. */
  add(socket: WebSocket, cursor: Cursor | undefined): void {
    const { log, limits, logger } = this.#options;
    const place = this.#placeAfter(cursor);
    const isReset = typeof place === 'string';
    const opening = isReset ? this.#resetMessage(place) : this.#message('resume', cursor);
    socket.send(opening);
    const client = new FeedClient(socket, log, isReset ? log.endIndex : place, limits);
    this.#clients.add(client);
    logger.debug(
      { clients: this.#clients.size, reset: isReset ? place : undefined },
      'feed opened',
    );

    socket.on('close', (code) => {
      this.#clients.delete(client);
      logger.debug({ clients: this.#clients.size, code }, 'feed closed');
    });
    // Broken frames and frames that are too large; the socket closes itself with the right code.
    socket.on('error', (error) => logger.info({ reason: error.message }, 'feed client failed'));
    client.pump();
  }

  #placeAfter(cursor: Cursor | undefined): number | ResetReason {
    const { log, present } = this.#options;
    if (cursor === undefined) return log.endIndex;
    if (cursor.epoch !== present().cursor.epoch) return 'epoch_changed';
    return log.indexAfter(cursor.seq);
  }

  /** Logs `batch` and sends it to everyone. */
  publish(batch: Batch): void {
    this.#options.log.append(batch);
    for (const client of this.#clients) client.pump();
  }

  #message(type: 'resume' | 'progress', cursor?: Cursor): string {
    const { cursor: present, totalCount } = this.#options.present();
    const { epoch, seq } = cursor ?? present;
    return JSON.stringify({ type, epoch, seq, totalCount });
  }

  #resetMessage(reason: ResetReason): string {
    const { cursor, totalCount } = this.#options.present();
    return JSON.stringify({ type: 'reset', reason, ...cursor, totalCount });
  }

  #sendHeartbeats(): void {
    const message = this.#message('progress');
    for (const client of this.#clients) client.heartbeat(message);
  }

  /** Ends all clients; those who don't answer within `graceMs` at once. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const client of this.#clients) client.close(closeCode.stopping, 'the backend is stopping');
    const allClosed = Promise.all([...this.#clients].map((client) => client.closed));
    await Promise.race([allClosed, sleep(graceMs, undefined, { ref: false })]);
    for (const client of this.#clients) client.terminate();
  }
}
