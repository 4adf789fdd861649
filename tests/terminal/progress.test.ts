import { expect, test } from 'vitest';
import { durationText, progressText } from '../../wasm/ts/terminal/progress.js';

test.each([
  [0, '0 s'],
  [11_500, '12 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
])('%i ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [{ count: 0, total: 100_000, elapsedMs: 10 }, '0 of 100,000 events'],
  [
    { count: 40_000, total: 100_000, elapsedMs: 1_000 },
    '40,000 of 100,000 events, 40,000/s, 2 s left',
  ],
  // More have come meanwhile.
  [{ count: 101_000, total: 100_000, elapsedMs: 1_000 }, '101,000 of 101,000 events, 101,000/s'],
])('%j', (progress, text) => {
  expect(progressText(progress)).toBe(text);
});
