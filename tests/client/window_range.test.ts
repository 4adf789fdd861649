import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeHasRange } from '../../wasm/ts/client/event_keys.js';
import { isTooWide, rangeAround, type WindowSituation } from '../../wasm/ts/client/window_range.js';

/** An event a second, a million of them, from 0 on; the window is in the middle of them. */
function situation(changes: Partial<WindowSituation> = {}): WindowSituation {
  return {
    coverage: {
      begin: { timestamp: 499_000_000, id: 'b' },
      end: { timestamp: 501_000_000, id: 'e' },
    },
    firstMs: 499_000_000,
    lastMs: 501_000_000,
    rowCount: 2_000,
    rowsBefore: 499_000,
    total: 1_000_000,
    index: 1_000,
    capacityRows: 10_000,
    density: {
      start: 0,
      stop: 1_000_000_000,
      before: 0,
      counts: new Uint32Array(1_000).fill(1_000),
    },
    ...changes,
  };
}

const key = (timestamp: number): { timestamp: number; id: string } => ({ timestamp, id: '' });

describe('the range to follow', () => {
  it('has a capacity of rows on each side of the screen, by the density', () => {
    expect(rangeAround(situation())).toEqual({ begin: key(490_000_000), end: key(510_000_000) });
  });

  it('has an eighth of a capacity beyond the window where the density is not known', () => {
    const range = rangeAround(situation({ density: undefined }));
    expect(range).toEqual({ begin: key(497_750_000), end: key(502_250_000) });
  });

  it('reaches as far as the window’s own events tell where the density knows less', () => {
    const { density } = situation();
    if (density === undefined) throw new Error('no density');
    // All in one part, the window's as well.
    const counts = Uint32Array.from({ length: 1_000 }, (_, i) => (i === 500 ? 1_000_000 : 0));
    const range = rangeAround(situation({ density: { ...density, counts } }));
    expect(range).toEqual({ begin: key(497_750_000), end: key(502_250_000) });
  });

  it('is open where little is left, and where nothing tells how far to go', () => {
    const open = { begin: undefined, end: undefined };
    expect(rangeAround(situation({ total: 20_000, rowsBefore: 10_000 }))).toEqual(open);
    const still = { firstMs: 500_000_000, lastMs: 500_000_000, density: undefined };
    expect(rangeAround(situation(still))).toEqual(open);
  });

  it('is open where the window is', () => {
    const { coverage } = situation();
    const older = rangeAround(situation({ coverage: { ...coverage, begin: undefined } }));
    expect(older).toEqual({ begin: undefined, end: key(510_000_000) });
    const newer = rangeAround(situation({ coverage: { ...coverage, end: undefined } }));
    expect(newer).toEqual({ begin: key(490_000_000), end: undefined });
  });

  it('is wider than the window by a millisecond at least, whatever is known', () => {
    const time = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(
        fc.tuple(time, time),
        fc.record({
          rowCount: fc.nat(100),
          rowsBefore: fc.nat(1_000),
          rowsAfter: fc.nat(1_000),
          index: fc.nat(100),
          capacityRows: fc.integer({ min: 1, max: 200 }),
          start: time,
          counts: fc.array(fc.nat(50), { minLength: 1, maxLength: 10 }),
        }),
        ([a, b], { start, counts, rowsAfter, ...rest }) => {
          const [firstMs, lastMs] = [Math.min(a, b), Math.max(a, b)];
          const coverage = {
            begin: { timestamp: firstMs, id: 'b' },
            end: { timestamp: lastMs, id: 'e' },
          };
          const total = rest.rowsBefore + rest.rowCount + rowsAfter;
          const density = { start, stop: start + 500, before: 3, counts: Uint32Array.from(counts) };
          const range = rangeAround({ ...rest, coverage, firstMs, lastMs, total, density });
          const least = { begin: key(firstMs - 1), end: key(lastMs + 1) };
          expect(rangeHasRange(range, least)).toBe(true);
          for (const bound of [range.begin, range.end]) {
            if (bound !== undefined) expect(Number.isInteger(bound.timestamp)).toBe(true);
          }
        },
      ),
    );
  });
});

describe('a range that is too wide', () => {
  const narrower = rangeAround(situation());

  it('is one with more than six capacities, where the narrower has half of it at most', () => {
    const wide = { begin: key(460_000_000), end: key(521_000_000) };
    expect(isTooWide(wide, narrower, situation())).toBe(true);
    expect(isTooWide({ begin: undefined, end: undefined }, narrower, situation())).toBe(true);
    expect(isTooWide({ ...wide, begin: key(462_000_000) }, narrower, situation())).toBe(false);
    const half = { begin: key(480_000_000), end: key(511_000_000) };
    expect(isTooWide(wide, half, situation())).toBe(false);
  });

  it('is not known without a density', () => {
    const open = { begin: undefined, end: undefined };
    expect(isTooWide(open, narrower, situation({ density: undefined }))).toBe(false);
  });
});
