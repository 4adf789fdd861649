import type { EventKey, KeyRange } from 'eventglass';
import {
  type EventModel,
  hasKey,
  isModelFilter,
  matches,
  type ModelDensity,
  type ModelEvent,
  type ModelMutation,
} from './event_model.js';
import { densityChanges, faultOf, readBound, readRange } from './model_wire.js';

// docs/protocol.md, written down a second time, for backends that tests script: what goes over the WebSocket.

/** What a backend is like, to those who connect. */
export interface ModelBackend {
  readonly model: EventModel;
  /** Cursors before this one can't be resumed. */
  readonly logBeginSeq: number;
  /** Whether each mutation is told, or of each event what has become of it. */
  readonly tells: 'each' | 'net';
  /** The code of an error that every subscription gets. */
  readonly refusal: string | undefined;
}

interface ModelSubscription {
  readonly generation: number;
  readonly ranges: readonly KeyRange[];
  readonly filter: string;
  readonly rankKeys: readonly EventKey[];
  readonly density:
    { readonly start: number; readonly stop: number; readonly buckets: number } | undefined;
}

/** A subscription as it comes over the wire. */
interface SubscribeMessage {
  readonly type: 'subscribe';
  readonly generation: number;
  readonly epoch?: string;
  readonly afterSeq?: number;
  readonly ranges: readonly { readonly begin: string; readonly end: string }[];
  readonly filter?: string;
  readonly rankKeys?: readonly string[];
  readonly density?: ModelSubscription['density'];
}

/** The backend's side of one feed: hears what the client sends, and says what it is to be sent. */
export class ModelFeed {
  readonly #backend: ModelBackend;
  #subscription: ModelSubscription | undefined;
  /** The seq of the last batch, heartbeat or answer. */
  #sentSeq = 0;
  /** The seq that was counted last; `undefined`: nothing has been counted for this subscription. */
  #countedSeq: number | undefined;
  #density: ModelDensity | undefined;

  constructor(backend: ModelBackend) {
    this.#backend = backend;
  }

  /** What to send when the client has sent this. */
  hear(text: string): readonly string[] {
    const { model, refusal } = this.#backend;
    const message = JSON.parse(text) as SubscribeMessage;
    const { generation, filter = '' } = message;
    if (generation <= (this.#subscription?.generation ?? 0)) throw new Error('an old generation');
    if (refusal !== undefined) {
      return [JSON.stringify({ type: 'error', generation, code: refusal, message: refusal })];
    }
    if (!isModelFilter(filter)) {
      const fault = { code: 'invalid_filter', ...faultOf(filter) };
      return [JSON.stringify({ type: 'error', generation, ...fault })];
    }
    this.#subscription = readSubscription(message);
    this.#countedSeq = undefined;
    this.#density = undefined;
    const reason = this.#lossReason(message);
    this.#sentSeq = reason === undefined ? (message.afterSeq ?? model.seq) : model.seq;
    const type = reason === undefined ? 'resume' : 'reset';
    const seq = this.#sentSeq;
    return [JSON.stringify({ type, reason, generation, ...this.#position, seq })];
  }

  /** What has happened in the ranges since the last message. */
  batch(): readonly string[] {
    const { model } = this.#backend;
    if (this.#subscription === undefined) return [];
    const mutations = this.#mutations(this.#subscription);
    if (mutations.length === 0) return [];
    const prevSeq = this.#sentSeq;
    this.#sentSeq = model.seq;
    const { epoch, seq } = model;
    return [JSON.stringify({ type: 'batch', epoch, prevSeq, seq, mutations })];
  }

  /** What has happened, and how many events there are since. */
  counts(): readonly string[] {
    const { model } = this.#backend;
    const subscription = this.#subscription;
    if (subscription === undefined || this.#countedSeq === model.seq) return [];
    this.#countedSeq = model.seq;
    const { generation } = subscription;
    const counts = { generation, ...this.#position, ...this.#count(subscription) };
    return [
      ...this.batch(),
      JSON.stringify({ type: 'counts', ...counts }),
      ...this.#densityMessages(subscription),
    ];
  }

  /** A heartbeat, after everything else. */
  progress(): readonly string[] {
    if (this.#subscription === undefined) return [];
    const messages = this.counts();
    const prevSeq = this.#sentSeq;
    this.#sentSeq = this.#backend.model.seq;
    return [...messages, JSON.stringify({ type: 'progress', prevSeq, ...this.#position })];
  }

  get #position(): { epoch: string; seq: number; totalCount: number } {
    const { epoch, seq, count } = this.#backend.model;
    return { epoch, seq, totalCount: count };
  }

  #lossReason({ epoch, afterSeq }: SubscribeMessage): string | undefined {
    const { model, logBeginSeq } = this.#backend;
    if (epoch === undefined || afterSeq === undefined) return undefined;
    if (epoch !== model.epoch) return 'epoch_changed';
    if (afterSeq > model.seq) return 'cursor_in_future';
    return afterSeq < logBeginSeq ? 'log_truncated' : undefined;
  }

  #count({ filter, rankKeys }: ModelSubscription): object {
    const { model } = this.#backend;
    const everything = { begin: undefined, end: undefined };
    return {
      totalCount: model.count,
      matchCount: model.eventsAt(model.seq, everything, filter).length,
      ranks: rankKeys.map((key) => model.rankOf(key, filter)),
    };
  }

  #densityMessages({ generation, filter, density }: ModelSubscription): readonly string[] {
    if (density === undefined) return [];
    const { start, stop, buckets } = density;
    const before = this.#density;
    const after = this.#backend.model.density(start, stop, buckets, filter);
    this.#density = after;
    const head = { type: 'density', generation, ...this.#position };
    if (before === undefined) return [JSON.stringify({ ...head, ...after })];
    const changes = densityChanges(before, after);
    if (changes.length === 0 && before.before === after.before) return [];
    return [JSON.stringify({ ...head, before: after.before, changes })];
  }

  #mutations(subscription: ModelSubscription): readonly unknown[] {
    const { model, tells } = this.#backend;
    const since = model.mutationsAfter(this.#sentSeq);
    if (tells === 'each') {
      return since.flatMap((mutation) =>
        this.#effect(idOf(mutation), mutation.seq - 1, mutation.seq, subscription, mutation),
      );
    }
    return since
      .filter((each, i) => !since.slice(i + 1).some((later) => idOf(later) === idOf(each)))
      .flatMap((last) =>
        this.#effect(idOf(last), this.#sentSeq, last.seq, subscription, undefined),
      );
  }

  /** What becomes of an event between two states, for who follows a part; `mutation`: what did it, if it was one. */
  #effect(
    id: string,
    fromSeq: number,
    seq: number,
    subscription: ModelSubscription,
    mutation: ModelMutation | undefined,
  ): readonly unknown[] {
    const before = this.#eventAt(fromSeq, id, subscription);
    const event = this.#eventAt(seq, id, subscription);
    if (event === undefined) return before === undefined ? [] : [{ op: 'delete', seq, id }];
    if (before === undefined) return [{ op: 'insert', seq, event }];
    if (mutation !== undefined) return [mutation];
    if (before.timestamp !== event.timestamp) return [{ op: 'update', seq, event }];
    return [{ op: 'update', seq, id, set: differences(before, event) }];
  }

  /** An event after `seq`, if it is in a part then. */
  #eventAt(seq: number, id: string, { ranges, filter }: ModelSubscription): ModelEvent | undefined {
    const event = this.#backend.model.eventAt(seq, id);
    if (event === undefined || !matches(event, filter)) return undefined;
    return ranges.some((range) => hasKey(range, event)) ? event : undefined;
  }
}

function readSubscription(message: SubscribeMessage): ModelSubscription {
  return {
    generation: message.generation,
    ranges: message.ranges.map(readRange),
    filter: message.filter ?? '',
    rankKeys: (message.rankKeys ?? []).map(readBound).filter((key) => key !== undefined),
    density: message.density,
  };
}

function idOf(mutation: ModelMutation): string {
  return 'event' in mutation ? mutation.event.id : mutation.id;
}

/** The fields that differ, `null` where a value has gone. */
function differences(before: ModelEvent, after: ModelEvent): object {
  const fields = ['kind', 'message', 'amount'] as const;
  return Object.fromEntries(
    fields
      .filter((field) => before[field] !== after[field])
      .map((field) => [field, after[field] ?? null]),
  );
}
