import { once } from 'node:events';
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** Stands before a backend, and can say anything on its feed. */
export class GarbageSocketProxy {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  #backendUrl = '';

  private constructor() {
    this.#server = createServer((incoming, answer) => this.#forward(incoming, answer));
    this.#server.on('upgrade', (incoming, socket, head) => {
      this.#sockets.handleUpgrade(incoming, socket, head, (client) =>
        this.#relay(incoming, client),
      );
    });
  }

  static async start(): Promise<GarbageSocketProxy> {
    const proxy = new GarbageSocketProxy();
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  forwardTo(backendUrl: string): void {
    this.#backendUrl = backendUrl;
  }

  /** Says this to every page. */
  send(garbage: string | Buffer): void {
    for (const client of this.#sockets.clients) client.send(garbage);
  }

  /** Waits until a page leaves its feed. */
  nextClose(): Promise<void> {
    return new Promise((resolve) => {
      for (const client of this.#sockets.clients) client.once('close', () => resolve());
    });
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const target = request(
      `${this.#backendUrl}${incoming.url ?? ''}`,
      { method: incoming.method, headers: incoming.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    target.on('error', () => answer.destroy());
    incoming.pipe(target);
  }

  #relay(incoming: IncomingMessage, client: WebSocket): void {
    const feed = new WebSocket(`${this.#backendUrl.replace('http', 'ws')}${incoming.url ?? ''}`, {
      origin: incoming.headers.origin ?? '',
    });
    feed.on('message', (data, isBinary) => client.send(data, { binary: isBinary }));
    // What a page says first waits for the backend.
    client.pause();
    client.on('message', (data, isBinary) => feed.send(data, { binary: isBinary }));
    feed.on('open', () => client.resume());
    feed.on('error', () => client.terminate());
    feed.on('close', () => client.close());
    client.on('close', () => feed.terminate());
  }
}
