import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { onTestFinished, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

import { FeedClient } from '../../../backend/src/feed/feed_client.js';
import { type FeedLimits, defaultFeedLimits } from '../../../backend/src/feed/feed_limits.js';
import type { Event } from '../../../backend/src/event_schema.js';
import { updateOf } from '../../../backend/src/store/mutation_text.js';
import { FeedReader, type FeedReaderOptions } from './feed_reader.js';
import { SourceStage } from './source_stage.js';

/** One client: the backend's side of it, its socket there, and what it reads. */
export interface StagedClient {
  readonly client: FeedClient;
  readonly socket: WebSocket;
  /** What `socket` writes to. */
  readonly connection: Socket;
  readonly reader: FeedReader;
}

/**
 * Clients of the feed over real sockets, with a clock that is set by hand: heartbeats come when they are asked for. Ends with the
 * test.
 */
export class FeedStage {
  readonly stage: SourceStage;
  readonly limits: FeedLimits;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #url: string;
  readonly #clients: FeedClient[] = [];
  #opened: Omit<StagedClient, 'reader'>[] = [];
  #bulkCount = 0;
  #nowMs = 0;

  private constructor(stage: SourceStage, url: string, limits: FeedLimits) {
    this.stage = stage;
    this.#url = url;
    this.limits = limits;
    stage.source.onBatch(() => this.#clients.forEach((client) => client.pump()));
  }

  static async open(limits: Partial<FeedLimits> = {}): Promise<FeedStage> {
    const stage = await SourceStage.open();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const self = new FeedStage(stage, url, { ...defaultFeedLimits, ...limits });
    const now = vi.spyOn(performance, 'now').mockImplementation(() => self.#nowMs);
    server.on('upgrade', (request, socket, head) => {
      self.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        self.#add(webSocket, request);
      });
    });
    onTestFinished(() => {
      now.mockRestore();
      for (const client of self.#clients) client.terminate();
      server.close();
      stage.delete();
    });
    return self;
  }

  #add(socket: WebSocket, { socket: connection, url }: IncomingMessage): void {
    const opening =
      url?.includes('subscribe') === true
        ? ({ type: 'subscribe' } as const)
        : ({ type: 'plain', cursor: undefined } as const);
    const { source } = this.stage;
    const client = new FeedClient(socket, { source, limits: this.limits, address: '', opening });
    this.#clients.push(client);
    this.#opened.push({ client, socket, connection });
  }

  async connect(options: FeedReaderOptions = {}): Promise<StagedClient> {
    const reader = await FeedReader.open(this.#url, options);
    const [opened] = this.#opened.splice(0) as [Omit<StagedClient, 'reader'>];
    return { ...opened, reader };
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Makes an event's message long, each time anew. */
  publishBulk(event: Event, length: number): void {
    this.stage.source.publish([updateOf(event.id, { message: bulk(this.#bulkCount++, length) })]);
  }

  /** Publishes until the system's buffers of a client that does not read are full, and some wait in the backend. */
  async stall({ socket }: StagedClient): Promise<void> {
    const [event] = this.stage.events as [Event];
    while (socket.bufferedAmount < this.limits.sendAheadBytes) {
      this.publishBulk(event, bulkLength);
      await turn();
    }
  }
}

/** Characters: the system's buffers are full after some tens of such messages. */
const bulkLength = 200_000;

function bulk(n: number, length: number): string {
  return `${n} `.padEnd(length, 'x');
}

/** Lets sockets do what they can. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
