import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { push } from 'eventglass/sources';
import { describe, expect, onTestFinished, test } from 'vitest';
import { keepLoadingSchema, loadSchema } from '../../table/src/component/load_schema.js';

const columns = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
];
const { signal } = new AbortController();

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('the schema of a source', () => {
  test('is what a backend answers', async () => {
    const backendUrl = await serve((request, response) => {
      response.end(request.url === '/data/schema' ? JSON.stringify({ columns }) : '');
    });
    expect(await loadSchema({ backendUrl }, signal)).toEqual(columns);
  });

  test.each([
    ['a page', '<html>', 'answered something else than the columns of a timeline'],
    ['an event', '{"id":"schema"}', 'answered something else than the columns of a timeline'],
    ['columns of no timeline', '{"columns":[{"name":"a","type":"text"}]}', 'something else'],
  ])('is not %s', async (_, body, message) => {
    const backendUrl = await serve((_request, response) => response.end(body));
    await expect(loadSchema({ backendUrl }, signal)).rejects.toThrow(message);
  });

  test('is not an error, nor silence', async () => {
    const backendUrl = await serve((_request, response) => response.writeHead(503).end());
    await expect(loadSchema({ backendUrl }, signal)).rejects.toThrow(
      `${backendUrl}/data/schema answered with status 503`,
    );
    await expect(loadSchema({ backendUrl: 'http://127.0.0.1:1' }, signal)).rejects.toThrow(
      'http://127.0.0.1:1/data/schema does not answer',
    );
  });

  test('is found in events and files that are at hand, and in nothing else', async () => {
    const events = [{ id: 'a', timestamp: 1_700_000_000_000, message: 'Hello' }];
    const found = await loadSchema({ source: { type: 'events', events } }, signal);
    expect(found.map(({ name }) => name)).toEqual(expect.arrayContaining(['id', 'timestamp']));
    const file = new Blob([`${JSON.stringify(events[0])}\n`]);
    expect(await loadSchema({ source: { type: 'file', file } }, signal)).toEqual(found);
    const source = push({ open: () => undefined });
    for (const other of [{ source }, { source: { type: 'file', file: 'https://host/a' } as const }])
      await expect(loadSchema(other, signal)).rejects.toThrow('this source needs a schema');
  });

  test('is asked for until there is an answer; what went wrong is told, and then that all is well', async () => {
    let requests = 0;
    const backendUrl = await serve((_request, response) => {
      requests++;
      if (requests < 2) response.writeHead(500).end();
      else response.end(JSON.stringify({ columns }));
    });
    const problems: (string | undefined)[] = [];
    expect(await keepLoadingSchema({ backendUrl }, signal, (one) => problems.push(one))).toEqual(
      columns,
    );
    expect(problems).toEqual([`${backendUrl}/data/schema answered with status 500`, undefined]);
  });

  test('is not asked for any more once nobody wants it', async () => {
    let requests = 0;
    const backendUrl = await serve((_request, response) => {
      requests++;
      response.writeHead(500).end();
    });
    const abort = new AbortController();
    const loading = keepLoadingSchema({ backendUrl }, abort.signal, () => abort.abort());
    expect(await loading).toBe(undefined);
    expect(requests).toBe(1);
  });

  test('is not asked for again where it would be as before', async () => {
    const problems: (string | undefined)[] = [];
    const source = { source: { type: 'events', events: [] } } as const;
    expect(await keepLoadingSchema(source, signal, (one) => problems.push(one))).toBe(undefined);
    expect(problems.length).toBe(1);
  });
});
