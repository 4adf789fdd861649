import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';
import { text } from 'node:stream/consumers';

import { expect, onTestFinished, test, vi } from 'vitest';

import { FeedReader } from './support/feed_reader.js';
import { startBackend } from './support/test_backend.js';

/** Whoever is on this machine has all addresses of the network 127.0.0.0/8. */
const address = '127.0.0.2';

/**
 * A backend whose clock stands still. A filter counts as the least there is, 1 ms: a client may open three, and the next
 * in 4.096 s.
 */
async function startStandingBackend() {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => clock.mockRestore());
  return startBackend({}, { scanLimits: { ofClient: { burstMs: 2.5, share: 2 ** -13 } } });
}

/** What another client than `fetch` gets at `path`. */
async function getFromElsewhere(url: string, path: string) {
  const request = get(url + path, { localAddress: address });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { response, status: response.statusCode, body: await text(response) };
}

test('a client with ever new filters is refused, another one gets its pages', async () => {
  const { url } = await startStandingBackend();
  const known = `${url}/data?filter=severity:error`;
  expect((await fetch(known)).status).toBe(200);

  const statuses: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    statuses.push((await getFromElsewhere(url, `/data?filter=amount>${i}`)).status);
  }
  expect(statuses).toEqual([200, 200, 200, 503]);
  for (const path of ['/data', '/data/density']) {
    const refused = await getFromElsewhere(url, `${path}?filter=amount>99`);
    expect(refused.status).toBe(503);
    expect(refused.response.headers['retry-after']).toBe('5');
    expect(JSON.parse(refused.body)).toMatchObject({
      error: { code: 'busy', message: expect.stringContaining('too many new filters') as string },
    });
    expect((await getFromElsewhere(url, `${path}?filter=severity:error`)).status).toBe(200);
    expect((await fetch(`${url}${path}?filter=severity:error`)).status).toBe(200);
  }
  expect((await fetch(`${url}/data?filter=severity:info`)).status).toBe(200);
});

test('what a client may open over HTTP and through the feed is one', async () => {
  const { url } = await startStandingBackend();
  const subscription = { generation: 1, ranges: [], filter: 'severity:error' };
  const feed = await FeedReader.open(url, { subscription, localAddress: address });
  expect(feed.messages[0]).toMatchObject({ type: 'resume', generation: 1 });
  for (const path of ['/data', '/data/density']) {
    expect((await getFromElsewhere(url, `${path}?filter=type:${path}`)).status).toBe(200);
  }
  feed.subscribe({ ...subscription, generation: 2, filter: 'amount>99' });
  const refusal = { code: 'too_many_filters', generation: 2 };
  expect(await feed.first('error')).toMatchObject(refusal);

  const other = await FeedReader.open(url, {
    subscription: { ...subscription, filter: 'amount>99' },
  });
  expect(other.messages[0]).toMatchObject({ type: 'resume', generation: 1 });
  for (const { socket } of [feed, other]) socket.close();
});
