import type { Environment, Fetch, Socket } from '../../wasm/ts/client/environment.js';
import type { FromWorker } from '../../wasm/ts/client/messages.js';
import type { EventModel } from './event_model.js';
import { type ModelBackend, ModelFeed } from './model_feed.js';
import { answerTo } from './model_wire.js';

/** A request that the backend has not seen, or an answer that has not arrived. */
interface SimulatedRequest {
  readonly url: string;
  readonly accept: string;
  readonly signal: AbortSignal;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: unknown) => void;
  answer: Response | undefined;
}

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A socket whose messages arrive one by one, in both directions, when the test says so. */
export class SimulatedSocket extends EventTarget {
  binaryType: BinaryType = 'blob';
  isClosed = false;
  isOpen = false;
  /** What the backend has sent and the client has not received. */
  readonly inbox: string[] = [];
  /** What the client has sent and the backend has not heard. */
  readonly outbox: string[] = [];
  /** Everything that the client has ever sent. */
  readonly sent: string[] = [];
  readonly feed: ModelFeed;

  constructor(backend: ModelBackend) {
    super();
    this.feed = new ModelFeed(backend);
  }

  send(text: string): void {
    if (!this.isOpen) throw new Error('the socket is not open');
    if (this.isClosed) return;
    this.outbox.push(text);
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  /** The network connects it. */
  open(): void {
    if (this.isClosed || this.isOpen) return;
    this.isOpen = true;
    this.dispatchEvent(new Event('open'));
  }

  receive(data: unknown): void {
    if (!this.isClosed) this.dispatchEvent(new MessageEvent('message', { data }));
  }

  /** The network closes it. */
  break(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 }));
  }
}

/** A backend, a network and a clock that move only when a test moves them. */
export class SimulatedWorld implements Environment, ModelBackend {
  model: EventModel;
  logBeginSeq = 0;
  tells: 'each' | 'net' = 'each';
  refusal: string | undefined;
  /** It answers pages as row blocks where it is asked for them. */
  hasBlocks = true;
  /** Requests for pages of the window. */
  readonly requests: SimulatedRequest[] = [];
  /** Requests that no rows wait for: density, and the last event. */
  readonly asides: SimulatedRequest[] = [];
  sockets: SimulatedSocket[] = [];
  readonly posted: FromWorker[] = [];
  /** Sockets that were ever opened. */
  socketCount = 0;
  /** The newest page that has arrived. */
  newestPageSeq = 0;
  #nowMs = 0;
  readonly #timers = new Set<Timer>();

  constructor(model: EventModel) {
    this.model = model;
  }

  readonly fetch: Fetch = (url, { headers: { accept }, signal }) =>
    new Promise((resolve, reject) => {
      const request: SimulatedRequest = {
        url,
        accept,
        signal,
        resolve,
        reject,
        answer: undefined,
      };
      const isAside = url.includes('/data/density') || url.includes('?limit=1&direction=backward');
      const queue = isAside ? this.asides : this.requests;
      queue.push(request);
      signal.addEventListener('abort', () => {
        const place = queue.indexOf(request);
        if (place >= 0) queue.splice(place, 1);
        reject(new Error('aborted'));
      });
    });

  readonly openSocket = (): Socket => {
    const socket = new SimulatedSocket(this);
    this.sockets.push(socket);
    this.socketCount++;
    return socket;
  };

  readonly now = (): number => this.#nowMs;

  readonly random = (): number => 0.5;

  readonly post = (message: FromWorker): void => {
    this.posted.push(message);
  };

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** The socket that the client uses. */
  get socket(): SimulatedSocket | undefined {
    this.sockets = this.sockets.filter((socket) => !socket.isClosed);
    return this.sockets.at(-1);
  }

  /** Lets time pass, and what is due in it happen, in order. */
  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const [next] = [...this.#timers]
        .filter((timer) => timer.dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** The backend answers a request, as of now; the answer is on its way. */
  answer(
    index: number,
    change: (response: Response) => Response = (response) => response,
    queue = this.requests,
  ): void {
    const request = queue[index];
    if (request === undefined || request.answer !== undefined) return;
    const accept = this.hasBlocks ? request.accept : '';
    const { status, headers, body } = answerTo(this.model, request.url, accept);
    request.answer = change(new Response(body, { status, headers }));
  }

  /** An answer arrives, and is read to its end. */
  async deliver(index: number, queue = this.requests): Promise<void> {
    const request = queue[index];
    if (request?.answer === undefined) return;
    if (queue === this.requests) {
      const seq = Number(request.answer.headers.get('eventglass-seq'));
      this.newestPageSeq = Math.max(this.newestPageSeq, seq);
    }
    queue.splice(index, 1);
    request.resolve(request.answer);
    // A fetcher aborts its own signal when it is done.
    while (!request.signal.aborted) await nextTask();
    await nextTask();
  }

  /** A request fails on its way. */
  async fail(index: number, queue = this.requests): Promise<void> {
    const [request] = queue.splice(index, 1);
    request?.reject(new TypeError('network'));
    await nextTask();
  }

  /** The socket is connected, or the backend hears the next message of the client and answers it. False: there is none. */
  hear(): boolean {
    const socket = this.socket;
    if (socket === undefined) return false;
    if (!socket.isOpen) {
      socket.open();
      return true;
    }
    const text = socket.outbox.shift();
    if (text === undefined) return false;
    socket.inbox.push(...socket.feed.hear(text));
    return true;
  }

  /** The backend sends what happened since its last batch. */
  sendBatch(): void {
    const socket = this.socket;
    socket?.inbox.push(...socket.feed.batch());
  }

  /** The backend sends that, and how many events there are. */
  sendCounts(): void {
    const socket = this.socket;
    socket?.inbox.push(...socket.feed.counts());
  }

  /** The backend sends all that there is to say, and a heartbeat. */
  sendProgress(): void {
    const socket = this.socket;
    socket?.inbox.push(...socket.feed.progress());
  }

  /** The next message arrives; false where there is none. */
  receive(): boolean {
    const socket = this.socket;
    const message = socket?.inbox.shift();
    if (message === undefined) return false;
    socket?.receive(message);
    return true;
  }

  /** The client's socket is connected and its subscription answered. */
  connect(): void {
    while (this.hear());
    while (this.receive());
  }

  /** Everything that is under way arrives, and time passes, until nothing is left to do. */
  async settle(): Promise<void> {
    let answerCount = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let isQuiet = true;
      for (const queue of [this.requests, this.asides]) {
        while (queue.length > 0 && answerCount < MAX_ANSWERS) {
          isQuiet = false;
          answerCount++;
          this.answer(0, undefined, queue);
          await this.deliver(0, queue);
        }
      }
      while (this.hear()) isQuiet = false;
      this.sendProgress();
      while (this.receive());
      if (answerCount === MAX_ANSWERS) break;
      if (isQuiet && round > MIN_ROUNDS) return;
      this.advance(ROUND_MS);
    }
    throw new Error('the simulated world does not come to rest');
  }
}

/** Short enough for a feed to count as alive, and rounds in which every delay between tries has passed. */
const ROUND_MS = 3_000;
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 500;
/** Requests that any test's client makes at most until it has all that it wants. */
const MAX_ANSWERS = 1_000;

export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
