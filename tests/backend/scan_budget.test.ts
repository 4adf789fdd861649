import { expect, test } from 'vitest';

import { TooManyFiltersError } from '../../backend/src/source/event_source.js';
import { ScanBudget, defaultScanLimits } from '../../backend/src/source/scan_budget.js';

const limits = {
  ofClient: { burstMs: 1_000, share: 0.1 },
  ofAll: { burstMs: 3_000, share: 0.2 },
};

/** A budget, and a clock that scans alone move, or a test. */
function openBudget(scanLimits = limits) {
  const clock = { nowMs: 0 };
  const budget = new ScanBudget(scanLimits, () => clock.nowMs);
  const scan = (address: string, tookMs: number): number =>
    budget.spend(address, () => (clock.nowMs += tookMs));
  /** How long the client at `address` has to wait; `undefined` where it has not. */
  const waitMs = (address: string): number | undefined => {
    try {
      budget.spend(address, () => {
        throw new RangeError('nothing was to be scanned');
      });
    } catch (error) {
      if (error instanceof TooManyFiltersError) return error.waitMs;
      if (!(error instanceof RangeError)) throw error;
    }
    return undefined;
  };
  return { budget, clock, scan, waitMs };
}

test('a client scans for its burst at once, and then for its share of the time', () => {
  const { clock, scan, waitMs } = openBudget();
  expect(scan('a', 500)).toBe(500);
  scan('a', 500);
  // The half second of the second scan has made up for a tenth of it.
  expect(waitMs('a')).toBeUndefined();
  scan('a', 500);
  // So have those of the third.
  expect(waitMs('a')).toBeCloseTo(3_500);
  expect(() => scan('a', 1)).toThrow(TooManyFiltersError);
  clock.nowMs += 3_499;
  expect(waitMs('a')).toBeCloseTo(1);
  clock.nowMs += 2;
  expect(waitMs('a')).toBeUndefined();

  let scannedMs = 0;
  const beginMs = clock.nowMs;
  while (clock.nowMs < beginMs + 1_000_000) {
    clock.nowMs += (waitMs('a') ?? 0) + 1;
    scan('a', 50);
    scannedMs += 50;
  }
  expect(scannedMs / (clock.nowMs - beginMs)).toBeCloseTo(0.1, 2);
});

test('one client that scans without end leaves the others what they may have', () => {
  const { clock, scan, waitMs } = openBudget();
  for (let i = 0; i < 2_000; i++) {
    if (waitMs('a') === undefined) scan('a', 100);
    clock.nowMs += 10;
    expect(waitMs('b')).toBeUndefined();
  }
  while (waitMs('a') === undefined) scan('a', 100);
  scan('b', 1_000);
});

test('a single endless scan is the trouble of its client alone', () => {
  const { scan, waitMs } = openBudget();
  scan('a', 999);
  scan('a', 100_000);
  expect(waitMs('a')).toBeGreaterThan(890_000);
  expect(waitMs('b')).toBeUndefined();
});

test('many clients together scan for no more than the share of all', () => {
  const { clock, scan, waitMs } = openBudget();
  let scannedMs = 0;
  for (let i = 0; clock.nowMs < 100_000; i++) {
    const address = String(i % 50);
    if (waitMs(address) !== undefined) {
      clock.nowMs += 10;
    } else {
      scan(address, 100);
      scannedMs += 100;
    }
  }
  expect(scannedMs).toBeGreaterThan(20_000);
  expect(scannedMs).toBeLessThanOrEqual(20_000 + limits.ofAll.burstMs + 100);
});

test('a scan that fails takes nothing', () => {
  const { budget, clock, waitMs } = openBudget();
  const fail = (): never => {
    clock.nowMs += 5_000;
    throw new RangeError('it does not parse');
  };
  expect(() => budget.spend('a', fail)).toThrow(RangeError);
  expect(waitMs('a')).toBeUndefined();
  expect(budget.clientCount).toBe(0);
});

test('who has made up for everything is forgotten, and no more are remembered than bursts have milliseconds', () => {
  const { budget, clock, scan } = openBudget();
  expect(() => {
    for (let i = 0; i < 10_000; i++) scan(String(i), 0);
  }).toThrow(TooManyFiltersError);
  expect(budget.clientCount).toBe(limits.ofAll.burstMs);
  clock.nowMs += 100;
  scan('a', 0);
  expect(budget.clientCount).toBe(1);
});

test('somebody who types is not refused where a scan takes 5 ms, and writes six filters at once where it takes half a second', () => {
  const typist = openBudget(defaultScanLimits);
  for (let i = 0; i < 10_000; i++) {
    typist.scan('a', 5);
    typist.clock.nowMs += 50;
  }
  const { scan, waitMs } = openBudget(defaultScanLimits);
  for (let i = 0; i < 6; i++) scan('a', 500);
  scan('a', 500);
  expect(waitMs('a')).toBeLessThan(5_000);
});
