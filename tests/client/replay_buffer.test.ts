import { expect, it } from 'vitest';
import { ReplayBuffer } from '../../wasm/ts/client/replay_buffer.js';

function batch(seq: number, length: number): { json: string; seq: number } {
  return { json: ' '.repeat(length), seq };
}

it('keeps batches in order, from its opening to its closing', () => {
  const buffer = new ReplayBuffer();
  buffer.keep(batch(1, 5));
  buffer.open();
  buffer.keep(batch(2, 5));
  buffer.keep(batch(3, 5));
  expect(buffer.close().map(({ seq }) => seq)).toEqual([2, 3]);
  expect(buffer.close()).toEqual([]);
});

it('takes as much text as its limit, and says when it takes no more', () => {
  const buffer = new ReplayBuffer(10);
  buffer.open();
  expect(buffer.keep(batch(1, 10))).toBe(true);
  expect(buffer.keep(batch(2, 1))).toBe(false);
  buffer.close();
  buffer.open();
  expect(buffer.keep(batch(3, 10))).toBe(true);
});
