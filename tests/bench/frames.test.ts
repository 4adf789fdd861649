import { encodeFrame } from '@eventglass/bench/data/frames.mjs';
import { generateEvents } from '@eventglass/bench/data/events.mjs';
import { generateBatches } from '@eventglass/bench/data/mutations.mjs';
import type { Mutation } from '@eventglass/bench/types.js';
import { expect, test } from 'vitest';

const options = { eventCount: 500, batchCount: 20, batchSize: 100, mix: 'steady' } as const;
const ids = Array.from(generateEvents(options.eventCount), ({ id }) => id);
const batches = [...generateBatches(options, ids)];

test('both encodings of a batch carry the same mutations', () => {
  const [batch = []] = batches;
  expect(JSON.parse(encodeFrame.plain(batch, 7))).toEqual(batch);
  const wire = JSON.parse(encodeFrame.wire(batch, 7)) as {
    readonly prevSeq: number;
    readonly seq: number;
    readonly mutations: readonly (Mutation & { readonly seq: number })[];
  };
  expect([wire.prevSeq, wire.seq]).toEqual([7, 107]);
  expect(wire.mutations).toEqual(batch.map((mutation, i) => ({ ...mutation, seq: 8 + i })));
});

test('updates and deletes name events that are there', () => {
  const present = new Set(ids);
  for (const mutation of batches.flat()) {
    if (mutation.op === 'insert') present.add(mutation.event.id);
    else expect(present).toContain(mutation.id);
    if (mutation.op === 'delete') present.delete(mutation.id);
  }
});

test('steady mutations keep the number of rows', () => {
  const count = (op: Mutation['op']) => batches.flat().filter((each) => each.op === op).length;
  expect(count('insert') / count('delete')).toBeCloseTo(1, 0);
});
