import { isDeepStrictEqual } from 'node:util';

import type { KeyRange } from 'eventglass';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import type { Event } from '../../backend/src/event_schema.js';
import {
  type MutationText,
  deleteOf,
  insertOf,
  moveOf,
  updateOf,
} from '../../backend/src/store/mutation_text.js';
import {
  type CountsMessage,
  type DensityMessage,
  type FeedMessage,
  FeedReader,
} from './support/feed_reader.js';
import { FollowingClient, pageParameters } from './support/following_client.js';
import { boundOf, rankOf } from './support/naive_pages.js';
import { eventAt, fetchPage, startBackend } from './support/test_backend.js';
import { type NaivePart, partOf } from './support/timeline_part.js';

/** Filters of the simulation's events, and what they mean. */
const filters: readonly (readonly [string, (event: Event) => boolean])[] = [
  ['', () => true],
  ['severity:error', ({ severity }) => severity === 'error'],
  ['amount>=50', ({ amount = NaN }) => amount >= 50],
  [
    '-severity:info message:e',
    ({ severity, message }) => severity !== 'info' && /e/i.test(message),
  ],
];

/** A part of a timeline that is divided in nine, told by which of them it has. */
interface PartChoice {
  readonly pieces: readonly boolean[];
  readonly filter: number;
}

const pieceCount = 9;
const anyChoice: fc.Arbitrary<PartChoice> = fc.record({
  pieces: fc.array(fc.boolean(), { minLength: pieceCount, maxLength: pieceCount }),
  // Most moves keep the filter, and with it what is held.
  filter: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(filters.length - 1)),
});
const anyMove = fc.record({ choice: anyChoice, batches: fc.array(fc.nat(40), { maxLength: 5 }) });

/** Ranges that all keys are divided into, with bounds that are keys of events, and times alone. */
function divide(events: readonly Event[]): readonly KeyRange[] {
  const bounds = Array.from({ length: pieceCount - 1 }, (_, i) => {
    const { timestamp, id } = events[Math.floor(((i + 1) * events.length) / pieceCount)] as Event;
    return { timestamp, id: i % 3 === 0 ? '' : id };
  });
  return [undefined, ...bounds].map((begin, i) => ({ begin, end: bounds[i] }));
}

describe('a window that moves about', () => {
  test('equals fresh pages wherever it is, while events change', { timeout: 120_000 }, async () => {
    const { backend, url } = await startBackend({}, { feedLimits: { heartbeatMs: 5 } });
    const pieces = divide((await fetchPage(url)).events);
    const choose = ({ pieces: chosen, filter }: PartChoice): NaivePart =>
      partOf(
        pieces.filter((_, i) => chosen[i]),
        filters[filter],
      );
    await fc.assert(
      fc.asyncProperty(fc.array(anyMove, { minLength: 1, maxLength: 8 }), async (moves) => {
        const client = await FollowingClient.open(url);
        for (const { choice, batches } of moves) {
          const part = choose(choice);
          let next = 0;
          await client.follow(part, () => backend.mutate(batches[next++] ?? 0));
          backend.mutate(3);
          await client.caughtUp(backend.cursor.seq);
          const all = (await fetchPage(url)).events;
          expect(client.events).toEqual(all.filter(part.has));
          for (const range of part.ranges) {
            const page = await fetchPage(url, pageParameters(range, part.filter));
            expect(page.events).toEqual(client.events.filter(partOf([range]).has));
          }
        }
        client.reader.socket.close();
      }),
      { numRuns: 15 },
    );
  });
});

const everywhere = [{ begin: 'open', end: 'open' }];

describe('a subscription', () => {
  test('is waited for where the address says so: nothing comes before it', async () => {
    const { backend, url } = await startBackend({}, { feedLimits: { heartbeatMs: 5 } });
    const everyone = await FeedReader.open(url);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/data?subscribe=true`);
    const messages: string[] = [];
    socket.on('message', (data: Buffer) => messages.push(data.toString()));
    await new Promise((resolve) => socket.on('open', resolve));
    backend.mutate(20);
    await everyone.reached(backend.cursor.seq);
    await everyone.first('progress');
    // What was sent before the answer arrives before it.
    socket.send('{"type":"subscribe","generation":1,"ranges":[]}');
    await new Promise((resolve) => socket.once('message', resolve));
    expect(JSON.parse(messages[0] ?? '')).toMatchObject({ type: 'resume', ...backend.cursor });
    socket.close();
    everyone.socket.close();
  });

  test('takes the place of the whole feed, or of the subscription before', async () => {
    const { backend, url } = await startBackend();
    const feed = await FeedReader.open(url);
    const { seq } = backend.cursor;
    backend.mutate(1);
    const answered = (generation: number) => (message: FeedMessage) =>
      message.type === 'resume' && message.generation === generation;
    for (const generation of [1, 2]) {
      feed.subscribe({ generation, ranges: generation === 1 ? everywhere : [] });
      await feed.until(() => feed.messages.some(answered(generation)));
      backend.mutate(1);
    }
    feed.subscribe({ generation: 3, ranges: [] });
    await feed.until(() => feed.messages.some(answered(3)));
    expect(feed.batches.map((batch) => batch.seq)).toEqual([seq + 1, seq + 2]);
    feed.socket.close();
  });

  test('from now on is answered with the present, and gets what follows', async () => {
    const { backend, url } = await startBackend();
    const { cursor, totalCount } = backend;
    const subscription = { generation: 7, ranges: everywhere };
    const feed = await FeedReader.open(url, { subscription });
    await feed.first('counts');
    expect(feed.messages).toEqual([
      { type: 'resume', generation: 7, ...cursor, totalCount },
      { type: 'counts', generation: 7, ...cursor, totalCount, matchCount: totalCount, ranks: [] },
    ]);
    backend.mutate(10);
    await feed.reached(cursor.seq + 10);
    expect(feed.batches).toMatchObject([{ prevSeq: cursor.seq, seq: cursor.seq + 10 }]);
    feed.socket.close();
  });

  test('from a cursor is brought up to date, from one inside a batch as well', async () => {
    const { backend, url } = await startBackend();
    const { epoch, seq } = backend.cursor;
    for (let i = 0; i < 5; i++) backend.mutate(10);
    for (const missed of [0, 10, 23, 49]) {
      const cursor = { epoch, afterSeq: seq + missed };
      const subscription = { generation: 1, ...cursor, ranges: everywhere };
      const feed = await FeedReader.open(url, { subscription });
      await feed.reached(seq + 50);
      expect(feed.messages[0]).toMatchObject({ type: 'resume', generation: 1, seq: seq + missed });
      expect(feed.batches).toMatchObject([{ epoch, prevSeq: seq + missed, seq: seq + 50 }]);
      feed.socket.close();
    }
  });

  test.each([
    ['epoch_changed', (epoch: string, seq: number) => ({ epoch: `not-${epoch}`, afterSeq: seq })],
    ['cursor_in_future', (epoch: string, seq: number) => ({ epoch, afterSeq: seq + 1 })],
    ['log_truncated', (epoch: string) => ({ epoch, afterSeq: 0 })],
  ])('that must be reset because of %s goes on from the present', async (reason, cursorOf) => {
    const { backend, url } = await startBackend();
    backend.mutate(20);
    const { epoch, seq } = backend.cursor;
    const subscription = { generation: 2, ...cursorOf(epoch, seq), ranges: everywhere };
    const feed = await FeedReader.open(url, { subscription });
    expect(feed.messages[0]).toMatchObject({ type: 'reset', generation: 2, reason, epoch, seq });
    backend.mutate(1);
    await feed.reached(seq + 1);
    expect(feed.batches).toMatchObject([{ prevSeq: seq, seq: seq + 1 }]);
    feed.socket.close();
  });

  test('tells an event that leaves as deleted, and one that comes as a whole', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const [a, b] = [eventAt(5, 'a', { severity: 'error' }), eventAt(15, 'b')];
    backend.publish([insertOf(a), insertOf(b)]);
    const feed = await FeedReader.open(url, {
      subscription: {
        generation: 1,
        ranges: [{ begin: '0', end: '10' }],
        filter: 'severity:error',
      },
    });
    const told = async (...mutations: readonly MutationText[]): Promise<unknown> => {
      backend.publish(mutations);
      await feed.reached(backend.cursor.seq);
      return feed.batches.at(-1)?.mutations.map((mutation) => ({ ...mutation, seq: 0 }));
    };
    const gone = [{ op: 'delete', seq: 0, id: 'a' }];
    const whole = (event: Event): unknown => [expect.objectContaining({ seq: 0, event })];
    expect(await told(moveOf({ ...a, timestamp: 15 }))).toEqual(gone);
    expect(await told(moveOf(a))).toEqual(whole(a));
    expect(await told(updateOf('a', { severity: 'info' }))).toEqual(gone);
    expect(await told(updateOf('a', { severity: 'error' }))).toEqual(whole(a));
    expect(await told(updateOf('a', { message: 'm' }))).toEqual([
      { op: 'update', seq: 0, id: 'a', set: { message: 'm' } },
    ]);
    expect(await told(deleteOf('a'))).toEqual(gone);
    expect(
      await told(
        updateOf('b', { severity: 'error' }),
        moveOf({ ...b, timestamp: 5, severity: 'error' }),
      ),
    ).toEqual([expect.objectContaining({ event: { ...b, timestamp: 5, severity: 'error' } })]);
    feed.socket.close();
  });
});

describe('counts and density', () => {
  test('are told once, and again with whatever changes them', async () => {
    const limits = { countsMs: 5, heartbeatMs: 5 };
    const { backend, url } = await startBackend({}, { feedLimits: limits });
    const { events } = await fetchPage(url);
    const [begin, end] = [events[100], events[400]] as [Event, Event];
    const buckets = 40;
    const [start, stop] = [begin.timestamp, end.timestamp];
    const feed = await FeedReader.open(url, {
      subscription: {
        generation: 3,
        ranges: [],
        filter: 'severity:error',
        rankKeys: [boundOf(begin), boundOf(end)],
        density: { start, stop, buckets },
      },
    });
    for (let i = 0; i < 20; i++) {
      backend.mutate(30);
      await feed.caughtUp(backend.cursor.seq);
    }
    const { cursor } = backend;
    const all = (await fetchPage(url)).events;
    const matching = all.filter(({ severity }) => severity === 'error');
    const ranks = [rankOf(matching, begin), rankOf(matching, end)];
    const last = { totalCount: all.length, matchCount: matching.length, ranks };
    const parameters = { start: String(start), stop: String(stop), filter: 'severity:error' };
    const query = new URLSearchParams({ ...parameters, buckets: String(buckets) }).toString();
    const density = (await (await fetch(`${url}/data/density?${query}`)).json()) as DensityAnswer;

    await feed.until(
      () =>
        isDeepStrictEqual(stripped(countsOf(feed).at(-1)), last) &&
        isDeepStrictEqual(densityOf(feed), { before: density.before, counts: density.counts }),
    );
    for (const message of [...countsOf(feed), ...densitiesOf(feed)]) {
      expect(message).toMatchObject({ generation: 3, epoch: cursor.epoch });
    }
    countsOf(feed).forEach((counts, i, list) => {
      expect(counts.seq).not.toBe(list[i - 1]?.seq);
    });
    for (const message of densitiesOf(feed).slice(1)) {
      expect('changes' in message && message.changes.every(([bucket]) => bucket < buckets)).toBe(
        true,
      );
    }
    expect(densitiesOf(feed)[0]).toMatchObject({ start, stop });
    expect(countsOf(feed).length).toBeGreaterThan(1);
    expect(densitiesOf(feed).length).toBeGreaterThan(1);
    feed.socket.close();
  });

  test('are told after what they count, and no more often than they may', async () => {
    const limits = { countsMs: 3_600_000, heartbeatMs: 5 };
    const { backend, url } = await startBackend({}, { feedLimits: limits });
    const { epoch, seq } = backend.cursor;
    backend.mutate(100);
    const density = { start: 0, stop: 1, buckets: 2_000 };
    const cursor = { epoch, afterSeq: seq };
    const subscription = { generation: 1, ...cursor, ranges: everywhere, density };
    const feed = await FeedReader.open(url, { subscription });
    await feed.received(4);
    for (let i = 0; i < 10; i++) backend.mutate(100);
    await feed.reached(backend.cursor.seq);
    const told = feed.messages.filter(({ type }) => type !== 'progress');
    const types = told.map(({ type }) => type);
    expect(types.slice(0, 4)).toEqual(['resume', 'batch', 'counts', 'density']);
    expect(new Set(types.slice(4))).toEqual(new Set(['batch']));
    expect(told[2]).toMatchObject({ seq: seq + 100 });
    expect(told[3]).toMatchObject({
      seq: seq + 100,
      counts: Array.from({ length: 2_000 }, () => 0),
    });
    feed.socket.close();
  });
});

interface DensityAnswer {
  readonly before: number;
  readonly counts: readonly number[];
}

function countsOf({ messages }: FeedReader): readonly CountsMessage[] {
  return messages.filter((message) => message.type === 'counts');
}

function densitiesOf({ messages }: FeedReader): readonly DensityMessage[] {
  return messages.filter((message) => message.type === 'density');
}

function stripped(counts: CountsMessage | undefined): unknown {
  if (counts === undefined) return undefined;
  const { totalCount, matchCount, ranks } = counts;
  return { totalCount, matchCount, ranks };
}

/** What the messages about density come to. */
function densityOf(feed: FeedReader): DensityAnswer {
  let counts: number[] = [];
  let before = 0;
  for (const message of densitiesOf(feed)) {
    before = message.before;
    if ('counts' in message) counts = [...message.counts];
    else for (const [bucket, count] of message.changes) counts[bucket] = count;
  }
  return { before, counts };
}
