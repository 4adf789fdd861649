import type { Cursor, EventKey, KeyRange } from '../types.js';
import { formatBound } from './key_bounds.js';

/** Equal parts of a time range. */
export interface DensityRange {
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly stop: number;
  readonly buckets: number;
}

/** What the feed is asked for; see docs/protocol.md. */
export interface Subscription {
  readonly range: KeyRange;
  /** `''`: all events. */
  readonly filter: string;
  /** Keys whose ranks the feed tells, by what they are for. */
  readonly rankKeys: RankKeys;
  readonly density: DensityRange | undefined;
}

interface RankKeys {
  /** A key within the coverage, by which the window's place in the timeline is known. */
  readonly inWindow: EventKey | undefined;
  /** The key after which events are new to the reader. */
  readonly afterTail: EventKey | undefined;
}

/** The message that asks for it, from `cursor` on. */
export function subscribeMessage(
  generation: number,
  { epoch, seq }: Cursor,
  subscription: Subscription,
): string {
  const { range, filter, density } = subscription;
  return JSON.stringify({
    type: 'subscribe',
    generation,
    epoch,
    afterSeq: seq,
    ranges: [{ begin: boundText(range.begin), end: boundText(range.end) }],
    ...(filter === '' ? {} : { filter }),
    rankKeys: keysInOrder(subscription).map(formatBound),
    ...(density === undefined ? {} : { density }),
  });
}

/** Ranks that the feed tells, by what their keys are for. */
export interface ToldRanks {
  readonly inWindow: number | undefined;
  readonly afterTail: number | undefined;
  /** Of the end of the range that is counted over time. */
  readonly densityStop: number | undefined;
}

/** REQUIRES: the ranks are those of the subscription's message, in order */
export function ranksByKey(subscription: Subscription, ranks: readonly number[]): ToldRanks {
  const left = [...ranks];
  const { inWindow, afterTail } = subscription.rankKeys;
  return {
    inWindow: inWindow && left.shift(),
    afterTail: afterTail && left.shift(),
    densityStop: left.shift(),
  };
}

function keysInOrder({ rankKeys, density }: Subscription): readonly EventKey[] {
  const { inWindow, afterTail } = rankKeys;
  const stop = density && { timestamp: density.stop, id: '' };
  return [inWindow, afterTail, stop].filter((key) => key !== undefined);
}

function boundText(key: EventKey | undefined): string {
  return key === undefined ? 'open' : formatBound(key);
}
