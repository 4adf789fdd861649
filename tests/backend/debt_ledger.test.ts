import { expect, test } from 'vitest';

import { DebtLedger } from '../../backend/src/ingest/debt_ledger.js';

test('what is taken is paid off by time, each for themselves', () => {
  let nowMs = 5_000;
  const ledger = new DebtLedger({ burst: 10, perSecond: 2 }, () => nowMs);
  expect(ledger.waitMs('a')).toBe(0);
  ledger.take('a', 9);
  expect(ledger.waitMs('a')).toBe(0);
  ledger.take('a', 5);
  expect(ledger.waitMs('a')).toBe(2_500);
  expect(ledger.waitMs('b')).toBe(0);
  nowMs += 2_499;
  expect(ledger.waitMs('a')).toBeCloseTo(1);
  nowMs += 1;
  expect(ledger.waitMs('a')).toBe(0);
  ledger.take('b', 1);
  expect(ledger.debtorCount).toBe(2);
  nowMs += 10_000;
  expect(ledger.debtorCount).toBe(0);
});
