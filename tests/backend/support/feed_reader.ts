import { WebSocket } from 'ws';

import type { Event } from '../../../backend/src/event_schema.js';

export type FeedMutation =
  | { readonly op: 'insert' | 'update'; readonly seq: number; readonly event: Event }
  | {
      readonly op: 'update';
      readonly seq: number;
      readonly id: string;
      readonly set: Readonly<Record<string, unknown>>;
    }
  | { readonly op: 'delete'; readonly seq: number; readonly id: string };

export interface FeedBatch {
  readonly type: 'batch';
  readonly epoch: string;
  readonly prevSeq: number;
  readonly seq: number;
  readonly mutations: readonly FeedMutation[];
}

interface FeedState {
  readonly epoch: string;
  readonly seq: number;
  readonly totalCount: number;
}

/** What messages about a subscription begin with. */
interface News {
  readonly generation: number;
  readonly epoch: string;
  readonly seq: number;
}

export type CountsMessage = News & {
  readonly type: 'counts';
  readonly totalCount: number;
  readonly matchCount: number;
  readonly ranks: readonly number[];
};

export type DensityMessage = News & {
  readonly type: 'density';
  readonly before: number;
} & (
    | { readonly start: number; readonly stop: number; readonly counts: readonly number[] }
    | { readonly changes: readonly (readonly [number, number])[] }
  );

export type FeedMessage =
  | FeedBatch
  | ({ readonly type: 'resume'; readonly generation?: number } & FeedState)
  | ({ readonly type: 'reset'; readonly reason: string; readonly generation?: number } & FeedState)
  | ({ readonly type: 'progress'; readonly prevSeq?: number } & FeedState)
  | CountsMessage
  | DensityMessage
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      readonly generation?: number;
      readonly field?: string;
    };

export interface FeedReaderOptions {
  /** `epoch=…&seq=…` */
  readonly query?: string;
  readonly origin?: string;
  /** Where it comes from. */
  readonly localAddress?: string;
  /** A message of type subscribe, but for its type: the feed is opened with it. */
  readonly subscription?: object;
}

/** A client of the feed that keeps every message. */
export class FeedReader {
  readonly messages: FeedMessage[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #waiting = new Set<() => void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as FeedMessage);
      for (const check of this.#waiting) check();
    });
    this.closed = new Promise((resolve) =>
      socket.on('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
      }),
    );
  }

  /** Resolves once the first message is there. */
  static async open(backendUrl: string, options: FeedReaderOptions = {}): Promise<FeedReader> {
    const { origin, localAddress, subscription } = options;
    const query = subscription === undefined ? options.query : 'subscribe=true';
    const address = `${backendUrl.replace('http', 'ws')}/data${query === undefined ? '' : `?${query}`}`;
    const socket = new WebSocket(address, {
      ...(origin === undefined ? {} : { origin }),
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    const reader = new FeedReader(socket);
    if (subscription !== undefined) socket.on('open', () => reader.subscribe(subscription));
    await new Promise<void>((resolve, reject) => {
      socket.once('message', () => {
        resolve();
      });
      socket.once('error', reject);
    });
    return reader;
  }

  subscribe(subscription: object): void {
    this.socket.send(JSON.stringify({ type: 'subscribe', ...subscription }));
  }

  /** The first message of this type, now or later. */
  async first<Type extends FeedMessage['type']>(
    type: Type,
  ): Promise<Extract<FeedMessage, { type: Type }>> {
    const find = () => this.messages.find((message) => message.type === type);
    await this.until(() => find() !== undefined);
    return find() as Extract<FeedMessage, { type: Type }>;
  }

  /** Waits until a batch reached `seq`. */
  async reached(seq: number): Promise<void> {
    await this.until(() => (this.batches.at(-1)?.seq ?? 0) >= seq);
  }

  /** Waits until a batch, or progress where nothing concerned this client, reached `seq`. */
  async caughtUp(seq: number): Promise<void> {
    const isReached = (message: FeedMessage): boolean =>
      (message.type === 'batch' || message.type === 'progress') && message.seq >= seq;
    await this.until(() => this.messages.some(isReached));
  }

  /** Waits for `count` messages in all. */
  async received(count: number): Promise<void> {
    await this.until(() => this.messages.length >= count);
  }

  get batches(): readonly FeedBatch[] {
    return this.messages.filter((message) => message.type === 'batch');
  }

  /** Waits for messages until `isReached`, which is asked after each. */
  async until(isReached: () => boolean): Promise<void> {
    if (isReached()) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!isReached()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }
}

/** The answer to an upgrade that is refused. */
export async function refusedUpgrade(
  backendUrl: string,
  path: string,
  origin?: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const socket = new WebSocket(
    backendUrl.replace('http', 'ws') + path,
    origin === undefined ? {} : { origin },
  );
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      reject(new Error('the upgrade was not refused'));
    });
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(parts).toString()) as unknown;
        resolve({ status: response.statusCode ?? 0, body });
      });
    });
  });
}
