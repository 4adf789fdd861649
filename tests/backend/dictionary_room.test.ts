import { expect, test } from 'vitest';

import { DictionaryRoom } from '../../backend/src/writer/dictionary_room.js';

const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'source', type: 'dictionary' },
  { name: 'message', type: 'text' },
] as const;

test('values are counted when room seems to be used up, once a second at most', () => {
  let nowMs = 0;
  let distinctCount = 2 ** 20 - 10_002;
  let countings = 0;
  const count = (): number => {
    countings++;
    return distinctCount;
  };
  const room = new DictionaryRoom(schema, count, () => nowMs);
  expect(room.take([0, 1, 3])).toBeUndefined();
  expect(countings).toBe(0);
  expect([room.take([2, 3]), room.take([2]), room.take([2]), room.take([3, 2])]).toEqual([
    undefined,
    undefined,
    2,
    2,
  ]);
  expect(countings).toBe(1);
  nowMs += 1_000;
  expect(room.take([2])).toBeUndefined();
  expect(countings).toBe(2);
  distinctCount = 2 ** 20;
  nowMs += 1_000;
  expect([room.take([2]), room.take([2])]).toEqual([undefined, 2]);
});
