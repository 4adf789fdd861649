import type { EventKey, KeyRange } from 'eventglass';
import { z } from 'zod';

import { maxFilterLength } from '../source/event_source.js';
import { compareKeys, largestTimestampMs, parseBound } from '../store/bounds.js';

/** A window and what is fetched around it is one range; more are for clients with several views. */
const maxRanges = 16;
/** Both ends of a window, the place that a reader left, and room for others. */
const maxRankKeys = 8;
/** As many as a wide screen has pixels. */
const maxFeedBuckets = 2_000;

/** What a client wants to follow. */
export interface Subscription {
  readonly generation: number;
  /** Where to go on from; `undefined`: from now on. */
  readonly epoch: string | undefined;
  readonly afterSeq: number | undefined;
  readonly ranges: readonly KeyRange[];
  readonly filter: string;
  readonly rankKeys: readonly EventKey[];
  readonly density:
    { readonly start: number; readonly stop: number; readonly buckets: number } | undefined;
}

/** A message of a client that can't be used. */
export interface MessageProblem {
  readonly code: 'not_understood' | 'invalid_subscription';
  readonly message: string;
  readonly generation?: number | undefined;
  /** Where in the message. */
  readonly field?: string | undefined;
}

const count = z.int('expected an integer').min(0, 'expected an integer from 0');
const timestamp = z
  .int('expected milliseconds since 1970')
  .min(-largestTimestampMs, 'too early')
  .max(largestTimestampMs, 'too late');

const key = z
  .string('expected a bound')
  .transform((text) => parseBound(text))
  .refine((bound) => bound !== undefined, 'expected a time or a key (timestamp,id)');

const bound = z.union([z.literal('open').transform(() => undefined), key], {
  error: 'expected a time, a key (timestamp,id) or open',
});

const range = z
  .object({ begin: bound, end: bound }, 'expected an object with begin and end')
  .refine(
    ({ begin, end }) => begin === undefined || end === undefined || compareKeys(begin, end) < 0,
    'its end is not after its begin',
  );

const ranges = z
  .array(range, 'expected an array of ranges')
  .max(maxRanges, `more than ${maxRanges} ranges`)
  .refine(areAscending, 'ranges have to ascend and must not overlap');

const subscription = z
  .object({
    type: z.literal('subscribe'),
    generation: z.int('expected an integer').min(1, 'expected an integer from 1'),
    epoch: z.string('expected a string').min(1, 'expected an epoch').optional(),
    afterSeq: count.optional(),
    ranges,
    filter: z
      .string('expected a string')
      .max(maxFilterLength, `longer than ${maxFilterLength} characters`)
      .default(''),
    rankKeys: z
      .array(key, 'expected an array of keys')
      .max(maxRankKeys, `more than ${maxRankKeys} keys`)
      .default([]),
    density: z
      .object({
        start: timestamp,
        stop: timestamp,
        buckets: z
          .int('expected an integer')
          .min(1, 'expected an integer from 1')
          .max(maxFeedBuckets, `more than ${maxFeedBuckets} buckets`),
      })
      .refine(({ start, stop }) => start <= stop, 'its stop is before its start')
      .optional(),
  })
  .refine(({ epoch, afterSeq }) => (epoch === undefined) === (afterSeq === undefined), {
    error: 'a cursor is epoch and afterSeq: both or neither',
    path: ['afterSeq'],
  });

function areAscending(list: readonly KeyRange[]): boolean {
  return list.every(({ begin }, i) => {
    const before = list[i - 1];
    if (before === undefined) return true;
    if (begin === undefined || before.end === undefined) return false;
    return compareKeys(before.end, begin) <= 0;
  });
}

/** Reads a message of a client. */
export function readSubscription(text: string): Subscription | MessageProblem {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { code: 'not_understood', message: 'expected one JSON object' };
  }
  const type = json instanceof Object && 'type' in json ? json.type : undefined;
  if (type !== 'subscribe') {
    return { code: 'not_understood', message: 'expected a message of type subscribe' };
  }
  const result = subscription.safeParse(json);
  if (result.success) return { ...defaults, ...result.data };
  const [issue] = result.error.issues;
  const generation = json instanceof Object && 'generation' in json ? json.generation : undefined;
  const field = z.core.toDotPath(issue?.path ?? []);
  return {
    code: 'invalid_subscription',
    field,
    message: `${field}: ${issue?.message ?? 'not valid'}`,
    ...(typeof generation === 'number' && { generation }),
  };
}

const defaults = { epoch: undefined, afterSeq: undefined, density: undefined };
