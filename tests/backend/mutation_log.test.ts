import { beforeAll, expect, test } from 'vitest';

import { demoSchema } from '../../backend/src/event_schema.js';
import { type Batch, EventStore } from '../../backend/src/store/event_store.js';
import { MutationLog } from '../../backend/src/store/mutation_log.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { eventAt } from './support/test_backend.js';

/** Ten mutations, which all batches here have. */
let sample: Batch;
let batchBytes: number;

beforeAll(async () => {
  const store = await EventStore.create(demoSchema, 'e', 100);
  sample = store.append(Array.from({ length: 10 }, (_, i) => insertOf(eventAt(i, `event_${i}`))));
  store.delete();
  // With what each mutation takes up beside the message.
  batchBytes = sample.message.byteLength + 10 * 96;
});

/** A log after `seq` 1,000 with `count` batches. */
function logOf(count: number, maxBytes: number): MutationLog {
  const log = new MutationLog(1_000, maxBytes);
  for (let i = 0; i < count; i++) {
    const prevSeq = 1_000 + i * 10;
    log.append({ ...sample, prevSeq, seq: prevSeq + 10 });
  }
  return log;
}

test('an empty log goes on from its own seq alone', () => {
  const log = logOf(0, 1_000);
  expect(log.indexAfter(1_000)).toBe(log.endIndex);
  expect(log.indexAfter(999)).toBe('log_truncated');
  expect(log.indexAfter(1_001)).toBe('cursor_in_future');
});

test('finds the batch after any seq, and the one around a seq within a batch', () => {
  const log = logOf(50, 1_000_000);
  for (let seq = 1_000; seq < 1_500; seq++) {
    const index = log.indexAfter(seq);
    const entry = typeof index === 'number' ? log.at(index) : undefined;
    expect(entry?.prevSeq).toBe(seq - (seq % 10));
  }
});

test('keeps exactly as many bytes as it may', () => {
  for (const count of [9, 10, 11, 12, 25, 1_000]) {
    const log = logOf(count, 10 * batchBytes);
    const keptCount = Math.min(count, 10);
    expect(log.keptBytes).toBe(keptCount * batchBytes);
    const oldestSeq = 1_000 + (count - keptCount) * 10;
    expect(log.indexAfter(oldestSeq)).toBe(count - keptCount);
    expect(log.indexAfter(oldestSeq - 1)).toBe('log_truncated');
    expect(log.at(count - keptCount)?.prevSeq).toBe(oldestSeq);
    expect(log.at(count - keptCount - 1)).toBeUndefined();
    expect(log.at(count)).toBeUndefined();
    expect(log.endIndex).toBe(count);
  }
});

test('a batch that is larger than the log is not kept', () => {
  const log = logOf(3, batchBytes - 1);
  expect(log.keptBytes).toBe(0);
  expect(log.indexAfter(1_030)).toBe(3);
  expect(log.indexAfter(1_029)).toBe('log_truncated');
});
