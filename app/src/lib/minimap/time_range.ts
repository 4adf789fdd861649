/** Times in `[beginMs, endMs)`, in ms since 1970. */
export interface TimeRange {
  readonly beginMs: number;
  readonly endMs: number;
}

export function lengthMs({ beginMs, endMs }: TimeRange): number {
  return endMs - beginMs;
}

/** Where `timeMs` is on a strip `widthPx` wide that shows `range`; outside it, if that is where the time is. */
export function pxAtTime(timeMs: number, range: TimeRange, widthPx: number): number {
  return ((timeMs - range.beginMs) / lengthMs(range)) * widthPx;
}

/** The time at a pixel of the strip. Inverse of `pxAtTime`. REQUIRES: widthPx > 0 */
export function timeAtPx(px: number, range: TimeRange, widthPx: number): number {
  return range.beginMs + (px / widthPx) * lengthMs(range);
}

/** `range` moved into `whole`, and no longer than it. */
export function clampedRange(range: TimeRange, whole: TimeRange): TimeRange {
  const length = Math.min(lengthMs(range), lengthMs(whole));
  const beginMs = Math.min(Math.max(range.beginMs, whole.beginMs), whole.endMs - length);
  return { beginMs, endMs: beginMs + length };
}

/**
 * `range` made longer by `factor`, or shorter, with `timeMs` at the pixel where it was. It stays in `whole`, and is
 * no shorter than `leastMs` unless `whole` is.
 */
export function zoomedRange(
  range: TimeRange,
  timeMs: number,
  factor: number,
  limits: { readonly whole: TimeRange; readonly leastMs: number },
): TimeRange {
  const length = Math.max(lengthMs(range) * factor, limits.leastMs);
  const share = (timeMs - range.beginMs) / lengthMs(range);
  const beginMs = timeMs - share * length;
  return clampedRange({ beginMs, endMs: beginMs + length }, limits.whole);
}

/** `range` moved by a part of its length, within `whole`. */
export function pannedRange(range: TimeRange, share: number, whole: TimeRange): TimeRange {
  const byMs = share * lengthMs(range);
  return clampedRange({ beginMs: range.beginMs + byMs, endMs: range.endMs + byMs }, whole);
}

/** `range` moved by as little as brings `timeMs` into it. */
export function rangeWith(timeMs: number, range: TimeRange): TimeRange {
  const byMs = Math.min(timeMs - range.beginMs, 0) + Math.max(timeMs - range.endMs, 0);
  return { beginMs: range.beginMs + byMs, endMs: range.endMs + byMs };
}

/**
 * `range` moved along where `times`, which were in sight as `before`, have left it: by as little as brings them back. Who
 * has moved it away from them keeps it.
 */
export function followingRange(range: TimeRange, before: TimeRange, times: TimeRange): TimeRange {
  const isInSight = ({ beginMs, endMs }: TimeRange): boolean =>
    endMs >= range.beginMs && beginMs <= range.endMs;
  if (!isInSight(before) || isInSight(times)) return range;
  return rangeWith(times.endMs < range.beginMs ? times.beginMs : times.endMs, range);
}
