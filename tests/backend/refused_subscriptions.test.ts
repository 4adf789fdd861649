import { readFile, readdir } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { defaultFeedLimits } from '../../backend/src/feed/feed_limits.js';
import { maxFilterViews } from '../../backend/src/source/filter_views.js';
import { FeedReader, type FeedReaderOptions } from './support/feed_reader.js';
import { FollowingClient } from './support/following_client.js';
import { fetchPage, startBackend } from './support/test_backend.js';
import { partOf } from './support/timeline_part.js';

const everywhere = [{ begin: 'open', end: 'open' }];

const fixtures = new URL('../fixtures/wire/', import.meta.url);
const hostileNames = (await readdir(fixtures)).filter((name) =>
  name.startsWith('hostile_subscribe_'),
);
const hostile = await Promise.all(
  hostileNames.map(
    async (name) => [name, await readFile(new URL(name, fixtures), 'utf8')] as const,
  ),
);

/** A subscription that nothing is wrong with but these fields. */
function withFields(fields: object): string {
  return JSON.stringify({ type: 'subscribe', generation: 5, ranges: everywhere, ...fields });
}

const ascending = Array.from({ length: 10_000 }, (_, i) => ({
  begin: `${2 * i}`,
  end: `${2 * i + 1}`,
}));

/** Messages that are no subscriptions. */
const notUnderstood: readonly (readonly [string, string | Buffer])[] = [
  ['no JSON', 'subscribe'],
  ['half a message', withFields({}).slice(0, 40)],
  ['an array', '[]'],
  ['null', 'null'],
  ['a number', '1'],
  ['no type', '{"generation":1,"ranges":[]}'],
  ['another type', '{"type":"batch"}'],
  ['a type that is no text', '{"type":["subscribe"]}'],
  ['deep nesting', '['.repeat(60_000)],
  ['a binary frame', Buffer.from(withFields({}))],
];

/** Subscriptions that a field makes unusable, and which. */
const invalid: readonly (readonly [string, object, string])[] = [
  ['no generation', { generation: undefined }, 'generation'],
  ['a generation of 0', { generation: 0 }, 'generation'],
  ['half a generation', { generation: 1.5 }, 'generation'],
  ['the generation before', { generation: 1 }, 'generation'],
  ['no ranges', { ranges: undefined }, 'ranges'],
  ['17 ranges', { ranges: ascending.slice(0, 17) }, 'ranges'],
  ['many more ranges', { ranges: ascending.slice(0, 2_000) }, 'ranges'],
  ['an empty range', { ranges: [{ begin: '5,a', end: '5,a' }] }, 'ranges[0]'],
  ['an inverted range', { ranges: [{ begin: '6', end: '5,a' }] }, 'ranges[0]'],
  ['a bound that is none', { ranges: [{ begin: '5,%', end: 'open' }] }, 'ranges[0].begin'],
  ['descending ranges', { ranges: [ascending[1], ascending[0]] }, 'ranges'],
  ['overlapping ranges', { ranges: [{ begin: '0', end: '3' }, ascending[1]] }, 'ranges'],
  ['a range after an open one', { ranges: [{ begin: '5', end: 'open' }, ascending[9]] }, 'ranges'],
  ['half a cursor', { epoch: 'e' }, 'afterSeq'],
  ['the other half', { afterSeq: 5 }, 'afterSeq'],
  ['a seq below 0', { epoch: 'e', afterSeq: -1 }, 'afterSeq'],
  ['nine rank keys', { rankKeys: '123456789'.split('') }, 'rankKeys'],
  ['a filter that is no text', { filter: 5 }, 'filter'],
  ['a filter that is too long', { filter: 'x'.repeat(4_097) }, 'filter'],
  ['too many buckets', { density: { start: 0, stop: 1, buckets: 2_001 } }, 'density.buckets'],
  ['density from end to begin', { density: { start: 1, stop: 0, buckets: 1 } }, 'density'],
];

/** A backend, and a client that has to get everything whatever another one does: `check` lets something happen. */
async function startWithBystander() {
  const running = await startBackend(
    { initialCount: 50 },
    { feedLimits: { heartbeatMs: 3_600_000 } },
  );
  const { backend, url } = running;
  const bystander = await FollowingClient.open(url);
  await bystander.follow(partOf([{ begin: undefined, end: undefined }]), () => undefined);
  const check = async (): Promise<void> => {
    backend.mutate(20);
    await bystander.caughtUp(backend.cursor.seq);
    expect(bystander.events).toEqual((await fetchPage(url)).events);
  };
  return { ...running, check };
}

const subscription = { generation: 1, ranges: everywhere };

describe('messages that can not be had', () => {
  /** Sends `message`, and answers the error; the subscription before goes on, and so does everyone else. */
  async function refusalOf(message: string | Buffer) {
    const { backend, url, check } = await startWithBystander();
    const feed = await FeedReader.open(url, { subscription });
    feed.socket.send(message);
    const error = await feed.first('error');
    expect(error.message.length).toBeLessThan(200);
    await check();
    await feed.reached(backend.cursor.seq);
    expect(feed.batches).toHaveLength(1);
    return error;
  }

  test.each(notUnderstood)('%s', async (_, message) => {
    expect(await refusalOf(message)).toMatchObject({ code: 'not_understood' });
  });

  test.each(invalid)('%s', async (_, fields, field) => {
    const error = await refusalOf(withFields(fields));
    expect(error).toMatchObject({ code: 'invalid_subscription', field });
    expect(error.message).toContain(`${field}: `);
  });

  test('a filter that does not parse', async () => {
    const error = await refusalOf(withFields({ filter: 'amount>=' }));
    const expected = "expected a number after '>='";
    const fault = { generation: 5, begin: 8, end: 8, expected };
    expect(error).toMatchObject({ code: 'invalid_filter', ...fault });
  });

  test('each fixture is answered with an error that names its generation', async () => {
    const { url } = await startBackend({ initialCount: 1 });
    expect(hostile.length).toBeGreaterThanOrEqual(8);
    for (const [name, text] of hostile) {
      const feed = await FeedReader.open(url, { subscription: { generation: 1, ranges: [] } });
      feed.socket.send(text.replace('"generation":1', '"generation":2'));
      const error = await feed.first('error');
      const { type } = JSON.parse(text) as { readonly type: string };
      if (type !== 'subscribe') expect(error, name).toMatchObject({ code: 'not_understood' });
      else expect(error, name).toMatchObject({ generation: name.includes('zero') ? 0 : 2 });
      feed.socket.close();
    }
  });
});

/** Waits until the backend has let go of those that closed. */
async function noMoreClientsThan(url: string, count: number): Promise<void> {
  const read = async (): Promise<number> =>
    ((await (await fetch(`${url}/health`)).json()) as { readonly clients: number }).clients;
  while ((await read()) > count) await new Promise((resolve) => setImmediate(resolve));
}

describe('more than a client may', () => {
  test('messages that can not be had: ten are answered, one more ends it', async () => {
    const { url, check } = await startWithBystander();
    const feed = await FeedReader.open(url, { subscription });
    for (let i = 0; i < 11; i++)
      feed.socket.send(i % 2 === 0 ? '[]' : withFields({ generation: -i }));
    expect(await feed.closed).toMatchObject({ code: 1008 });
    expect(feed.messages.filter(({ type }) => type === 'error')).toHaveLength(10);
    await check();
  });

  test('subscriptions: forty in a second are answered, one more ends it', async () => {
    const { url, check } = await startWithBystander();
    const feed = await FeedReader.open(url, { subscription });
    for (let i = 2; i <= 40; i++) feed.subscribe({ generation: i, ranges: [] });
    await feed.until(() => feed.messages.filter(({ type }) => type === 'resume').length === 40);
    feed.subscribe({ generation: 41, ranges: [] });
    expect(await feed.closed).toMatchObject({ code: 1008 });
    await check();
  });

  test('subscriptions: forty in the next second as well', async () => {
    const { url } = await startBackend({}, { feedLimits: { heartbeatMs: 5 } });
    const feed = await FeedReader.open(url, { subscription });
    for (let i = 2; i <= 100; i++) {
      feed.subscribe({ generation: i, ranges: [] });
      const count = feed.messages.filter(({ type }) => type === 'progress').length;
      if (i % 20 === 0) {
        await feed.until(
          () => feed.messages.filter(({ type }) => type === 'progress').length > count + 1,
        );
      }
    }
    const isLast = (message: FeedReader['messages'][number]): boolean =>
      message.type === 'resume' && message.generation === 100;
    await feed.until(() => feed.messages.some(isLast));
    feed.socket.close();
  });

  test('bytes: ten thousand ranges are too long a message', async () => {
    const { url, check } = await startWithBystander();
    const feed = await FeedReader.open(url, { subscription });
    const message = withFields({ ranges: ascending });
    expect(message.length).toBeGreaterThan(defaultFeedLimits.maxMessageBytes);
    feed.socket.send(message);
    expect(await feed.closed).toMatchObject({ code: 1009 });
    await check();
  });

  test('filters: a subscription with one more than can be kept up to date', async () => {
    const { url, check } = await startWithBystander();
    const open = (filter: string): Promise<FeedReader> => {
      const options: FeedReaderOptions = { subscription: { ...subscription, filter } };
      return FeedReader.open(url, options);
    };
    const feeds: FeedReader[] = [];
    for (let i = 0; i < maxFilterViews; i++) feeds.push(await open(`amount>${i}`));
    const [first] = feeds as [FeedReader];
    first.subscribe({ generation: 2, ranges: everywhere, filter: 'one more' });
    expect(await first.first('error')).toMatchObject({ code: 'too_many_filters', generation: 2 });
    await check();
    // It keeps the one it had; once another leaves there is room.
    expect((await open('amount>1')).messages[0]).toMatchObject({ type: 'resume' });
    feeds[5]?.socket.close();
    await feeds[5]?.closed;
    await noMoreClientsThan(url, maxFilterViews + 1);
    first.subscribe({ generation: 3, ranges: everywhere, filter: 'one more' });
    const isAnswer = (message: FeedReader['messages'][number]): boolean =>
      'generation' in message && message.generation === 3;
    await first.until(() => first.messages.some(isAnswer));
    expect(first.messages.find(isAnswer)).toMatchObject({ type: 'resume' });
  });
});

test('the longest subscription that keeps all limits is short enough', async () => {
  const { url } = await startBackend({ initialCount: 1 });
  const id = '%C3%BC'.repeat(512);
  const keys = Array.from({ length: 32 }, (_, i) => `${8_640_000_000_000_000 - 32 + i},${id}`);
  const ranges = keys.flatMap((begin, i) => (i % 2 === 0 ? [{ begin, end: keys[i + 1] }] : []));
  const longest = {
    generation: Number.MAX_SAFE_INTEGER,
    epoch: 'x'.repeat(12),
    afterSeq: Number.MAX_SAFE_INTEGER,
    ranges,
    rankKeys: keys.slice(0, 8),
    filter: `"${'x'.repeat(4_000)}"`,
    density: { start: -8.64e15, stop: 8.64e15, buckets: 2_000 },
  };
  const feed = await FeedReader.open(url, { subscription: longest });
  expect(feed.messages[0]).toMatchObject({ type: 'reset', reason: 'epoch_changed' });
  feed.socket.close();
});
