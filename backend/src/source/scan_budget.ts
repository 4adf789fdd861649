import { TooManyFiltersError } from './event_source.js';

/** How long filters may be opened: so many milliseconds at once, and of the time that passes a share. */
interface ScanAllowance {
  readonly burstMs: number;
  readonly share: number;
}

export interface ScanLimits {
  readonly ofClient: ScanAllowance;
  readonly ofAll: ScanAllowance;
}

export const defaultScanLimits: ScanLimits = {
  /**
   * Somebody who types: of ten million events six filters at once and one every five seconds, at half a second each;
   * of a hundred thousand, at 5 ms, more than anybody types.
   */
  ofClient: { burstMs: 3_000, share: 0.1 },
  /** 200 clients at 5,000 mutations a second take 0.56 of a core, which leaves room for this. */
  ofAll: { burstMs: 6_000, share: 0.3 },
};

/**
 * Milliseconds that opening a filter counts as at least: what it costs beside the scan. With it clients who still owe
 * something are at most as many as bursts of all have milliseconds.
 */
const leastScanMs = 1;

/** What has been taken in advance, and has not been made up for by time that passed. */
interface Debt {
  owedMs: number;
  atMs: number;
}

/**
 * The time in which filters that are not open yet look at all events, and facets at all of a filter that they have not
 * counted yet: nothing else happens meanwhile. It is measured, since
 * how long a filter takes differs by far more than its rows do: one may have 256 terms.
 *
 * Each client has an allowance, told apart by address: one who asks for ever new filters is refused long before
 * that of all is used up, which keeps many such clients together from taking the process. So that one client alone can't use
 * up that of all, a scan takes no more of it than a client's burst. Behind a proxy that is not
 * trusted all clients are one.
 */
export class ScanBudget {
  readonly #limits: ScanLimits;
  readonly #now: () => number;
  readonly #ofAll: Debt = { owedMs: 0, atMs: 0 };
  /** Of those who owe something. */
  readonly #ofClients = new Map<string, Debt>();

  /** `now`: milliseconds, never going back. */
  constructor(limits: ScanLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Clients that have to make up for something. */
  get clientCount(): number {
    return this.#ofClients.size;
  }

  /**
   * What `scan` returns, whose time is taken from what the client at `address` and all together may have. Where it throws,
   * nothing is taken.
   *
   * @throws {TooManyFiltersError} says when to ask again.
   */
  spend<Value>(address: string, scan: () => Value): Value {
    const { ofClient, ofAll } = this.#limits;
    const startedMs = this.#now();
    this.#settle(startedMs);
    const debt = this.#ofClients.get(address) ?? { owedMs: 0, atMs: startedMs };
    checkDebt(debt, ofClient);
    checkDebt(this.#ofAll, ofAll);
    const value = scan();
    const tookMs = Math.max(leastScanMs, this.#now() - startedMs);
    debt.owedMs += tookMs;
    this.#ofClients.set(address, debt);
    this.#ofAll.owedMs += Math.min(tookMs, ofClient.burstMs);
    return value;
  }

  /** Takes off what has been made up for until now, and forgets who owes nothing. */
  #settle(nowMs: number): void {
    const { ofClient, ofAll } = this.#limits;
    payOff(this.#ofAll, ofAll.share, nowMs);
    for (const [address, debt] of this.#ofClients) {
      payOff(debt, ofClient.share, nowMs);
      if (debt.owedMs === 0) this.#ofClients.delete(address);
    }
  }
}

function payOff(debt: Debt, share: number, nowMs: number): void {
  debt.owedMs = Math.max(0, debt.owedMs - (nowMs - debt.atMs) * share);
  debt.atMs = nowMs;
}

function checkDebt({ owedMs }: Debt, { burstMs, share }: ScanAllowance): void {
  if (owedMs < burstMs) return;
  const waitMs = (owedMs - burstMs) / share;
  throw new TooManyFiltersError('too many new filters in a short time', waitMs);
}
