import type { KeyRange } from 'eventglass';

import { compareKeys } from '../store/bounds.js';

/** Ranges of keys, ascending and apart, that events are looked up in. */
export class KeyRanges {
  readonly #ranges: readonly KeyRange[];

  constructor(ranges: readonly KeyRange[]) {
    this.#ranges = ranges;
  }

  /** Whether an event is in one of them. No event, which has the timestamp NaN, is in none. */
  has(timestamp: number, id: string): boolean {
    if (Number.isNaN(timestamp)) return false;
    for (const { begin, end } of this.#ranges) {
      // Ids are compared only where times are equal.
      const isBefore = begin !== undefined && compareKeys({ timestamp, id }, begin) < 0;
      if (isBefore) return false;
      if (end === undefined || compareKeys({ timestamp, id }, end) < 0) return true;
    }
    return false;
  }
}
