import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EventModel } from './event_model.js';
import { type ModelBackend, ModelFeed } from './model_feed.js';
import { answerTo } from './model_wire.js';

/** What a request for a page gets, in place of the page. */
export type PageScript = (
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

interface Client {
  readonly socket: WebSocket;
  readonly feed: ModelFeed;
}

/** A backend over real HTTP and WebSocket, as plain as can be, that does wrong what a test tells it to. */
export class ScriptedBackend implements ModelBackend {
  model: EventModel;
  readonly logBeginSeq = 0;
  readonly tells = 'each';
  readonly refusal = undefined;
  /** It answers pages as row blocks where it is asked for them. */
  hasBlocks = true;
  /** Answers pages, and whatever else is asked for, while it is set. */
  pageScript: PageScript | undefined;
  /** Text or bytes that a new feed sends before anything else. */
  greetingScript: string | Uint8Array | undefined;
  readonly pageUrls: string[] = [];
  connectionCount = 0;
  #server: Server | undefined;
  #sockets: WebSocketServer | undefined;
  #port = 0;
  readonly #clients = new Set<Client>();

  private constructor(model: EventModel) {
    this.model = model;
  }

  static async start(model: EventModel): Promise<ScriptedBackend> {
    const backend = new ScriptedBackend(model);
    await backend.listen();
    return backend;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, on the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      void this.#answer(request, response);
    });
    this.#server = server;
    this.#sockets = new WebSocketServer({ server, path: '/data' });
    this.#sockets.on('connection', (socket) => {
      this.#greet(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Ends every connection, and takes no more. */
  async stop(): Promise<void> {
    this.breakFeeds();
    this.#sockets?.close();
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** Sends what happened since the last batch, and a heartbeat. */
  heartbeat(): void {
    for (const { socket, feed } of this.#clients) {
      for (const message of feed.progress()) socket.send(message);
    }
  }

  /** Sends anything at all to every feed. */
  sendRaw(data: string | Uint8Array): void {
    for (const { socket } of this.#clients) socket.send(data);
  }

  /** What happened since the last batch is lost on its way. */
  loseBatch(): void {
    for (const { feed } of this.#clients) feed.progress();
  }

  breakFeeds(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }

  #greet(socket: WebSocket): void {
    this.connectionCount++;
    if (this.greetingScript !== undefined) socket.send(this.greetingScript);
    const client = { socket, feed: new ModelFeed(this) };
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    socket.on('message', (data: Buffer) => {
      for (const message of client.feed.hear(data.toString())) socket.send(message);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.pageUrls.push(request.url ?? '');
    if (this.pageScript !== undefined) {
      await this.pageScript(request, response);
      return;
    }
    this.answerPage(request, response);
  }

  /** The right answer. */
  answerPage(request: IncomingMessage, response: ServerResponse): void {
    const accept = this.hasBlocks ? (request.headers.accept ?? '') : '';
    const { status, headers, body } = answerTo(this.model, request.url ?? '', accept);
    response.writeHead(status, headers).end(body);
  }
}
