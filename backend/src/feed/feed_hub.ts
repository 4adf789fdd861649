import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';
import type { WebSocket } from 'ws';

import type { EventSource } from '../source/event_source.js';
import { FeedClient, closeCode } from './feed_client.js';
import type { FeedLimits } from './feed_limits.js';
import type { Opening } from './opening.js';

export interface FeedHubOptions {
  readonly source: EventSource;
  readonly limits: FeedLimits;
  readonly logger: Logger;
}

/** All clients of the feed: each gets what concerns it, in order, and heartbeats. */
export class FeedHub {
  readonly #options: FeedHubOptions;
  readonly #clients = new Set<FeedClient>();
  #isClosed = false;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(options: FeedHubOptions) {
    this.#options = options;
    options.source.onBatch(() => {
      for (const client of this.#clients) client.pump();
    });
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  /** Whether one more client may come. */
  get isOpen(): boolean {
    return !this.#isClosed && this.#clients.size < this.#options.limits.maxClients;
  }

  /** Begins heartbeats, counts and pings. */
  start(): void {
    const { limits } = this.#options;
    const every = (ms: number, run: (client: FeedClient) => void): NodeJS.Timeout =>
      setInterval(() => this.#clients.forEach(run), ms);
    this.#timers = [
      every(limits.heartbeatMs, (client) => client.heartbeat()),
      every(limits.countsMs, (client) => client.sendNews()),
      every(limits.pingMs, (client) => client.ping()),
    ];
  }

  /** Takes a new client in, which came from `address`. */
  add(socket: WebSocket, address: string, opening: Opening): void {
    const { source, limits, logger } = this.#options;
    // Broken frames and frames that are too large; the socket closes itself with the right code.
    socket.on('error', (error) => logger.info({ reason: error.message }, 'feed client failed'));
    const client = new FeedClient(socket, { source, limits, address, opening });
    this.#clients.add(client);
    logger.debug({ clients: this.#clients.size, opening: opening.type }, 'feed opened');
    socket.on('close', (code) => {
      this.#clients.delete(client);
      logger.debug({ clients: this.#clients.size, code }, 'feed closed');
    });
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
