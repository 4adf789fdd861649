import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Density, rankAtTime, timeAtRank } from '../../wasm/ts/client/density.js';

const density: fc.Arbitrary<Density> = fc
  .record({
    start: fc.integer({ min: -1_000, max: 1_000 }),
    length: fc.integer({ min: 1, max: 10_000 }),
    before: fc.nat(20),
    counts: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  })
  .map(({ start, length, before, counts }) => ({
    start,
    stop: start + length,
    before,
    counts: Uint32Array.from(counts),
  }));

it('counts the events before a part exactly, and never fewer later', () => {
  fc.assert(
    fc.property(density, fc.array(fc.integer({ min: -2_000, max: 12_000 })), (given, times) => {
      const { start, stop, before, counts } = given;
      const width = (stop - start) / counts.length;
      let rank = before;
      for (const [i, count] of counts.entries()) {
        expect(rankAtTime(given, start + i * width)).toBeCloseTo(rank, 5);
        rank += count;
      }
      expect(rankAtTime(given, stop)).toBeCloseTo(rank, 5);
      const ranks = times.sort((a, b) => a - b).map((time) => rankAtTime(given, time));
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    }),
  );
});

it('finds the time of every rank that it has counted, and of no other', () => {
  fc.assert(
    fc.property(density, fc.nat(250), (given, rank) => {
      const end = rankAtTime(given, given.stop);
      const time = timeAtRank(given, rank);
      expect(time !== undefined).toBe(rank >= given.before && rank < end);
      if (time === undefined) return;
      expect(time).toBeGreaterThanOrEqual(given.start);
      expect(time).toBeLessThan(given.stop);
      expect(rankAtTime(given, time)).toBeCloseTo(rank, 5);
    }),
  );
});
