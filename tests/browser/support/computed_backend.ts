import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Event } from '@eventglass/backend/schema';
import type { EventKey } from 'eventglass';
import { WebSocketServer, type WebSocket } from 'ws';
import {
  compareKeys,
  formatBound,
  parseBound,
  successorOf,
} from '../../../backend/src/store/bounds.js';
import { ComputedTimeline } from './computed_timeline.js';

const epoch = 'computed';

/** An event was at one place, or nowhere, and is at another, or nowhere. */
interface Mutation {
  readonly seq: number;
  readonly before: EventKey | undefined;
  readonly after: Event | undefined;
}

interface Range {
  readonly begin: EventKey | undefined;
  readonly end: EventKey | undefined;
}

interface Subscription {
  readonly generation: number;
  readonly ranges: readonly Range[];
  readonly rankKeys: readonly EventKey[];
  sentSeq: number;
}

interface SubscribeMessage {
  readonly generation: number;
  readonly afterSeq?: number;
  readonly ranges: readonly { readonly begin: string; readonly end: string }[];
  readonly rankKeys?: readonly string[];
  readonly density?: { readonly start: number; readonly stop: number; readonly buckets: number };
}

function isIn({ ranges }: Subscription, key: EventKey): boolean {
  return ranges.some(
    ({ begin, end }) =>
      (begin === undefined || compareKeys(begin, key) <= 0) &&
      (end === undefined || compareKeys(key, end) < 0),
  );
}

/**
 * The wire protocol over a timeline of any length (docs/protocol.md), as far as a page without filters uses it. It is a backend that
 * is not the one of this project.
 */
export class ComputedBackend implements AsyncDisposable {
  readonly timeline: ComputedTimeline;
  readonly #server: Server;
  readonly #subscriptions = new Map<WebSocket, Subscription>();
  readonly #log: Mutation[] = [];
  readonly #heartbeat: ReturnType<typeof setInterval>;

  private constructor(count: number) {
    this.timeline = new ComputedTimeline(count);
    this.#server = createServer((request, response) => this.#answer(request, response));
    const sockets = new WebSocketServer({ server: this.#server, path: '/data' });
    sockets.on('connection', (socket) => {
      socket.on('message', (data: Buffer) => this.#subscribe(socket, data.toString()));
      socket.on('close', () => this.#subscriptions.delete(socket));
    });
    this.#heartbeat = setInterval(() => this.#tell(), 1_000);
  }

  static async start(count: number, port: number): Promise<ComputedBackend> {
    const backend = new ComputedBackend(count);
    backend.#server.listen(port, '127.0.0.1');
    await once(backend.#server, 'listening');
    return backend;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#heartbeat);
    for (const socket of this.#subscriptions.keys()) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  insert(event: Event): void {
    this.timeline.insert(event);
    this.#log.push({ seq: this.timeline.seq, before: undefined, after: event });
  }

  delete(event: Event): void {
    this.timeline.delete(event);
    this.#log.push({ seq: this.timeline.seq, before: event, after: undefined });
  }

  replace(event: Event, newer: Event): void {
    this.timeline.replace(event, newer);
    this.#log.push({ seq: this.timeline.seq, before: event, after: newer });
  }

  /** Tells everyone what has happened. */
  publish(): void {
    this.#tell();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://localhost');
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', '*');
    response.setHeader('Access-Control-Expose-Headers', '*');
    if (request.method === 'OPTIONS') {
      response.end();
      return;
    }
    response.setHeader('Content-Type', 'application/json');
    const isPage = url.pathname === '/data' && !url.searchParams.has('id');
    if (isPage) this.#answerPage(url.searchParams, response);
    else if (url.pathname === '/data/density') {
      const number = (name: string) => Number(url.searchParams.get(name) ?? NaN);
      const density = this.#density(number('start'), number('stop'), number('buckets'));
      response.end(JSON.stringify(density));
    } else {
      response.statusCode = 404;
      response.end('{"error":{"code":"not_found","message":"there is no such thing"}}');
    }
  }

  #answerPage(parameters: URLSearchParams, response: ServerResponse): void {
    const { timeline } = this;
    const bound = (name: string) => {
      const text = parameters.get(name);
      return text === null ? undefined : parseBound(text);
    };
    const after = bound('after');
    const rank = parameters.get('rank');
    const isBackward = parameters.get('direction') === 'backward';
    const limit = Number(parameters.get('limit') ?? Infinity);
    const start = after ? successorOf(after) : bound('start');
    const stop = bound('stop');
    let begin = start ? timeline.rankOf(start) : 0;
    let end = stop ? timeline.rankOf(stop) : timeline.count;
    let covered: Range = { begin: start, end: stop };
    if (rank !== null) {
      const at = Math.min(Number(rank), timeline.count);
      const key = at < timeline.count ? timeline.at(at) : undefined;
      if (isBackward) {
        end = at;
        covered = { begin: start, end: key };
      } else {
        begin = at;
        const last = at > 0 ? successorOf(timeline.at(at - 1)) : undefined;
        covered = { begin: at === 0 ? undefined : (key ?? last), end: stop };
      }
    }
    if (end - begin > limit && isBackward) {
      begin = end - limit;
      covered = { ...covered, begin: timeline.at(begin) };
    } else if (end - begin > limit) {
      end = begin + limit;
      covered = { ...covered, end: successorOf(timeline.at(end - 1)) };
    }
    const headers = {
      Epoch: epoch,
      Seq: timeline.seq,
      'Total-Count': timeline.count,
      'Covered-Begin': formatBound(covered.begin),
      'Covered-End': formatBound(covered.end),
      'First-Rank': begin,
    };
    for (const [name, value] of Object.entries(headers))
      response.setHeader(`Eventglass-${name}`, String(value));
    response.end(JSON.stringify(timeline.slice(begin, Math.max(begin, end))));
  }

  #density(start: number, stop: number, buckets: number) {
    const { timeline } = this;
    const begin = Number.isNaN(start) ? timeline.at(0).timestamp : start;
    const last = timeline.at(timeline.count - 1).timestamp;
    const end = Number.isNaN(stop) ? last + 1 : stop;
    const parts = Number.isNaN(buckets) ? 200 : buckets;
    const ranks = Array.from({ length: parts + 1 }, (_, i) =>
      timeline.rankOf({ timestamp: Math.ceil(begin + (i * (end - begin)) / parts), id: '' }),
    );
    const counts = ranks.slice(1).map((rank, i) => rank - (ranks[i] ?? 0));
    const { seq, count } = timeline;
    const state = { epoch, seq, totalCount: count, matchCount: count };
    return { ...state, start: begin, stop: end, before: ranks[0] ?? 0, counts };
  }

  #subscribe(socket: WebSocket, text: string): void {
    const message = JSON.parse(text) as SubscribeMessage;
    const { generation, afterSeq = this.timeline.seq, density } = message;
    const key = (bound: string) => (bound === 'open' ? undefined : parseBound(bound));
    const subscription: Subscription = {
      generation,
      ranges: message.ranges.map(({ begin, end }) => ({ begin: key(begin), end: key(end) })),
      rankKeys: (message.rankKeys ?? []).flatMap((bound) => parseBound(bound) ?? []),
      sentSeq: afterSeq,
    };
    this.#subscriptions.set(socket, subscription);
    const totalCount = this.timeline.count;
    const resume = { type: 'resume', generation, epoch, seq: afterSeq, totalCount };
    socket.send(JSON.stringify(resume));
    if (density) {
      const whole = this.#density(density.start, density.stop, density.buckets);
      socket.send(JSON.stringify({ ...whole, type: 'density', generation }));
    }
    this.#tellOne(socket, subscription);
  }

  #tell(): void {
    for (const [socket, subscription] of this.#subscriptions) this.#tellOne(socket, subscription);
  }

  #tellOne(socket: WebSocket, subscription: Subscription): void {
    const { timeline } = this;
    const { seq, count } = timeline;
    const { generation, sentSeq: prevSeq } = subscription;
    const mutations: object[] = [];
    for (const { seq, before, after } of this.#log) {
      if (seq <= prevSeq) continue;
      if (after && isIn(subscription, after)) mutations.push({ op: 'insert', seq, event: after });
      else if (before && isIn(subscription, before))
        mutations.push({ op: 'delete', seq, id: before.id });
    }
    const message =
      mutations.length > 0
        ? { type: 'batch', epoch, prevSeq, seq, mutations }
        : { type: 'progress', epoch, prevSeq, seq, totalCount: count };
    socket.send(JSON.stringify(message));
    subscription.sentSeq = seq;
    const ranks = subscription.rankKeys.map((key) => timeline.rankOf(key));
    const counts = { type: 'counts', generation, epoch, seq, ranks };
    socket.send(JSON.stringify({ ...counts, totalCount: count, matchCount: count }));
  }
}
