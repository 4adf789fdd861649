import type { Environment, Fetch, Socket } from '../../wasm/ts/client/environment.js';
import type { FromWorker } from '../../wasm/ts/client/messages.js';
import type { EventModel } from './event_model.js';
import { batchMessage, greeting, pageAnswer, progressMessage, readQuery } from './model_wire.js';

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

/** A socket whose messages arrive one by one, when the test says so. */
export class SimulatedSocket extends EventTarget {
  binaryType: BinaryType = 'blob';
  isClosed = false;
  /** What the backend has sent and the client has not received. */
  readonly inbox: string[] = [];
  /** The backend's side: the seq of the last message it put in. */
  sentSeq: number;

  constructor(greetingText: string, seq: number) {
    super();
    this.inbox.push(greetingText);
    this.sentSeq = seq;
  }

  close(): void {
    this.isClosed = true;
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
export class SimulatedWorld implements Environment {
  model: EventModel;
  /** Cursors before this one can't be resumed. */
  logBeginSeq = 0;
  /** It answers pages as row blocks where it is asked for them. */
  hasBlocks = true;
  requests: SimulatedRequest[] = [];
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
      this.requests.push(request);
      signal.addEventListener('abort', () => {
        this.requests = this.requests.filter((other) => other !== request);
        reject(new Error('aborted'));
      });
    });

  readonly openSocket = (url: string): Socket => {
    const { message, seq } = greeting(url, this.model, this.logBeginSeq);
    const socket = new SimulatedSocket(message, seq);
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
  answer(index: number, change: (response: Response) => Response = (response) => response): void {
    const request = this.requests[index];
    if (request === undefined || request.answer !== undefined) return;
    const page = this.model.page(readQuery(request.url));
    const { headers, body } = pageAnswer(page, this.hasBlocks ? request.accept : '');
    request.answer = change(new Response(body, { headers }));
  }

  /** An answer arrives, and is read to its end. */
  async deliver(index: number): Promise<void> {
    const request = this.requests[index];
    if (request?.answer === undefined) return;
    this.newestPageSeq = Math.max(
      this.newestPageSeq,
      Number(request.answer.headers.get('eventglass-seq')),
    );
    this.requests.splice(index, 1);
    request.resolve(request.answer);
    // A fetcher aborts its own signal when it is done.
    while (!request.signal.aborted) await nextTask();
    await nextTask();
  }

  /** A request fails on its way. */
  async fail(index: number): Promise<void> {
    const [request] = this.requests.splice(index, 1);
    request?.reject(new TypeError('network'));
    await nextTask();
  }

  /** The backend sends what happened since its last batch. */
  sendBatch(): void {
    const socket = this.socket;
    if (socket === undefined || socket.sentSeq >= this.model.seq) return;
    const mutations = this.model.mutationsAfter(socket.sentSeq);
    socket.inbox.push(batchMessage(this.model.epoch, socket.sentSeq, mutations));
    socket.sentSeq = this.model.seq;
  }

  sendProgress(): void {
    this.sendBatch();
    this.socket?.inbox.push(progressMessage(this.model));
  }

  /** The next message arrives; false where there is none. */
  receive(): boolean {
    const socket = this.socket;
    const message = socket?.inbox.shift();
    if (message === undefined) return false;
    socket?.receive(message);
    return true;
  }

  /** Everything that is under way arrives, and time passes, until nothing is left to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let isQuiet = true;
      while (this.requests.length > 0) {
        isQuiet = false;
        this.answer(0);
        await this.deliver(0);
      }
      this.sendProgress();
      while (this.receive());
      if (isQuiet && this.requests.length === 0 && round > MIN_ROUNDS) return;
      this.advance(1_000);
    }
    throw new Error('the simulated world does not come to rest');
  }
}

/** Seconds in which every delay between tries has passed. */
const MIN_ROUNDS = 12;
const MAX_ROUNDS = 500;

export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
