/** Messages of a subscription that are not the engine's; see docs/protocol.md. */
import type { FilterFault } from './client_error.js';
import type { Density } from './density.js';
import { readFilterFault } from './filter_fault.js';
import { isCount, type JsonObject, parseObject, textOf } from './json_values.js';

/** How many events there are, as of the messages before it. */
export interface CountsMessage {
  readonly totalCount: number;
  readonly matchCount: number;
  /** Of the subscription's rank keys, in order. */
  readonly ranks: readonly number[];
}

/** Counts over time, whole or what has changed of them. */
export type DensityMessage =
  | { readonly type: 'whole'; readonly density: Density }
  | {
      readonly type: 'changes';
      readonly before: number;
      /** Parts, by index, and their new counts. */
      readonly changes: readonly (readonly [number, number])[];
    };

export interface ErrorMessage {
  /** Of the subscription that can't be had; `undefined` where the error is about something else. */
  readonly generation: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly filterFault: FilterFault | undefined;
}

/** Parts that the protocol has at most. */
const MAX_DENSITY_BUCKETS = 2_000;

/** `undefined`, as of the others: `text` is no such message. */
export function readCounts(text: string): CountsMessage | undefined {
  const { totalCount, matchCount, ranks } = parseObject(text) ?? {};
  if (!isCount(totalCount) || !isCount(matchCount)) return undefined;
  return isCounts(ranks) ? { totalCount, matchCount, ranks } : undefined;
}

export function readDensity(text: string): DensityMessage | undefined {
  const { start, stop, before, counts, changes } = parseObject(text) ?? {};
  if (!isCount(before)) return undefined;
  if (isChanges(changes)) return { type: 'changes', before, changes };
  const density = toDensity({ start, stop, before, counts });
  return density && { type: 'whole', density };
}

/** What `GET /data/density` and the feed say of the whole of it; `undefined` where it can't be. */
export function toDensity({ start, stop, before, counts }: JsonObject): Density | undefined {
  if (!Number.isFinite(start) || !Number.isFinite(stop) || !isCount(before)) return undefined;
  if (!isCounts(counts) || counts.length === 0 || counts.length > MAX_DENSITY_BUCKETS) {
    return undefined;
  }
  const [begin, end] = [start as number, stop as number];
  return begin < end
    ? { start: begin, stop: end, before, counts: Uint32Array.from(counts) }
    : undefined;
}

export function readError(text: string): ErrorMessage {
  const error = parseObject(text) ?? {};
  const { generation, code, message } = error;
  return {
    generation: isCount(generation) ? generation : undefined,
    code: typeof code === 'string' ? code : '',
    message: textOf(message),
    filterFault: readFilterFault(error),
  };
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

function isChanges(value: unknown): value is readonly (readonly [number, number])[] {
  return Array.isArray(value) && value.every((each) => isCounts(each) && each.length === 2);
}
