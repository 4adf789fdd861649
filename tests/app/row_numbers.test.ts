import { describe, expect, test } from 'vitest';
import { knownRowsBefore, supposedRowsBefore } from '../../app/src/lib/timeline/row_numbers.js';

const key = { timestamp: 5, id: 'a' };
const whole = { begin: undefined, end: undefined };
const toTheEnd = { begin: key, end: undefined };
const fromTheBeginning = { begin: undefined, end: key };
const between = { begin: key, end: key };

describe('the rows before the loaded ones', () => {
  test.each([
    { name: "the server's last rows", coverage: undefined, following: true, before: 99_800 },
    { name: "the server's rows of a link", coverage: undefined, following: false },
    { name: 'live', coverage: toTheEnd, following: true, before: 99_800 },
    { name: 'paused, with the end loaded', coverage: toTheEnd, following: false, before: 99_800 },
    { name: 'with the beginning loaded', coverage: fromTheBeginning, following: false, before: 0 },
    { name: 'all loaded, a newer count under way', coverage: whole, following: false, before: 0 },
    { name: 'neither end loaded', coverage: between, following: false },
  ])('are $before of 100,000 where 200 are loaded: $name', ({ coverage, following, before }) => {
    expect(knownRowsBefore({ rowCount: 200, coverage, following }, 100_000)).toBe(before);
  });

  test('keep the number of the last row the same while rows are loaded above it', () => {
    for (let rowCount = 80; rowCount <= 100_000; rowCount += 4_996) {
      const loaded = { rowCount, coverage: toTheEnd, following: true };
      expect((knownRowsBefore(loaded, 100_000) ?? 0) + rowCount).toBe(100_000);
    }
  });

  test('are never fewer than none, where the count is older than the rows', () => {
    const loaded = { rowCount: 110, coverage: toTheEnd, following: true };
    expect(knownRowsBefore(loaded, 100)).toBe(0);
    expect(supposedRowsBefore(undefined, 110, 100)).toBe(0);
  });

  test.each([
    { before: undefined, supposed: 450 },
    { before: 700, supposed: 700 },
    { before: -3, supposed: 0 },
    { before: 950, supposed: 900 },
  ])('are supposed to be $supposed of 1,000 where 100 are loaded and $before were', (row) => {
    expect(supposedRowsBefore(row.before, 100, 1_000)).toBe(row.supposed);
  });
});
