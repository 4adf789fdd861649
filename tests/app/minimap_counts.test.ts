import { describe, expect, test } from 'vitest';
import { waitMsOf } from '../../app/src/lib/backend_answer.js';
import { parseCounts } from '../../app/src/lib/minimap/counts_request.js';

const asked = { filter: 'a', start: 0, stop: 10, buckets: 2 };

describe('counts over time', () => {
  test('are those that were asked for', () => {
    const density = { start: 0, stop: 10, before: 7, counts: [1, 2] };
    expect(parseCounts({ ...density, seq: 3 }, asked)).toEqual({
      ...density,
      counts: Uint32Array.of(1, 2),
    });
  });

  test.each([
    undefined,
    'text',
    [],
    { start: 1, stop: 10, before: 0, counts: [1, 2] },
    { start: 0, stop: 11, before: 0, counts: [1, 2] },
    { start: 0, stop: 10, counts: [1, 2] },
    { start: 0, stop: 10, before: -1, counts: [1, 2] },
    { start: 0, stop: 10, before: 0, counts: [1] },
    { start: 0, stop: 10, before: 0, counts: [1, -2] },
    { start: 0, stop: 10, before: 0, counts: [1, 0.5] },
    { start: 0, stop: 10, before: 0, counts: [1, '2'] },
    { start: 0, stop: 10, before: 0 },
  ])('%j is none', (answer) => {
    expect(parseCounts(answer, asked)).toBeUndefined();
  });
});

describe('the wait for a busy backend', () => {
  test.each([
    [null, 2_000],
    ['', 2_000],
    ['0', 2_000],
    ['soon', 2_000],
    ['7', 7_000],
  ])('with %j is %d ms', (retryAfter, waitMs) => {
    expect(waitMsOf(retryAfter)).toBe(waitMs);
  });
});
