import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import {
  anyChanges,
  mutationOf,
  mutationsBackFrom,
  timelineBegin,
  timelineMinutes,
} from './support/changing_timeline.js';
import { naiveFilters } from './support/naive_pages.js';
import { eventAt, fetchPage, startBackend } from './support/test_backend.js';

interface DensityAnswer {
  readonly start: number;
  readonly stop: number;
  readonly counts: readonly number[];
}

async function fetchDensity(
  url: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<DensityAnswer> {
  const response = await fetch(`${url}/data/density?${new URLSearchParams(parameters).toString()}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  return (await response.json()) as DensityAnswer;
}

/** Counts as the protocol defines them: by looking at every event for every part. */
function naiveCounts(
  events: readonly Event[],
  {
    start,
    stop,
    buckets,
  }: { readonly start: number; readonly stop: number; readonly buckets: number },
): readonly number[] {
  const width = (stop - start) / buckets;
  return Array.from({ length: buckets }, (_, b) => {
    const begin = start + b * width;
    const end = start + (b + 1) * width;
    return events.filter(({ timestamp }) => begin <= timestamp && timestamp < end).length;
  });
}

const anyTime = fc.oneof(
  fc.integer({ min: -1, max: timelineMinutes }).map((n) => timelineBegin + n * 60_000),
  fc.integer({ min: timelineBegin - 1_000, max: timelineBegin + timelineMinutes * 60_000 }),
);

describe('GET /data/density', () => {
  test('counts as looking at every event does, while they change', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    let all: readonly Event[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.record({ start: anyTime, stop: anyTime }, { requiredKeys: [] }),
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
        fc.constantFrom('ms', 'iso'),
        fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }),
        anyChanges,
        async (range, buckets, notation, filter, changes) => {
          backend.publish(mutationsBackFrom(all));
          if (changes.length > 0) backend.publish(changes.map(mutationOf));
          all = (await fetchPage(url)).events;
          const events = filter === undefined ? all : all.filter(filter[1]);
          const times = all.map(({ timestamp }) => timestamp);
          const { start = Math.min(...times), stop = Math.max(...times) + 1 } = range;
          fc.pre(start <= stop);

          const write = (ms: number) =>
            notation === 'ms' ? String(ms) : new Date(ms).toISOString();
          const answer = await fetchDensity(url, {
            ...(range.start === undefined ? {} : { start: write(range.start) }),
            ...(range.stop === undefined ? {} : { stop: write(range.stop) }),
            ...(buckets === undefined ? {} : { buckets: String(buckets) }),
            ...(filter === undefined ? {} : { filter: filter[0] }),
          });
          expect(answer).toEqual({
            ...backend.cursor,
            start,
            stop,
            totalCount: all.length,
            matchCount: events.length,
            before: events.filter(({ timestamp }) => timestamp < start).length,
            counts: naiveCounts(events, { start, stop, buckets: buckets ?? 200 }),
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('sums are ranks: before and counts add up to all that match', async () => {
    const { url } = await startBackend();
    const { events } = await fetchPage(url);
    const start = (events[123] as Event).timestamp;
    const answer = await fetchDensity(url, { start: String(start), buckets: '10000' });
    expect(answer.counts).toHaveLength(10_000);
    const before = events.filter(({ timestamp }) => timestamp < start).length;
    expect(answer).toMatchObject({ before });
    expect(before + answer.counts.reduce((sum, count) => sum + count)).toBe(events.length);
  });

  test('answers zeros for an empty timeline and for ranges where nothing is', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const zeros = [0, 0, 0];
    expect(await fetchDensity(url, { buckets: '3' })).toMatchObject({ counts: zeros, before: 0 });
    backend.publish([insertOf(eventAt(5, 'a')), insertOf(eventAt(5, 'b'))]);
    const read = (range: Record<string, string>) => fetchDensity(url, { ...range, buckets: '3' });
    expect(await read({ start: '6', stop: '9' })).toMatchObject({ counts: zeros, before: 2 });
    expect(await read({ start: '5', stop: '5' })).toMatchObject({ counts: zeros, before: 0 });
    // One end is told and the other, which is not, lies before it.
    expect(await read({ start: '2100-01-01' })).toMatchObject({ counts: zeros, before: 2 });
    expect(await read({ stop: '-9' })).toMatchObject({ counts: zeros, before: 0 });
  });

  test.each([
    ['start=2&stop=1', 'start', 'after stop'],
    ['start=5,evt_7', 'start', 'not a time'],
    ['start=open', 'start', 'not a time'],
    ['stop=yesterday', 'stop', 'not a time'],
    ['stop=8640000000000001', 'stop', 'not a time'],
    ['start=', 'start', 'no value'],
    ['buckets=0', 'buckets', 'integer from 1 to 10000'],
    ['buckets=10001', 'buckets', 'integer from 1 to 10000'],
    ['buckets=1.5', 'buckets', 'integer from 1 to 10000'],
    [`filter=${'x'.repeat(4_097)}`, 'filter', 'longer than 4096 characters'],
    ['limit=5', 'limit', 'unknown'],
  ])('%s is answered with 400', async (query, parameter, reason) => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data/density?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'invalid_parameter', parameter });
    expect(error['message']).toContain(reason);
  });

  test('leaves events within reach whose ids are called so', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const ids = ['density', 'Density', 'density/'];
    backend.publish(ids.map((id) => insertOf(eventAt(5, id))));
    for (const path of ['%64ensity', 'Density', 'density%2F']) {
      const response = await fetch(`${url}/data/${path}`);
      expect(await response.json()).toMatchObject({ id: decodeURIComponent(path) });
    }
    expect(await fetchDensity(url)).toMatchObject({ totalCount: 3 });
  });
});
