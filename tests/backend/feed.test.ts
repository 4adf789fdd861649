import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { defaultFeedLimits } from '../../backend/src/feed/feed_limits.js';
import { BurstSchedule } from '../../backend/src/simulation/burst_schedule.js';
import { maxGatheredMutations } from '../../backend/src/source/embedded_selection.js';
import { FeedReader, refusedUpgrade } from './support/feed_reader.js';
import { NaiveTimeline } from './support/naive_timeline.js';
import { fetchPage, startBackend } from './support/test_backend.js';

describe('the feed', () => {
  test('streams every mutation to a client that asks for nothing', async () => {
    const { backend, url } = await startBackend();
    const feed = await FeedReader.open(url);
    const { cursor, totalCount } = backend;
    expect(feed.messages).toEqual([{ type: 'resume', ...cursor, totalCount }]);

    for (let i = 0; i < 10; i++) backend.mutate(1 + i * 7);
    await feed.reached(backend.cursor.seq);
    let seq = cursor.seq;
    for (const batch of feed.batches) {
      expect(batch).toMatchObject({ epoch: cursor.epoch, prevSeq: seq });
      for (const mutation of batch.mutations) expect(mutation.seq).toBe(++seq);
      expect(batch.seq).toBe(seq);
    }
    expect(seq).toBe(backend.cursor.seq);
    feed.socket.close();
  });

  test('an old page and the feed after it equal a later page', async () => {
    const { backend, url } = await startBackend();
    backend.mutate(50);
    const page = await fetchPage(url);
    backend.mutate(400);
    const feed = await FeedReader.open(url, { query: `epoch=${page.epoch}&seq=${page.seq}` });
    backend.mutate(400);
    await feed.reached(backend.cursor.seq);
    const model = new NaiveTimeline(page.events);
    for (const batch of feed.batches) model.apply(batch);
    expect(model.events()).toEqual((await fetchPage(url)).events);
    feed.socket.close();
  });

  test('an update that moves an event carries all of it', async () => {
    const { backend, url } = await startBackend();
    const model = new NaiveTimeline((await fetchPage(url)).events);
    const feed = await FeedReader.open(url);
    for (let i = 0; i < 10; i++) backend.mutate(100);
    await feed.reached(backend.cursor.seq);
    let moveCount = 0;
    for (const batch of feed.batches) {
      for (const mutation of batch.mutations) {
        if (mutation.op !== 'update') continue;
        if ('set' in mutation) {
          expect(mutation.set).not.toHaveProperty('timestamp');
          expect(Object.keys(mutation.set).length).toBeGreaterThan(0);
        } else {
          moveCount++;
          const before = model.get(mutation.event.id);
          expect(mutation.event).toEqual({ ...before, timestamp: mutation.event.timestamp });
          expect(mutation.event.timestamp).not.toBe(before?.timestamp);
        }
      }
      model.apply(batch);
    }
    expect(moveCount).toBeGreaterThan(10);
    feed.socket.close();
  });

  test('progress comes while nothing happens', async () => {
    const { backend, url } = await startBackend({}, { feedLimits: { heartbeatMs: 5 } });
    const feed = await FeedReader.open(url);
    const { cursor, totalCount } = backend;
    expect(await feed.first('progress')).toEqual({ type: 'progress', ...cursor, totalCount });
    feed.socket.close();
  });

  test('mutates by the clock when it is given a rate', async () => {
    const startedMs = performance.now();
    const { backend, url } = await startBackend({
      initialCount: 500,
      seed: 1,
      mutationRate: 2_000,
    });
    const feed = await FeedReader.open(url);
    await feed.reached(3_500);
    const count = backend.cursor.seq - 500;
    const dueCount = new BurstSchedule(1, 2_000).dueAt((performance.now() - startedMs) / 1_000);
    expect(count).toBeGreaterThanOrEqual(3_000);
    expect(count).toBeLessThanOrEqual(dueCount);
    feed.socket.close();
  });

  test('counts its clients', async () => {
    const { url } = await startBackend();
    const feeds = [await FeedReader.open(url), await FeedReader.open(url)];
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ clients: 2 });
    for (const feed of feeds) feed.socket.close();
  });
});

describe('resuming', () => {
  test('from the present goes on without a batch', async () => {
    const { backend, url } = await startBackend();
    const { epoch, seq } = backend.cursor;
    const feed = await FeedReader.open(url, { query: `epoch=${epoch}&seq=${seq}` });
    expect(feed.messages).toMatchObject([{ type: 'resume', epoch, seq }]);
    backend.mutate(3);
    await feed.reached(seq + 3);
    expect(feed.batches).toMatchObject([{ prevSeq: seq, seq: seq + 3 }]);
    feed.socket.close();
  });

  test('from the past replays what was missed, from a cursor inside a batch as well', async () => {
    const { backend, url } = await startBackend();
    const { epoch, seq } = backend.cursor;
    for (let i = 0; i < 5; i++) backend.mutate(10);
    for (const missed of [0, 10, 23]) {
      const query = `epoch=${epoch}&seq=${seq + missed}`;
      const feed = await FeedReader.open(url, { query });
      await feed.reached(seq + 50);
      expect(feed.messages[0]).toMatchObject({ type: 'resume', epoch, seq: seq + missed });
      expect(feed.batches[0]?.prevSeq).toBe(seq + missed - (missed % 10));
      expect(feed.batches.length).toBe(5 - Math.floor(missed / 10));
      feed.socket.close();
    }
  });

  test.each([
    [
      'another epoch',
      (epoch: string, seq: number) => `epoch=not-${epoch}&seq=${seq}`,
      'epoch_changed',
    ],
    [
      'the future',
      (epoch: string, seq: number) => `epoch=${epoch}&seq=${seq + 1}`,
      'cursor_in_future',
    ],
    ['before the log', (epoch: string) => `epoch=${epoch}&seq=499`, 'log_truncated'],
    ['the beginning of time', (epoch: string) => `epoch=${epoch}&seq=0`, 'log_truncated'],
  ])('from %s is answered with reset and the present', async (_, queryOf, reason) => {
    const { backend, url } = await startBackend();
    backend.mutate(20);
    const { epoch, seq } = backend.cursor;
    const feed = await FeedReader.open(url, { query: queryOf(epoch, seq) });
    expect(feed.messages[0]).toMatchObject({ type: 'reset', reason, epoch, seq });
    backend.mutate(1);
    await feed.reached(seq + 1);
    expect(feed.batches).toHaveLength(1);
    feed.socket.close();
  });

  test('from what the log has dropped is answered with reset', async () => {
    const { backend, url } = await startBackend({}, { maxLogBytes: 20_000 });
    const { epoch, seq } = backend.cursor;
    for (let i = 0; i < 20; i++) backend.mutate(20);
    const feed = await FeedReader.open(url, { query: `epoch=${epoch}&seq=${seq}` });
    expect(feed.messages[0]).toMatchObject({ type: 'reset', reason: 'log_truncated' });
    const query = `epoch=${epoch}&seq=${backend.cursor.seq - 20}`;
    const recent = await FeedReader.open(url, { query });
    await recent.reached(backend.cursor.seq);
    expect(recent.batches).toHaveLength(1);
    feed.socket.close();
    recent.socket.close();
  });

  test('a backend that was started again has another epoch', async () => {
    const [first, second] = [await startBackend(), await startBackend()];
    expect(first.backend.cursor.epoch).not.toBe(second.backend.cursor.epoch);
  });

  test('replays far more than is ever gathered or handed to a socket at once', async () => {
    const limits = { sendAheadBytes: 10_000, heartbeatMs: 5 };
    const { backend, url } = await startBackend({}, { feedLimits: limits });
    const { epoch, seq } = backend.cursor;
    const count = maxGatheredMutations + 200;
    for (let i = 0; i < count; i += 200) backend.mutate(200);
    const feed = await FeedReader.open(url, { query: `epoch=${epoch}&seq=${seq}` });
    await feed.reached(seq + count);
    expect(feed.batches).toHaveLength(count / 200);
    feed.socket.close();
  });
});

describe('upgrades that are refused', () => {
  test.each([
    ['/data?epoch=e', undefined, 400, 'seq'],
    ['/data?seq=1', undefined, 400, 'epoch'],
    ['/data?epoch=e&seq=-1', undefined, 400, 'seq'],
    ['/data?epoch=e&seq=1.5', undefined, 400, 'seq'],
    ['/data?epoch=e&seq=9007199254740992', undefined, 400, 'seq'],
    ['/data?epoch=e&seq=1&seq=2', undefined, 400, 'seq'],
    ['/data?epoch=&seq=1', undefined, 400, 'epoch'],
    ['/data?since=1', undefined, 400, 'since'],
    ['/data?subscribe=false', undefined, 400, 'subscribe'],
    ['/data?subscribe=true&epoch=e&seq=1', undefined, 400, 'subscribe'],
    ['/other', undefined, 404, undefined],
    ['/data', 'http://evil.test', 403, undefined],
    ['/data', 'null', 403, undefined],
  ])('%s from origin %s is answered with %i', async (path, origin, status, parameter) => {
    const { url } = await startBackend({ initialCount: 1 });
    const refused = await refusedUpgrade(url, path, origin);
    expect(refused.status).toBe(status);
    const error = parameter === undefined ? {} : { parameter };
    expect(refused.body).toMatchObject({ error });
  });

  test('allowed origins and clients that are no browsers get through', async () => {
    const { url } = await startBackend();
    for (const options of [{ origin: 'http://localhost:5173' }, {}]) {
      (await FeedReader.open(url, options)).socket.close();
    }
  });

  test('one client more than there is room for', async () => {
    const { url } = await startBackend({}, { feedLimits: { maxClients: 1 } });
    const feed = await FeedReader.open(url);
    expect(await refusedUpgrade(url, '/data')).toMatchObject({ status: 503 });
    feed.socket.close();
  });
});

describe('clients that misbehave', () => {
  test('messages are answered with errors, and too many end the client alone', async () => {
    const { backend, url } = await startBackend({}, { feedLimits: { maxBadMessages: 3 } });
    const good = await FeedReader.open(url);
    const bad = await FeedReader.open(url);
    for (const garbage of ['{"type":', '\u0000', Buffer.from([0xff, 0xfe]), '{}']) {
      bad.socket.send(garbage);
    }
    expect(await bad.closed).toMatchObject({ code: 1008 });
    expect(bad.messages.filter(({ type }) => type === 'error')).toHaveLength(3);
    expect(bad.messages).toContainEqual(expect.objectContaining({ code: 'not_understood' }));

    backend.mutate(5);
    await good.reached(backend.cursor.seq);
    good.socket.close();
  });

  test('a message that is too long ends its client', async () => {
    const { url } = await startBackend();
    const feed = await FeedReader.open(url);
    feed.socket.send('x'.repeat(defaultFeedLimits.maxMessageBytes + 1));
    expect(await feed.closed).toMatchObject({ code: 1009 });
  });

  test('one that is just short enough does not', async () => {
    const { url } = await startBackend();
    const feed = await FeedReader.open(url);
    feed.socket.send('x'.repeat(defaultFeedLimits.maxMessageBytes));
    expect(await feed.first('error')).toMatchObject({ code: 'not_understood' });
    feed.socket.close();
  });

  test('broken frames and broken handshakes end their socket alone', async () => {
    const { backend, url } = await startBackend();
    const good = await FeedReader.open(url);
    const bad = await FeedReader.open(url);
    // A frame with reserved bits set, past the WebSocket library.
    (bad.socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket.write(
      Buffer.from([0xff, 0xff, 0x00]),
    );
    expect((await bad.closed).code).toBe(1002);

    const raw = connect(Number(new URL(url).port), '127.0.0.1');
    raw.write('GET /data HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const answer = await new Promise<Buffer>((resolve) => raw.once('data', resolve));
    expect(answer.toString()).toContain('400 Bad Request');
    raw.destroy();

    backend.mutate(5);
    await good.reached(backend.cursor.seq);
    good.socket.close();
  });

  test('a client that answers no pings is ended', async () => {
    const { url } = await startBackend({}, { feedLimits: { pingMs: 20 } });
    const socket = new WebSocket(`${url.replace('http', 'ws')}/data`, { autoPong: false });
    const code = await new Promise((resolve) => socket.on('close', resolve));
    expect(code).toBe(1006);
  });
});

describe('stopping', () => {
  test('closes feeds with 1001 and finishes requests', async () => {
    const { backend, url } = await startBackend({ initialCount: 20_000 });
    const feed = await FeedReader.open(url);
    const page = fetchPage(url);
    await fetch(`${url}/health`);
    await backend.close();
    expect(await feed.closed).toMatchObject({ code: 1001 });
    expect((await page).events).toHaveLength(20_000);
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  test('does not wait for a client that never answers', async () => {
    const { backend, url } = await startBackend();
    const feed = await FeedReader.open(url);
    feed.socket.pause();
    await backend.close();
    feed.socket.terminate();
  });
});
