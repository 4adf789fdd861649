/** Events of the timeline over time, loaded or not: those of the filter, where there is one. */
export interface Density {
  /** Milliseconds since 1970. `[start, stop)` has as many equal parts as there are counts. */
  readonly start: number;
  /** Milliseconds since 1970. */
  readonly stop: number;
  /** Events before `start`. */
  readonly before: number;
  /** Events in each part. */
  readonly counts: Uint32Array;
}

/** An estimate of the events before a time: exact between parts, and even within one. */
export function rankAtTime({ start, stop, before, counts }: Density, time: number): number {
  if (time < start) return 0;
  const place = ((time - start) / (stop - start)) * counts.length;
  let rank = before;
  for (const [i, count] of counts.entries()) {
    if (i + 1 > place) return rank + Math.max(0, place - i) * count;
    rank += count;
  }
  return rank;
}

/** An estimate of the time, in ms, by which `rank` events have happened; `undefined` where that is not in `[start, stop)`. */
export function timeAtRank(
  { start, stop, before, counts }: Density,
  rank: number,
): number | undefined {
  if (rank < before) return undefined;
  const width = (stop - start) / counts.length;
  let left = rank - before;
  for (const [i, count] of counts.entries()) {
    if (left < count) return start + (i + left / count) * width;
    left -= count;
  }
  return undefined;
}
