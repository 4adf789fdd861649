import { type ClientError, type Problem } from '../client/client_error.js';
import type { Environment } from '../client/environment.js';
import {
  type ConnectionEvents,
  FeedConnection,
  type FeedVerdict,
} from '../client/feed_connection.js';
import { readError } from '../client/feed_messages.js';
import { subscribeMessage } from '../client/subscription.js';
import type { Cursor, EventKey } from '../types.js';
import type { Backend } from './backend.js';
import { Cancelled, type Fault } from './faults.js';
import {
  type AnswerMessage,
  type Mutation,
  type NewsMessage,
  readMessage,
} from './feed_message.js';
import { filterUsageFault } from './filter_caret.js';

/** Connections in a row that ended at the same message: what the backend has there will not get better. */
const RESET_AFTER_LOSSES = 3;
/** Milliseconds until a subscription that the backend can't have is tried again. */
const REFUSED_RETRY_MS = 5_000;

export interface FeedParts {
  readonly backend: Backend;
  readonly environment: Pick<Environment, 'openSocket' | 'now' | 'after' | 'random'>;
  /** Where to go on from. */
  readonly cursor: Cursor;
  /** The first key of what is followed; `undefined` for all. */
  readonly begin: EventKey | undefined;
  readonly onMutations: (mutations: readonly Mutation[]) => void;
  readonly report: (line: string) => void;
}

/** Follows the feed from a cursor, over as many connections as it takes. Nothing is left out without a word. */
export class Feed implements ConnectionEvents {
  readonly #parts: FeedParts;
  readonly #connection: FeedConnection;
  #cursor: Cursor;
  #generation = 0;
  /** What happens now is of the subscription that was sent last. */
  #isAnswered = false;
  #lossCount = 0;
  /** What was said last of an outage; `undefined` outside of one. */
  #toldProblem: string | undefined;
  #end: (reason: string) => void = () => undefined;
  #fail: (fault: Fault | Cancelled) => void = () => undefined;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#cursor = parts.cursor;
    this.#connection = new FeedConnection(parts.backend.url, parts.environment, this);
  }

  /** Until the feed can't go on from what was told so far: why. Rejects once the program is to end. */
  async follow(): Promise<string> {
    const { signal } = this.#parts.backend;
    const onAbort = (): void => this.#fail(new Cancelled());
    try {
      return await new Promise((resolve, reject) => {
        this.#end = resolve;
        this.#fail = reject;
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        else this.#connection.open();
      });
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#connection.close();
    }
  }

  /** Nothing comes until `resume`: the backend keeps it. */
  pause(): void {
    this.#connection.close();
  }

  resume(): void {
    this.#connection.open();
  }

  onOpen(): void {
    const { backend, begin } = this.#parts;
    this.#generation++;
    this.#isAnswered = false;
    const message = subscribeMessage(this.#generation, this.#cursor, {
      range: { begin, end: undefined },
      filter: backend.filter,
      rankKeys: { inWindow: undefined, afterTail: undefined },
      density: undefined,
    });
    this.#connection.send(message);
  }

  onMessage(text: string): FeedVerdict {
    const message = readMessage(text, this.#parts.backend.keyNames);
    if (message === undefined)
      return this.#lose('message_malformed', 'The feed sent what is no message.');
    switch (message.type) {
      case 'resume':
      case 'reset':
        return this.#hearAnswer(message);
      case 'batch':
      case 'progress':
        return this.#isAnswered ? this.#take(message) : { type: 'ignored' };
      case 'error':
        return this.#hearComplaint(text);
      case 'other':
        return { type: 'ignored' };
    }
  }

  onRefused({ code, message }: Problem): FeedVerdict {
    return this.#lose(code, message);
  }

  onChange(): void {
    // What there is to tell is told where it is found out.
  }

  onError({ message }: ClientError): void {
    if (message === this.#toldProblem) return;
    this.#toldProblem = message;
    this.#parts.report(`${message} Trying again.`);
  }

  #hearAnswer({ type, generation, reason }: AnswerMessage): FeedVerdict {
    if (generation !== this.#generation) return { type: 'ignored' };
    if (type === 'reset') return this.#reset(reason);
    this.#isAnswered = true;
    if (this.#toldProblem !== undefined) {
      this.#toldProblem = undefined;
      this.#parts.report('Connected again: what happened meanwhile follows.');
    }
    return { type: 'good' };
  }

  #take(message: NewsMessage): FeedVerdict {
    const { epoch, prevSeq, seq, mutations } = message;
    if (epoch !== this.#cursor.epoch) return this.#reset('epoch_changed');
    if ((prevSeq ?? seq) > this.#cursor.seq) {
      return this.#lose('messages_lost', 'The feed left messages out.');
    }
    if (seq <= this.#cursor.seq) return { type: 'good' };
    const news = mutations.filter((mutation) => mutation.seq > this.#cursor.seq);
    this.#cursor = { epoch, seq };
    if (message.type === 'batch') this.#lossCount = 0;
    this.#parts.onMutations(news);
    // Whoever hears of them may have paused the feed.
    return this.#connection.isOpen ? { type: 'good' } : { type: 'ignored' };
  }

  #hearComplaint(text: string): FeedVerdict {
    const { generation, code, message, filterFault } = readError(text);
    if (filterFault !== undefined) {
      this.#fail(filterUsageFault(this.#parts.backend.filter, filterFault));
      return { type: 'ignored' };
    }
    if (generation === undefined) return { type: 'ignored' };
    const problem: Problem = {
      code: 'backend_complained',
      message: `The backend can't follow these events (${code}: ${message}).`,
    };
    return { type: 'lost', problem, retryAfterMs: REFUSED_RETRY_MS };
  }

  #lose(code: Problem['code'], message: string): FeedVerdict {
    this.#lossCount++;
    if (this.#lossCount >= RESET_AFTER_LOSSES) return this.#reset(message);
    return { type: 'lost', problem: { code, message } };
  }

  #reset(reason: string): FeedVerdict {
    this.#connection.close();
    this.#end(reason);
    return { type: 'ignored' };
  }
}
