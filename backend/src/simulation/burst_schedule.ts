import { Random } from './random.js';

/** Seconds: a cycle is a calm part, a burst, and a calm part. */
const cycleSeconds = { min: 1, max: 6 };
/** The part of a cycle that its burst lasts, and the part of its mutations that come in it. */
const burstDuration = { min: 0.2, max: 0.4 };
const burstShare = 0.6;

interface Cycle {
  readonly begin: number;
  readonly length: number;
  readonly burstBegin: number;
  readonly burstEnd: number;
}

/**
 * How many mutations are due at a time: uneven, but never off the rate for longer than a cycle.
 * A pure function of seed, rate and time, except that time must not go back.
 */
export class BurstSchedule {
  readonly #random: Random;
  readonly #ratePerSecond: number;
  #cycle: Cycle;

  constructor(seed: number, ratePerSecond: number) {
    this.#random = new Random(seed, 'bursts');
    this.#ratePerSecond = ratePerSecond;
    this.#cycle = this.#nextCycle(0);
  }

  #nextCycle(begin: number): Cycle {
    const length = this.#random.between(cycleSeconds.min, cycleSeconds.max);
    const duration = length * this.#random.between(burstDuration.min, burstDuration.max);
    const burstBegin = begin + this.#random.fraction() * (length - duration);
    return { begin, length, burstBegin, burstEnd: burstBegin + duration };
  }

  /** Mutations due from time 0 to `seconds`; a fraction stands for one that is not due yet. */
  dueAt(seconds: number): number {
    while (seconds >= this.#cycle.begin + this.#cycle.length) {
      this.#cycle = this.#nextCycle(this.#cycle.begin + this.#cycle.length);
    }
    const { begin, length, burstBegin, burstEnd } = this.#cycle;
    const burstLength = burstEnd - burstBegin;
    const inBurst = Math.min(Math.max(seconds - burstBegin, 0), burstLength);
    const calm = seconds - begin - inBurst;
    const share =
      (burstShare * inBurst) / burstLength + ((1 - burstShare) * calm) / (length - burstLength);
    return this.#ratePerSecond * (begin + length * share);
  }
}
