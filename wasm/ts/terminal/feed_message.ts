import { isCount, isObject, type JsonObject, parseObject } from '../client/json_values.js';
import { type EventJson, type KeyNames, readEvent } from './event_json.js';

/** What happened to an event; see docs/protocol.md. */
export type Mutation =
  /** It is there, or is moved in time: all of it is told. */
  | { readonly op: 'insert' | 'update'; readonly seq: number; readonly event: EventJson }
  /** It stays at its time: fields that are otherwise now, and null for those that are gone. */
  | { readonly op: 'update'; readonly seq: number; readonly id: string; readonly set: JsonObject }
  | { readonly op: 'delete'; readonly seq: number; readonly id: string };

/** The answer to a subscription. */
export interface AnswerMessage {
  readonly type: 'resume' | 'reset';
  readonly generation: number;
  readonly reason: string;
}

/** What happened from `prevSeq` to `seq`. */
export interface NewsMessage {
  readonly type: 'batch' | 'progress';
  readonly epoch: string;
  readonly prevSeq: number | undefined;
  readonly seq: number;
  readonly mutations: readonly Mutation[];
}

/** A message of the feed, as far as a tail needs it. */
export type FeedMessage =
  | AnswerMessage
  | NewsMessage
  /** A complaint, or nothing that a tail has to know of. */
  | { readonly type: 'error' | 'other' };

function readMutation(value: unknown, names: KeyNames): Mutation | undefined {
  if (!isObject(value)) return undefined;
  const { op, seq, id, set } = value;
  if (!isCount(seq)) return undefined;
  if (op === 'insert' || op === 'update') {
    const event = readEvent(value['event'], names);
    if (event !== undefined) return { op, seq, event };
    return op === 'update' && typeof id === 'string' && isObject(set)
      ? { op, seq, id, set }
      : undefined;
  }
  return op === 'delete' && typeof id === 'string' ? { op, seq, id } : undefined;
}

function readMutations(value: unknown, names: KeyNames): readonly Mutation[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const mutations = value.map((each: unknown) => readMutation(each, names));
  const read = mutations.filter((mutation) => mutation !== undefined);
  return read.length === mutations.length ? read : undefined;
}

/** `undefined` where `text` is no message of the protocol. */
export function readMessage(text: string, names: KeyNames): FeedMessage | undefined {
  const message = parseObject(text);
  if (message === undefined) return undefined;
  const { type, generation, reason, epoch, prevSeq, seq } = message;
  switch (type) {
    case 'resume':
    case 'reset': {
      if (!isCount(generation)) return undefined;
      return { type, generation, reason: typeof reason === 'string' ? reason : type };
    }
    case 'batch':
    case 'progress': {
      const mutations = type === 'batch' ? readMutations(message['mutations'], names) : [];
      if (typeof epoch !== 'string' || !isCount(seq) || mutations === undefined) return undefined;
      return { type, epoch, prevSeq: isCount(prevSeq) ? prevSeq : undefined, seq, mutations };
    }
    case 'error':
      return { type };
    default:
      return { type: 'other' };
  }
}
