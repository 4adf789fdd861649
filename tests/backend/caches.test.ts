import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import {
  type MutationText,
  deleteOf,
  insertOf,
  moveOf,
  updateOf,
} from '../../backend/src/store/mutation_text.js';
import {
  anyChanges,
  mutationOf,
  mutationsBackFrom,
  timelineBegin,
} from './support/changing_timeline.js';
import { naiveFilters, naivePage } from './support/naive_pages.js';
import { eventAt, fetchPage, pageState, startBackend } from './support/test_backend.js';

const rowsType = 'application/vnd.eventglass.rows';
const minuteMs = 60_000;

/** The time of event `n`, `e${n}`: they are so far apart that what happens to one touches no other. */
const timeOf = (n: number): number => timelineBegin + n * 10 * minuteMs;
const eventCount = 40;

/** The events e10 to e19, far from the newest. */
const pastPath = `/data?start=${timeOf(10)}&stop=${timeOf(20)}`;

async function startSparse() {
  const running = await startBackend({ initialCount: 0 });
  const events = Array.from({ length: eventCount }, (_, n) => eventAt(timeOf(n), `e${n}`));
  running.backend.publish(events.map(insertOf));
  return running;
}

interface Ask {
  readonly tag?: string;
  readonly accept?: string;
  readonly method?: 'GET' | 'HEAD';
}

function ask(
  address: string,
  { tag, accept = '*/*', method = 'GET' }: Ask = {},
): Promise<Response> {
  const headers = { Accept: accept, ...(tag === undefined ? {} : { 'If-None-Match': tag }) };
  return fetch(address, { method, headers });
}

async function tagOf(address: string, accept = '*/*'): Promise<string> {
  const response = await ask(address, { accept });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
  const tag = response.headers.get('ETag') ?? 'none';
  expect(tag).toMatch(/^W\/"[\x21\x23-\x7e]+"$/);
  expect(response.headers.get('Cache-Control')).toBe('no-cache');
  return tag;
}

describe('a page of the past', () => {
  test('is not sent again while nothing in its range happens, but its state is', async () => {
    const { backend, url } = await startSparse();
    const address = `${url}${pastPath}&filter=severity:info`;
    const tag = await tagOf(address);
    backend.publish([
      insertOf(eventAt(timeOf(2), 'new before')),
      insertOf(eventAt(timeOf(3), 'other', { severity: 'error' })),
      updateOf('e25', { message: 'changed after' }),
      deleteOf('e30'),
    ]);
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await ask(address, { tag, method });
      expect(answer.status).toBe(304);
      expect(await answer.text()).toBe('');
      expect(pageState(answer)).toEqual({
        ...backend.cursor,
        totalCount: eventCount + 1,
        matchCount: eventCount,
        firstRank: 11,
        coveredBegin: String(timeOf(10)),
        coveredEnd: String(timeOf(20)),
      });
      expect(answer.headers.get('ETag')).toBe(tag);
      expect(answer.headers.get('Cache-Control')).toBe('no-cache');
      expect(answer.headers.get('Vary')).toMatch(/Origin.*Accept.*Accept-Encoding/);
    }
  });

  test.each<[string, MutationText]>([
    ['an insert', insertOf(eventAt(timeOf(15), 'new'))],
    ['an update', updateOf('e15', { message: 'changed' })],
    ['a delete', deleteOf('e15')],
    ['a move in', moveOf(eventAt(timeOf(15), 'e3'))],
    ['a move out', moveOf(eventAt(timeOf(3), 'e15'))],
    ['a move within', moveOf(eventAt(timeOf(17), 'e15'))],
  ])('is sent again after %s', async (_name, mutation) => {
    const { backend, url } = await startSparse();
    const address = url + pastPath;
    const tag = await tagOf(address);
    backend.publish([mutation]);
    expect((await ask(address, { tag, method: 'HEAD' })).status).toBe(200);
    const answer = await ask(address, { tag });
    expect(answer.status).toBe(200);
    const inRange = ({ timestamp }: Event) => timestamp >= timeOf(10) && timestamp < timeOf(20);
    expect(await answer.json()).toEqual((await fetchPage(url)).events.filter(inRange));
    const newTag = answer.headers.get('ETag') ?? 'none';
    expect(newTag).not.toBe(tag);
    expect((await ask(address, { tag: newTag })).status).toBe(304);
  });

  test('is another one where the rank or the limit covers other keys', async () => {
    const { backend, url } = await startSparse();
    const byRank = `${url}/data?rank=10&limit=5`;
    const backward = `${url}/data?stop=${timeOf(20)}&limit=5&direction=backward`;
    const rankTag = await tagOf(byRank);
    const backwardTag = await tagOf(backward);
    backend.publish([insertOf(eventAt(timeOf(2), 'new'))]);
    expect((await ask(byRank, { tag: rankTag })).status).toBe(200);
    expect((await ask(backward, { tag: backwardTag })).status).toBe(304);
  });

  test('has a tag for each format', async () => {
    const { url } = await startSparse();
    const address = url + pastPath;
    const json = await tagOf(address);
    const rows = await tagOf(address, rowsType);
    expect(rows).not.toBe(json);
    expect((await ask(address, { tag: json, accept: rowsType })).status).toBe(200);
    expect((await ask(address, { tag: rows })).status).toBe(200);
    expect((await ask(address, { tag: rows, accept: rowsType })).status).toBe(304);
  });

  test('is known by any of several tags, weak or strong, or by *', async () => {
    const { url } = await startSparse();
    const address = url + pastPath;
    const tag = await tagOf(address);
    const strong = tag.replace('W/', '');
    for (const known of [`"a", ${tag}`, `${tag},"b"`, strong, `W/"c",${strong}`, '*']) {
      expect((await ask(address, { tag: known })).status).toBe(304);
    }
    for (const unknown of ['"a"', strong.replaceAll('"', ''), `${tag}x`, '"*"', ',', '""']) {
      expect((await ask(address, { tag: unknown })).status).toBe(200);
    }
  });

  test('of another epoch is sent anew, though seq, range and address are the same', async () => {
    const settings = { initialCount: 300, seed: 7, historyEndMs: timeOf(0) };
    const first = await startBackend(settings);
    const second = await startBackend(settings);
    const past = (await fetchPage(first.url)).events[150] as Event;
    const path = `/data?start=0&stop=${past.timestamp}`;
    const tag = await tagOf(first.url + path);
    const answer = await ask(second.url + path, { tag });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ETag')).not.toBe(tag);
    expect(pageState(answer).seq).toBe(first.backend.cursor.seq);
    expect(await answer.json()).toEqual(await (await ask(first.url + path)).json());
  });

  test('takes no place among the pages under way where it is not sent', async () => {
    const pageLimits = { maxLargePages: 1 };
    const { backend, url } = await startBackend({ initialCount: 50_001 }, { pageLimits });
    const newest = Date.now() + 60 * minuteMs;
    backend.publish([insertOf(eventAt(newest, 'newest'))]);
    const address = `${url}/data?stop=${newest - 30 * minuteMs}`;
    const tag = (await ask(address, { method: 'HEAD' })).headers.get('ETag') ?? 'none';
    const abort = new AbortController();
    const headers = { 'Accept-Encoding': 'identity' };
    const stalled = await fetch(address, { headers, signal: abort.signal });
    expect(stalled.status).toBe(200);
    expect((await ask(address, { tag })).status).toBe(304);
    expect((await ask(address, { method: 'HEAD' })).status).toBe(200);
    const refused = await ask(address);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('ETag')).toBeNull();
    expect(refused.headers.get('Cache-Control')).toBe('no-store');
    abort.abort();
  });
});

describe('a page that reaches the newest minutes', () => {
  test.each([
    '',
    '?limit=3&direction=backward',
    `?start=${timeOf(10)}`,
    `?stop=${timeOf(eventCount)}`,
    `?stop=${timeOf(eventCount - 1)}`,
    '?filter=severity:info',
  ])('%s is not kept', async (query) => {
    const { url } = await startSparse();
    const answer = await ask(`${url}/data${query}`, { tag: '"a"' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('ETag')).toBeNull();
  });
});

test.each([
  ['/data?limit=0', 400],
  ['/data?filter=severity:', 400],
  [`${pastPath}&after=5,b`, 400],
  ['/data/density?buckets=0', 400],
  ['/data/e99', 404],
])('the error at %s is not kept', async (path, status) => {
  const { url } = await startSparse();
  const answer = await ask(url + path, { tag: '*' });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('Cache-Control')).toBe('no-store');
  expect(answer.headers.get('ETag')).toBeNull();
});

/** A page of the timeline that changes: some minutes of it, by a filter and with few events. */
const anyPage = fc.record({
  begin: fc.nat(9),
  length: fc.integer({ min: 1, max: 4 }),
  filter: fc.option(fc.constantFrom(...naiveFilters), { nil: undefined }),
  direction: fc.constantFrom('forward', 'backward'),
});

test('a cache that asks by tags never shows anything but the page', async () => {
  const { backend, url } = await startBackend({ initialCount: 0 });
  let all: readonly Event[] = [];
  let knownCount = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyPage, { minLength: 1, maxLength: 3 }),
      fc.array(anyChanges, { minLength: 2, maxLength: 5 }),
      async (pages, steps) => {
        // What is newest is far from everything that changes.
        const newest = eventAt(timelineBegin + 60 * minuteMs, 'newest');
        backend.publish([...mutationsBackFrom(all), insertOf(newest)]);
        const kept = new Map<string, { readonly tag: string; readonly events: unknown }>();
        for (const changes of steps) {
          if (changes.length > 0) backend.publish(changes.map(mutationOf));
          all = (await fetchPage(url)).events;
          for (const { begin, length, filter, direction } of pages) {
            const start = timelineBegin + begin * minuteMs;
            const stop = start + length * minuteMs;
            const text = encodeURIComponent(filter?.[0] ?? 'time:*');
            const path = `/data?start=${start}&stop=${stop}&limit=9&direction=${direction}&filter=${text}`;
            const before = kept.get(path);
            const answer = await ask(url + path, before === undefined ? {} : { tag: before.tag });
            const isKnown = answer.status === 304;
            if (isKnown) knownCount++;
            const events: unknown = isKnown ? before?.events : await answer.json();
            kept.set(path, { tag: answer.headers.get('ETag') ?? '', events });
            expect(events).toEqual(
              naivePage(filter === undefined ? all : all.filter(filter[1]), {
                start: { timestamp: start, id: '' },
                stop: { timestamp: stop, id: '' },
                limit: 9,
                direction,
              }),
            );
          }
        }
      },
    ),
    { numRuns: 30 },
  );
  expect(knownCount).toBeGreaterThan(0);
});
