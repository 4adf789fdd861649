import type { ServerResponse } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { ModuleServer } from './support/module_server.js';

const schema = [
  { name: 'id', type: 'id' },
  { name: 'timestamp', type: 'timestamp' },
  { name: 'kind', type: 'dictionary' },
  { name: 'message', type: 'text' },
];
const eventually = { timeout: 60_000 } as const;

let browser: Browser;
let server: ModuleServer;

beforeAll(async () => {
  browser = await launchBrowser();
});

beforeEach(async () => {
  server = await ModuleServer.start();
  return () => server.stop();
});

afterAll(() => browser.close());

/** A page whose `start(source)` follows the newest rows of a source. */
const html = `<!doctype html><title>Sources</title><link rel="icon" href="data:,"><script type="module">
  import { TimelineClient } from '/dist/client/index.js';
  import * as sources from '/dist/sources.js';
  Object.assign(globalThis, {
    sources,
    ids: [],
    look: (target, filter = '') =>
      client.setViewport({ target, rowCount: 20, overscanRows: 0, filter }),
    start(source) {
      globalThis.client = new TimelineClient({
        source,
        schema: ${JSON.stringify(schema)},
        onBlock({ block }) {
          globalThis.ids = Array.from({ length: block.rowCount }, (_, i) => block.event(i).id);
          requestAnimationFrame(() => client.painted());
        },
        onState: (state) => Object.assign(globalThis, { state }),
      });
      look({ type: 'live' });
    },
  });
</script>`;

async function prepare(page: Page): Promise<void> {
  server.html = html;
  await page.goto(server.url);
  await page.waitForFunction("typeof start === 'function'");
}

function read<Value>(page: Page, expression: string): Promise<Value> {
  return page.evaluate(expression);
}

const idsOf = (page: Page) => read<readonly string[]>(page, 'ids');
const connectionOf = (page: Page) => read<string>(page, 'state?.connection');

describe('sources, in a page without a bundler', () => {
  test('a file of 300,000 events is dropped, read, filtered and moved through', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await prepare(page);
    await page.evaluate(`{
      addEventListener('dragover', (event) => event.preventDefault());
      addEventListener('drop', (event) => {
        event.preventDefault();
        start({ type: 'file', file: event.dataTransfer.files[0] });
      });
      const lines = Array.from({ length: 300_000 }, (_, i) => {
        const timestamp = new Date(1_700_000_000_000 + i * 1_000).toISOString();
        return JSON.stringify({ id: 'e' + i, timestamp, kind: 'k' + (i % 7), message: 'line ' + i }) + '\\n';
      });
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(lines, 'events.ndjson'));
      dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }`);
    await expect.poll(() => connectionOf(page), eventually).toBe('live');
    expect(await read(page, 'state')).toMatchObject({ totalCount: 300_000, loading: false });
    await expect.poll(async () => (await idsOf(page)).at(-1), eventually).toBe('e299999');
    await page.evaluate("look({ type: 'rank', rank: 150_000 })");
    await expect.poll(async () => (await idsOf(page))[0], eventually).toBe('e150000');
    await page.evaluate(`look({ type: 'live' }, 'kind:k3 "line 29999"')`);
    await expect.poll(() => idsOf(page), eventually).toEqual(['e299995']);
    expect(await read(page, "client.readEvent('e7')")).toMatchObject({ message: 'line 7' });
    expect(problems).toEqual([]);
  });

  test('a stream is followed over breaks, and closed when the client is deleted', async () => {
    const streams: ServerResponse[] = [];
    const lastIds: unknown[] = [];
    server.answer = (request, response) => {
      lastIds.push(request.headers['last-event-id']);
      streams.push(response.writeHead(200, { 'content-type': 'text/event-stream' }));
      response.write(': open\n\n');
    };
    const send = (id: number): void => {
      const event = { id: `e${id}`, timestamp: 1_700_000_000 + id, kind: 'k' };
      streams.at(-1)?.write(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`);
    };
    await using opened = await openPage(browser);
    const { page } = opened;
    await prepare(page);
    await page.evaluate("start({ type: 'sse', url: location.origin + '/stream' })");
    await expect.poll(() => connectionOf(page), eventually).toBe('live');
    send(1);
    send(2);
    await expect.poll(() => idsOf(page), eventually).toEqual(['e1', 'e2']);
    streams[0]?.destroy();
    await expect.poll(() => streams.length, eventually).toBe(2);
    send(3);
    await expect.poll(() => idsOf(page), eventually).toEqual(['e1', 'e2', 'e3']);
    expect(lastIds).toEqual([undefined, '2']);
    let isClosed = false;
    streams[1]?.on('close', () => {
      isClosed = true;
    });
    await page.evaluate('client.delete()');
    await expect.poll(() => isClosed, eventually).toBe(true);
    await expect.poll(() => page.workers().length, eventually).toBe(0);
  });

  test('a list is polled, and what it lacks goes', async () => {
    let list = ['a', 'b', 'c'];
    server.answer = (_request, response) => {
      response.end(JSON.stringify(list.map((id, i) => ({ id, timestamp: 1e12 + i }))));
    };
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await prepare(page);
    await page.evaluate("start({ type: 'poll', url: location.origin + '/list', intervalMs: 250 })");
    await expect.poll(() => idsOf(page), eventually).toEqual(['a', 'b', 'c']);
    list = ['d', 'c'];
    await expect.poll(() => idsOf(page), eventually).toEqual(['d', 'c']);
    expect(problems).toEqual([]);
  });

  test('an object on the page answers for parts of a million events', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await prepare(page);
    await page.evaluate(`
      start(sources.pages({
        readPage({ start, stop, rank, limit, direction }) {
          const placeOf = (key) => {
            const place = key.timestamp - 1e12;
            return Math.min(Math.max(place + (key.id > 'e' + place ? 1 : 0), 0), 1e6);
          };
          let begin = rank ?? (start === undefined ? 0 : placeOf(start));
          let end = stop === undefined ? 1e6 : placeOf(stop);
          const hasMore = end - begin > limit;
          if (direction === 'forward') end = Math.min(end, begin + limit);
          else begin = Math.max(begin, end - limit);
          const events = Array.from({ length: end - begin }, (_, i) => (
            { id: 'e' + (begin + i), timestamp: 1e12 + begin + i }
          ));
          return { events, firstRank: begin, totalCount: 1e6, hasMore };
        },
      }))`);
    await expect.poll(async () => (await idsOf(page)).at(-1), eventually).toBe('e999999');
    await page.evaluate("look({ type: 'rank', rank: 500_000 })");
    await expect.poll(async () => (await idsOf(page))[0], eventually).toBe('e500000');
    expect(await read(page, 'state')).toMatchObject({ totalCount: 1e6, connection: 'live' });
    expect(problems).toEqual([]);
  });

  test('an adapter on the page brings events, and ends with the client', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await prepare(page);
    await page.evaluate(`
      start(sources.push({
        async open(sink, signal) {
          globalThis.sink = sink;
          globalThis.signal = signal;
          await sink.put([{ id: 'a', timestamp: 1e12 }]);
        },
        readEvent: (id) => ({ id, more: 'of it' }),
      }))`);
    await expect.poll(() => idsOf(page), eventually).toEqual(['a']);
    await page.evaluate(
      'sink.put(new TextEncoder().encode(\'{"id":"b","timestamp":2000000000000}\'))',
    );
    await expect.poll(() => idsOf(page), eventually).toEqual(['a', 'b']);
    expect(await read(page, "client.readEvent('b')")).toEqual({ id: 'b', more: 'of it' });
    expect(await read(page, 'client.delete(), signal.aborted')).toBe(true);
    expect(problems).toEqual([]);
  });
});
