import { once } from 'node:events';
import { type IncomingMessage, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';

import { type TrustedProxies, clientAddress } from '../../backend/src/http/client_address.js';
import { eventAt, ndjson, startBackend, token } from './support/test_backend.js';

/** A backend that takes one request of an address, and then makes it wait. */
async function start(trustedProxies: TrustedProxies): Promise<string> {
  const { url } = await startBackend(
    { initialCount: 0, ingestToken: token, trustedProxies },
    { ingestLimits: { requests: { burst: 1, perSecond: 0.001 } } },
  );
  return url;
}

/** The status of an event sent to `url`, with what proxies before it have said. */
async function send(url: string, forwardedFor: string | undefined): Promise<number> {
  const headers: Record<string, string> = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/x-ndjson',
    ...(forwardedFor === undefined ? {} : { 'X-Forwarded-For': forwardedFor }),
  };
  const body = ndjson([eventAt(1, 'a')]);
  const response = await fetch(`${url}/data`, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** A proxy before `url`, as nginx and the like are: it adds the address that it was called from. */
async function startProxy(url: string): Promise<string> {
  const proxy = createServer((request, response) => {
    const before = request.headers['x-forwarded-for'];
    const forwarded = [before ?? [], request.socket.remoteAddress ?? ''].flat().join(', ');
    const headers = { ...request.headers, 'x-forwarded-for': forwarded };
    const onward = httpRequest(`${url}${request.url ?? ''}`, { method: request.method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

test('nobody is believed who has not been named', async () => {
  const url = await start([]);
  expect(await send(url, undefined)).toBe(200);
  expect(await send(url, '198.51.100.1')).toBe(429);
});

test.each<[string, TrustedProxies]>([
  ['by number', 1],
  ['by address', ['127.0.0.1']],
  ['by network', ['127.0.0.0/8']],
  ['by name', ['loopback']],
])('clients behind a proxy named %s have allowances of their own', async (_, proxies) => {
  const url = await start(proxies);
  expect(await send(url, '198.51.100.1')).toBe(200);
  expect(await send(url, '198.51.100.1')).toBe(429);
  expect(await send(url, '198.51.100.2')).toBe(200);
  expect(await send(url, '2001:db8::1')).toBe(200);
  // The proxy has added the last one; what stands before it anybody may have said.
  expect(await send(url, '203.0.113.9, 198.51.100.1')).toBe(429);
  expect(await send(url, '203.0.113.9, 198.51.100.2')).toBe(429);
  expect(await send(url, '198.51.100.2:4711')).toBe(429);
  expect(await send(url, '[2001:DB8::1]:4711')).toBe(429);
  // What is no address stands for none: the proxy's own counts.
  expect(await send(url, 'x')).toBe(200);
  expect(await send(url, 'y')).toBe(429);
  expect(await send(url, undefined)).toBe(429);
});

test('another proxy than those that are named is a client', async () => {
  const url = await start(['10.0.0.1', '10.1.0.0/16']);
  expect(await send(url, '198.51.100.1')).toBe(200);
  expect(await send(url, '198.51.100.2')).toBe(429);
});

test('through two proxies the client is who called the first', async () => {
  const [first, second] = [await start(1), await start(2)];
  // All that one proxy tells of is the other one.
  expect(await send(await startProxy(await startProxy(first)), '198.51.100.1')).toBe(200);
  expect(await send(await startProxy(await startProxy(first)), '198.51.100.2')).toBe(429);
  const chain = await startProxy(await startProxy(second));
  expect(await send(chain, '198.51.100.1')).toBe(200);
  expect(await send(chain, '198.51.100.2')).toBe(429);
  // Whoever comes past the outer one counts as what the inner one says.
  expect(await send(await startProxy(second), '198.51.100.3')).toBe(200);
});

test('the feed knows its clients in the same way', async () => {
  const scanLimits = { ofClient: { burstMs: 1, share: 1e-9 } };
  const { url } = await startBackend({ trustedProxies: 1 }, { scanLimits });
  const answerTo = async (forwardedFor: string, filter: string): Promise<unknown> => {
    const headers = { 'X-Forwarded-For': forwardedFor };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/data?subscribe=true`, { headers });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', generation: 1, ranges: [], filter }));
    const [answer] = (await once(socket, 'message')) as [Buffer];
    socket.terminate();
    return (JSON.parse(answer.toString()) as { type: unknown }).type;
  };
  expect(await answerTo('198.51.100.1', 'severity:error')).toBe('resume');
  expect(await answerTo('198.51.100.1', 'severity:info')).toBe('error');
  expect(await answerTo('198.51.100.2', 'severity:info')).toBe('resume');
});

test('a connection that is over has no address, and no client is taken for another', () => {
  const request = { socket: { remoteAddress: undefined }, headers: { 'x-forwarded-for': '::1' } };
  expect(clientAddress(1)(request as unknown as IncomingMessage)).toBe('');
});
