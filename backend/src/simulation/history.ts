import type { MutationText } from '../store/mutation_text.js';
import type { EventMaker } from './event_maker.js';
import type { Random } from './random.js';
import { scale } from './third_parties.js';
import { WeightedChoice } from './weighted_choice.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** One part of the history in which events come evenly. */
const bucketMs = 10 * minuteMs;
const bucketsPerDay = dayMs / bucketMs;

/** Of all buckets: those in which nearly nothing happens (an outage, a holiday). */
const quietShare = 0.02;
/** Seconds-long bursts (an import, a retry storm), and the part of all events that they hold. */
const burstCount = 120;
const burstShare = 0.15;
const burstMs = { min: 2_000, max: 4 * minuteMs };
/** Of all events: those that begin a run at one and the same millisecond, and how long runs get. */
const runShare = 0.02;
const runLength = { min: 2, max: 60 };

/**
 * How busy a bucket is. The history ends in a busy hour wherever on the clock that is, so that the
 * same seed gives the same history at any time of the day.
 */
function bucketWeight(daysBeforeEnd: number, random: Random): number {
  const phase = daysBeforeEnd % 1;
  const daily = 0.15 + (0.5 + 0.5 * Math.cos(2 * Math.PI * phase)) ** 1.5;
  const isWeekend = Math.floor(daysBeforeEnd) % 7 >= 5;
  const noise = random.between(0.7, 1.3);
  const quiet = random.chance(quietShare) ? 0.01 : 1;
  return daily * noise * quiet * (isWeekend ? 0.4 : 1);
}

/**
 * The timestamps of a history: ascending, in the `historyDays` before `endMs`, with a daily rhythm,
 * weekends, bursts, quiet hours and runs of equal timestamps.
 */
export function historyTimestamps(count: number, endMs: number, random: Random): Float64Array {
  const bucketCount = scale.historyDays * bucketsPerDay;
  const buckets = Array.from({ length: bucketCount }, (_, index) => index);
  const bucketChoice = new WeightedChoice(buckets, (index) =>
    bucketWeight((index + 0.5) / bucketsPerDay, random),
  );
  const inBucket = (): number => (bucketChoice.draw(random) + random.fraction()) * bucketMs;
  const bursts = Array.from({ length: burstCount }, () => ({
    age: inBucket(),
    length: random.logBetween(burstMs.min, burstMs.max),
  }));

  const timestamps = new Float64Array(count);
  const lengthMs = bucketCount * bucketMs;
  for (let i = 0; i < count; i++) {
    let age = inBucket();
    if (random.chance(burstShare)) {
      const burst = random.pick(bursts);
      age = Math.min(burst.age + random.fraction() * burst.length, lengthMs);
    }
    timestamps[i] = endMs - Math.max(Math.ceil(age), 1);
  }
  timestamps.sort();
  makeRuns(timestamps, random);
  return timestamps;
}

/** Sets some runs of neighbours to one timestamp, in place. The order stays ascending. */
function makeRuns(timestamps: Float64Array, random: Random): void {
  for (let i = 0; i < timestamps.length; i++) {
    if (!random.chance(runShare)) continue;
    const length = Math.floor(random.logBetween(runLength.min, runLength.max));
    const end = Math.min(i + length, timestamps.length);
    timestamps.fill(timestamps[i] as number, i, end);
    i = end - 1;
  }
}

/**
 * The inserts of a history, oldest event first, in chunks: a million of them at once would take
 * hundreds of megabytes.
 */
export function* historyChunks(
  timestamps: Float64Array,
  maker: EventMaker,
  chunkLength: number,
): Generator<readonly MutationText[]> {
  for (let begin = 0; begin < timestamps.length; begin += chunkLength) {
    const chunk = timestamps.subarray(begin, begin + chunkLength);
    yield Array.from(chunk, (timestamp) => maker.insertAt(timestamp));
  }
}
