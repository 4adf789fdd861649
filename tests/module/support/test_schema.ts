import type { EngineOptions, Schema } from 'eventglass';

/** A column of every type. */
export const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'message', type: 'text' },
  { name: 'amount', type: 'number' },
  { name: 'done', type: 'boolean' },
] as const satisfies Schema;

/** Places of its columns. */
export const column = { id: 0, timestamp: 1, source: 2, message: 3, amount: 4, done: 5 } as const;

/** An event as JSON has it. */
export interface TestEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly source?: string;
  readonly message?: string;
  readonly amount?: number;
  readonly done?: boolean;
}

/** An engine that holds everything from seq 0 on. */
export const sourceOptions: EngineOptions = { schema, sourceCursor: { epoch: 'e', seq: 0 } };

export const everything = { begin: undefined, end: undefined } as const;

const encoder = new TextEncoder();

export function bytesOf(value: unknown): Uint8Array {
  return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A batch after `prevSeq` with these mutations, whose seqs follow it one by one. */
export function batch(prevSeq: number, mutations: readonly object[], epoch = 'e'): Uint8Array {
  const numbered = mutations.map((mutation, i) => ({ seq: prevSeq + 1 + i, ...mutation }));
  const seq = prevSeq + Math.max(1, mutations.length);
  return bytesOf({ type: 'batch', epoch, prevSeq, seq, mutations: numbered });
}

export function insert(event: TestEvent): object {
  return { op: 'insert', event };
}
