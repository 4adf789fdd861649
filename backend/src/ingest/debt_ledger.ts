import type { Allowance } from './ingest_limits.js';

interface Debt {
  owed: number;
  atMs: number;
}

/**
 * Who has taken how much of an allowance: what is taken is owed, and paid off by time that passes. Only those who owe
 * something are known, so that they are never more than were here in the time that paying off a burst takes.
 */
export class DebtLedger {
  readonly #allowance: Allowance;
  readonly #now: () => number;
  readonly #debts = new Map<string, Debt>();

  /** `now`: milliseconds, never going back. */
  constructor(allowance: Allowance, now: () => number) {
    this.#allowance = allowance;
    this.#now = now;
  }

  /** Those who owe something. */
  get debtorCount(): number {
    this.#settle(this.#now());
    return this.#debts.size;
  }

  /** Milliseconds that `who` has to wait before taking more; 0 for none. */
  waitMs(who: string): number {
    const { burst, perSecond } = this.#allowance;
    const debt = this.#debts.get(who);
    if (debt === undefined) return 0;
    this.#payOff(debt, this.#now());
    // What is taken next must fit by its first unit.
    return debt.owed + 1 <= burst ? 0 : ((debt.owed + 1 - burst) / perSecond) * 1_000;
  }

  /** `who` takes `count`, even past the allowance: the next one waits for it. */
  take(who: string, count: number): void {
    const nowMs = this.#now();
    this.#settle(nowMs);
    const debt = this.#debts.get(who) ?? { owed: 0, atMs: nowMs };
    debt.owed += count;
    if (debt.owed > 0) this.#debts.set(who, debt);
  }

  #settle(nowMs: number): void {
    for (const [who, debt] of this.#debts) {
      this.#payOff(debt, nowMs);
      if (debt.owed === 0) this.#debts.delete(who);
    }
  }

  #payOff(debt: Debt, nowMs: number): void {
    const paid = ((nowMs - debt.atMs) / 1_000) * this.#allowance.perSecond;
    debt.owed = Math.max(0, debt.owed - paid);
    debt.atMs = nowMs;
  }
}
