import type { Density } from 'eventglass/client';
import type { Identified, PlacedRows } from './viewport.js';

/** Tells from the counts of events over time about when the event of a rank happened, and the other way round. */
export class DensityTime {
  readonly #density: Density;
  /** The rank that the first event of each part has or would have; the last is that of what comes after `stop`. */
  readonly #firstRanks: Float64Array;

  constructor(density: Density) {
    this.#density = density;
    this.#firstRanks = new Float64Array(density.counts.length + 1);
    let rank = density.before;
    this.#firstRanks[0] = rank;
    for (let i = 0; i < density.counts.length; i++) {
      rank += density.counts[i] ?? 0;
      this.#firstRanks[i + 1] = rank;
    }
  }

  get density(): Density {
    return this.#density;
  }

  /**
   * Milliseconds since 1970, not whole ones: the first event of a part at its begin, those after it evenly
   * over the part. Never goes back as ranks go up, and is in [start, stop] for every rank.
   */
  timeOf(rank: number): number {
    const { start, stop, counts } = this.#density;
    if (rank < this.#rankOf(0)) return start;
    if (rank >= this.#rankOf(counts.length)) return stop;
    const part = this.#partOf(rank);
    const fraction = (rank - this.#rankOf(part)) / (this.#rankOf(part + 1) - this.#rankOf(part));
    return Math.min(start + (part + fraction) * ((stop - start) / counts.length), stop);
  }

  /**
   * About how many events happened before `time`, in ms since 1970: exact between parts, and evenly within one.
   * Never goes down as time goes on. Inverse of `timeOf` for ranks of events in parts.
   */
  rankOf(time: number): number {
    const { start, stop, counts } = this.#density;
    if (time < start) return 0;
    if (time >= stop) return this.#rankOf(counts.length);
    const place = ((time - start) / (stop - start)) * counts.length;
    const part = Math.min(Math.floor(place), counts.length - 1);
    const first = this.#rankOf(part);
    return first + (place - part) * (this.#rankOf(part + 1) - first);
  }

  /** The part that has the event. REQUIRES: a part has it */
  #partOf(rank: number): number {
    let begin = 0;
    let end = this.#density.counts.length;
    while (end - begin > 1) {
      const middle = (begin + end) >>> 1;
      if (this.#rankOf(middle) <= rank) begin = middle;
      else end = middle;
    }
    return begin;
  }

  #rankOf(part: number): number {
    return this.#firstRanks[part] ?? 0;
  }
}

/**
 * About when the event of a rank happened, in ms since 1970: not before a known row above it, nor after one
 * below it. REQUIRES: it is not a known row itself
 */
export function estimatedTimestamp(
  rank: number,
  densityTime: DensityTime,
  known: PlacedRows<Identified>,
): number {
  const timestamp = Math.floor(densityTime.timeOf(rank));
  const first = known.rows[0]?.timestamp ?? timestamp;
  const last = known.rows.at(-1)?.timestamp ?? timestamp;
  return rank < known.begin ? Math.min(timestamp, first) : Math.max(timestamp, last);
}
