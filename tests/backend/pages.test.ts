import { once } from 'node:events';

import { RowBlock } from 'eventglass';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { maxFilterViews } from '../../backend/src/source/filter_views.js';
import { deleteOf, insertOf, moveOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { type Event, eventSchema } from '../../backend/src/event_schema.js';
import { awkwardIds } from './support/changing_timeline.js';
import { FeedReader } from './support/feed_reader.js';
import { NaiveTimeline, compareEvents } from './support/naive_timeline.js';
import {
  type PageAnswer,
  eventAt,
  fetchPage,
  pageState,
  startBackend,
} from './support/test_backend.js';

const day = Date.UTC(2025, 0, 15);

/** Many events at few times, so that pages are cut inside runs of equal timestamps. */
function runsOfEqualTimes(): readonly Event[] {
  return Array.from({ length: 300 }, (_, index) =>
    eventAt(day + (index % 4), `run_${((index * 7) % 300).toString(36)}`),
  );
}

async function pageByPage(
  url: string,
  direction: 'forward' | 'backward',
  limit: number,
): Promise<readonly PageAnswer[]> {
  const pages: PageAnswer[] = [];
  let parameters: Record<string, string> = {};
  for (;;) {
    const page = await fetchPage(url, { ...parameters, direction, limit: String(limit) });
    pages.push(page);
    const edge = direction === 'forward' ? page.coveredEnd : page.coveredBegin;
    if (edge === 'open') return pages;
    parameters = direction === 'forward' ? { start: edge } : { stop: edge };
  }
}

describe('GET /data', () => {
  test('answers every event in order, as the feed left them', async () => {
    const { backend, url } = await startBackend();
    const model = new NaiveTimeline((await fetchPage(url)).events);
    const feed = await FeedReader.open(url);
    for (let i = 0; i < 20; i++) backend.mutate(30);
    await feed.reached(backend.cursor.seq);
    feed.batches.forEach((batch) => {
      model.apply(batch);
    });

    const page = await fetchPage(url);
    expect(page.events).toEqual(model.events());
    expect(page).toMatchObject({ ...backend.cursor, totalCount: backend.totalCount });
    expect(page).toMatchObject({ coveredBegin: 'open', coveredEnd: 'open' });
    feed.socket.close();
  });

  test('answers the range from start up to but without stop', async () => {
    const { url } = await startBackend();
    const all = (await fetchPage(url)).events;
    const start = (all[120] as Event).timestamp;
    const stop = (all[340] as Event).timestamp;
    const inRange = all.filter(({ timestamp }) => timestamp >= start && timestamp < stop);
    expect(inRange.length).toBeGreaterThan(0);

    const byMs = await fetchPage(url, { start: String(start), stop: String(stop) });
    expect(byMs.events).toEqual(inRange);
    expect(byMs).toMatchObject({ coveredBegin: String(start), coveredEnd: String(stop) });
    const byIso = await fetchPage(url, {
      start: new Date(start).toISOString(),
      stop: new Date(stop).toISOString(),
    });
    expect(byIso.events).toEqual(inRange);
    expect((await fetchPage(url, { start: String(start) })).events).toEqual(
      all.filter(({ timestamp }) => timestamp >= start),
    );
    expect((await fetchPage(url, { stop: String(stop) })).events).toEqual(
      all.filter(({ timestamp }) => timestamp < stop),
    );
  });

  test('answers [] for an empty range, an empty time and an empty timeline', async () => {
    const { url } = await startBackend({ initialCount: 0 });
    expect((await fetchPage(url)).events).toEqual([]);
    expect((await fetchPage(url, { start: '5', stop: '5' })).events).toEqual([]);
    expect((await fetchPage(url, { stop: '1970-01-01', limit: '3' })).events).toEqual([]);
  });

  test('counts limit from the end that direction names, and says what it covers', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish([1, 2, 3, 4, 5].map((n) => insertOf(eventAt(day + n, `e${n}`))));
    const ids = ({ events }: PageAnswer) => events.map(({ id }) => id);

    const first = await fetchPage(url, { start: String(day), limit: '2' });
    expect(ids(first)).toEqual(['e1', 'e2']);
    expect(first).toMatchObject({ coveredBegin: String(day), coveredEnd: `${day + 2},e2%00` });

    const last = await fetchPage(url, { limit: '2', direction: 'backward' });
    expect(ids(last)).toEqual(['e4', 'e5']);
    expect(last).toMatchObject({ coveredBegin: `${day + 4},e4`, coveredEnd: 'open' });

    const exact = await fetchPage(url, { limit: '5' });
    expect(exact).toMatchObject({ coveredBegin: 'open', coveredEnd: 'open' });
  });

  test.each([
    ['forward', 1],
    ['forward', 7],
    ['backward', 7],
    ['backward', 64],
    ['forward', 1_000],
  ] as const)(
    'page by page %s, %i at a time, nothing is lost or doubled',
    async (direction, limit) => {
      const { backend, url } = await startBackend({ initialCount: 0 });
      const events = runsOfEqualTimes();
      backend.publish(events.map(insertOf));
      const pages = await pageByPage(url, direction, limit);
      const ordered = direction === 'forward' ? pages : pages.toReversed();
      expect(ordered.flatMap((page) => page.events)).toEqual([...events].sort(compareEvents));
    },
  );

  test('orders by the bytes of ids and pages past any of them', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const events = awkwardIds.map((id) => eventAt(day, id));
    backend.publish(events.map(insertOf));
    const expected = [...events].sort(compareEvents);
    expect((await fetchPage(url)).events).toEqual(expected);
    for (const direction of ['forward', 'backward'] as const) {
      const pages = await pageByPage(url, direction, 1);
      const ordered = direction === 'forward' ? pages : pages.toReversed();
      expect(ordered.flatMap((page) => page.events)).toEqual(expected);
    }
  });

  test('takes times in ISO 8601 with and without zones', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish([insertOf(eventAt(day - 1, 'before')), insertOf(eventAt(day, 'after'))]);
    for (const start of [
      '2025-01-15',
      '2025-01-15T00:00',
      '2025-01-15T00:00:00.000Z',
      '2025-01-15T02:00:00+02:00',
      '2025-01-14T19:00-0500',
      '+002025-01-15T00:00Z',
    ]) {
      expect((await fetchPage(url, { start })).events.map(({ id }) => id)).toEqual(['after']);
    }
    // As it is often typed: the plus of the zone not encoded.
    const typed = await fetch(`${url}/data?start=2025-01-15T02:00:00+02:00`);
    expect(await typed.json()).toHaveLength(1);
  });

  test('knows what inserts, updates, moves and deletes leave behind', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish([
      insertOf(eventAt(day, 'a', { amount: 5 })),
      insertOf(eventAt(day + 1, 'b')),
      insertOf(eventAt(day + 2, 'c')),
      updateOf('a', { amount: undefined, severity: 'error' }),
      moveOf(eventAt(day + 9, 'b', { amount: -0.5 })),
      deleteOf('c'),
    ]);
    expect((await fetchPage(url)).events).toEqual([
      eventAt(day, 'a', { severity: 'error' }),
      eventAt(day + 9, 'b', { amount: -0.5 }),
    ]);
  });

  test('compresses, forbids storing, and answers HEAD without a body', async () => {
    const { url } = await startBackend();
    const page = await fetch(`${url}/data`, { headers: { 'Accept-Encoding': 'gzip' } });
    expect(page.headers.get('Content-Encoding')).toBe('gzip');
    expect(page.headers.get('Cache-Control')).toBe('no-store');
    expect(await page.json()).toHaveLength(500);
    const head = await fetch(`${url}/data?limit=1`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('Eventglass-Total-Count')).toBe('500');
    expect(await head.text()).toBe('');
  });

  test('refuses more large pages at a time than it has memory for', async () => {
    const { url } = await startBackend(
      { initialCount: 50_001 },
      { pageLimits: { maxLargePages: 0 } },
    );
    const refused = await fetch(`${url}/data`);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({
      error: { code: 'busy', message: expect.stringContaining('0 pages of more') as string },
    });
    expect((await fetchPage(url, { limit: '50000' })).events).toHaveLength(50_000);
  });

  test('gives its place free when a large page has been sent or given up', async () => {
    const pageLimits = { maxLargePages: 1 };
    const { url } = await startBackend({ initialCount: 50_001 }, { pageLimits });
    expect((await fetchPage(url)).events).toHaveLength(50_001);
    await expectPlaceAfterAbort(url, '/data', '/data');
  });

  test('bounds the bytes of small pages under way, apart from those of large ones', async () => {
    const pageLimits = { maxLargePages: 1, maxSmallPageBytes: 1 };
    const { url } = await startBackend({ initialCount: 50_001 }, { pageLimits });
    expect((await fetchPage(url, { limit: '1' })).events).toHaveLength(1);
    await expectPlaceAfterAbort(url, '/data?limit=50000', '/data?limit=1', async () => {
      expect((await fetchPage(url)).events).toHaveLength(50_001);
    });
  });
});

/**
 * Asks for the page at `stalledPath` without reading it: `path` is refused with 503 until that is
 * given up. `meanwhile` is called in between.
 */
async function expectPlaceAfterAbort(
  url: string,
  stalledPath: string,
  path: string,
  meanwhile?: () => Promise<void>,
): Promise<void> {
  const abort = new AbortController();
  // Not compressed, it is more than sockets hold.
  const headers = { 'Accept-Encoding': 'identity' };
  const stalled = await fetch(url + stalledPath, { headers, signal: abort.signal });
  expect(stalled.status).toBe(200);
  const refused = await fetch(url + path);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ error: { code: 'busy' } });
  await meanwhile?.();
  abort.abort();
  // The backend learns of it when the connection ends.
  let status = 0;
  for (let i = 0; i < 1_000 && status !== 200; i++) {
    const response = await fetch(url + path);
    status = response.status;
    await response.text();
  }
  expect(status).toBe(200);
}

const rowsType = 'application/vnd.eventglass.rows';

describe('GET /data with Accept', () => {
  test.each([
    [rowsType, rowsType],
    [`${rowsType}, application/json;q=0.9`, rowsType],
    [`application/json;q=0.5, ${rowsType};q=0.6`, rowsType],
    [`${rowsType}, */*;q=0.1`, rowsType],
    [`application/json, ${rowsType};q=0.9`, 'application/json; charset=utf-8'],
    [`${rowsType};q=0, */*`, 'application/json; charset=utf-8'],
    ['application/*', 'application/json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json; charset=utf-8'],
    ['image/png', 'application/json; charset=utf-8'],
  ])('%s answers %s', async (accept, contentType) => {
    const { url } = await startBackend({ initialCount: 3 });
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await fetch(`${url}/data`, { method, headers: { accept } });
      expect(headers.get('Content-Type')).toBe(contentType);
      expect(headers.get('Vary')).toMatch(/\bAccept\b(?!-)/);
    }
  });

  test('answers the same page as a row block, with the same headers', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const long = 'é'.repeat(5_000);
    backend.publish([
      ...awkwardIds.map((id) => insertOf(eventAt(day, id, { message: long }))),
      insertOf(eventAt(day + 1, 'e', { amount: -0.5, message: '' })),
    ]);
    for (const query of ['', '?limit=5', '?limit=3&direction=backward', `?start=${day + 2}`]) {
      const json = await fetch(`${url}/data${query}`);
      const rows = await fetch(`${url}/data${query}`, { headers: { accept: rowsType } });
      expect(pageState(rows)).toEqual(pageState(json));
      const block = new RowBlock(await rows.arrayBuffer(), eventSchema);
      expect(block.events()).toEqual(await json.json());
    }
  });

  test('compresses row blocks', async () => {
    const { url } = await startBackend();
    for (const encoding of ['gzip', 'br']) {
      const headers = { accept: rowsType, 'accept-encoding': encoding };
      const answer = await fetch(`${url}/data`, { headers });
      expect(answer.headers.get('Content-Encoding')).toBe(encoding);
      expect(new RowBlock(await answer.arrayBuffer(), eventSchema).rowCount).toBe(500);
    }
  });

  test('answers more than 50,000 events as JSON, whatever is preferred', async () => {
    const { url } = await startBackend({ initialCount: 50_001 });
    const headers = { accept: rowsType };
    const large = await fetch(`${url}/data`, { headers });
    expect(large.headers.get('Content-Type')).toContain('application/json');
    expect(await large.json()).toHaveLength(50_001);
    const largest = await fetch(`${url}/data?limit=50000`, { headers });
    expect(new RowBlock(await largest.arrayBuffer(), eventSchema).rowCount).toBe(50_000);
  });

  test('answers errors as JSON', async () => {
    const { url } = await startBackend({ initialCount: 1 });
    const answer = await fetch(`${url}/data?limit=0`, { headers: { accept: rowsType } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { parameter: 'limit' } });
  });
});

describe('wrong parameters', () => {
  test.each([
    ['start=', 'start', 'no value'],
    ['start', 'start', 'no value'],
    ['start=yesterday', 'start', 'not a time'],
    ['start=1.5', 'start', 'not a time'],
    ['start=1e3', 'start', 'not a time'],
    ['start=0x10', 'start', 'not a time'],
    ['start=NaN', 'start', 'not a time'],
    ['start=8640000000000001', 'start', 'not a time'],
    ['stop=-8640000000000001', 'stop', 'not a time'],
    ['stop=99999999999999999999', 'stop', 'not a time'],
    ['stop=2025-02-30', 'stop', 'not a time'],
    ['stop=2025-13-01', 'stop', 'not a time'],
    ['stop=2025-01-01T24:00', 'stop', 'not a time'],
    ['stop=2025-01-01T10:61', 'stop', 'not a time'],
    ['stop=2025-01-01%2010:00', 'stop', 'not a time'],
    ['start=5,%25zz', 'start', 'not a time'],
    ['start=%ff', 'start', 'not percent-encoded'],
    [`start=5,${'x'.repeat(1_026)}`, 'start', 'not a time'],
    [`start=${'9'.repeat(12_289)}`, 'start', 'longer than'],
    ['start=2&stop=1', 'start', 'after stop'],
    ['start=5,b&stop=5,a', 'start', 'after stop'],
    ['start=1&start=2', 'start', 'more than once'],
    ['after=5,b&stop=5,b', 'after', 'not before stop'],
    ['after=5', 'after', 'not a key'],
    ['after=2025-01-15', 'after', 'not a key'],
    ['after=open', 'after', 'not a key'],
    ['after=5,%25zz', 'after', 'not a key'],
    [`after=5,${'x'.repeat(1_025)}`, 'after', 'not a key'],
    ['start=5&after=5,b', 'after', 'give one of the two'],
    ['start=open&after=5,b', 'after', 'give one of the two'],
    ['start=5&rank=7', 'rank', 'start in direction forward'],
    ['after=5,b&rank=7', 'rank', 'after in direction forward'],
    ['stop=5&rank=7&direction=backward', 'rank', 'stop in direction backward'],
    ['rank=-1', 'rank', 'integer from 0'],
    ['rank=1.5', 'rank', 'integer from 0'],
    ['rank=9007199254740992', 'rank', 'integer from 0'],
    ['filter=', 'filter', 'no value'],
    ['filter=a&filter=b', 'filter', 'more than once'],
    ['filter=%ff', 'filter', 'not percent-encoded'],
    [`filter=${'x'.repeat(4_097)}`, 'filter', 'longer than 4096 characters'],
    ['limit=0', 'limit', 'integer from 1'],
    ['limit=-1', 'limit', 'integer from 1'],
    ['limit=50001', 'limit', 'integer from 1'],
    ['limit=ten', 'limit', 'integer from 1'],
    ['limit=1.0', 'limit', 'integer from 1'],
    ['limit[]=1', 'limit[]', 'unknown'],
    ['direction=up', 'direction', 'forward or backward'],
    ['from=1', 'from', 'unknown'],
    ['__proto__=1', '__proto__', 'unknown'],
    ['=1', '', 'unknown'],
  ])('%s is answered with 400', async (query, parameter, reason) => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data?${query}`);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error).toMatchObject({ code: 'invalid_parameter', parameter });
    expect(error['message']).toContain(reason);
  });
});

describe('a filter that does not parse', () => {
  test.each([
    ['amount>=ten', 8, 11, 'a number'],
    ['source:', 7, 7, 'a value'],
    ['"😀" nothing:x', 5, 12, 'column'],
    [`${'ä'.repeat(2_047)}xxx`, 2_049, 2_050, '4096 bytes'],
  ])('%s is answered with the part at fault', async (filter, begin, end, expected) => {
    const { url } = await startBackend({ initialCount: 1 });
    for (const path of ['/data', '/data/density']) {
      const response = await fetch(`${url}${path}?filter=${encodeURIComponent(filter)}`);
      expect(response.status).toBe(400);
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      expect(error).toMatchObject({ code: 'invalid_filter', parameter: 'filter', begin, end });
      expect(error['expected']).toContain(expected);
      expect(error['message']).toContain(error['expected']);
    }
  });
});

describe('more different filters than are kept up to date', () => {
  test('are answered with 503, all others as ever', async () => {
    const { url } = await startBackend({ initialCount: 5 });
    const followed = Array.from({ length: maxFilterViews }, (_, n) => `amount>${n}`);
    await Promise.all(followed.map((filter) => follow(url, filter)));
    for (const path of ['/data', '/data/density']) {
      const refused = await fetch(`${url}${path}?filter=amount>999`);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
      expect(refused.headers.get('Cache-Control')).toBe('no-store');
      expect(await refused.json()).toMatchObject({
        error: { code: 'busy', message: expect.stringContaining('filters') as string },
      });
      for (const query of ['', '?filter=amount>7']) {
        expect((await fetch(url + path + query)).status).toBe(200);
      }
    }
  });
});

/** Subscribes to a filter for as long as the backend runs. */
async function follow(url: string, filter: string): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/data?subscribe=true`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', generation: 1, ranges: [], filter }));
  const [answer] = (await once(socket, 'message')) as [Buffer];
  expect(JSON.parse(answer.toString())).toMatchObject({ type: 'resume' });
}

describe('other addresses', () => {
  test('GET /data/:id answers one event with a payload that stays the same', async () => {
    const { backend, url } = await startBackend();
    const event = (await fetchPage(url)).events[77] as Event;
    const read = async () =>
      (await (await fetch(`${url}/data/${event.id}`)).json()) as Event & { payload: object };
    const { payload, ...rest } = await read();
    expect(rest).toEqual(event);
    const size = JSON.stringify(payload).length;
    expect(size).toBeGreaterThan(500);
    expect(size).toBeLessThan(3_000);

    backend.publish([updateOf(event.id, { message: 'changed' })]);
    expect(await read()).toEqual({ ...event, message: 'changed', payload });
    backend.publish([deleteOf(event.id)]);
    expect((await fetch(`${url}/data/${event.id}`)).status).toBe(404);
  });

  test('GET /data/:id finds ids that need encoding', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    backend.publish(awkwardIds.map((id) => insertOf(eventAt(day, id))));
    for (const id of awkwardIds) {
      const response = await fetch(`${url}/data/${encodeURIComponent(id)}`);
      expect(await response.json()).toMatchObject({ id });
    }
    expect((await fetch(`${url}/data/%ff`)).status).toBe(400);
  });

  test('GET /data?id=… finds any id, in the two ways that programs encode one', async () => {
    const { backend, url } = await startBackend({ initialCount: 0 });
    const words = ['schema', 'density', 'facets', 'changes', '__proto__', 'constructor'];
    const ids = [...awkwardIds, '.', '..', '...', 'a/b', '../health', '%2e', '%2E%2E', ...words];
    const events = ids.map((id) => eventAt(day, id));
    backend.publish(events.map(insertOf));
    for (const event of events) {
      const { id } = event;
      for (const query of [new URLSearchParams({ id }), `id=${encodeURIComponent(id)}`]) {
        const response = await fetch(`${url}/data?${query.toString()}`);
        expect(await response.json()).toMatchObject(event);
      }
    }
    const head = await fetch(`${url}/data?id=..`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test.each([
    ['id=none', 404, 'not_found'],
    ['id=', 400, 'invalid_parameter'],
    ['id', 400, 'invalid_parameter'],
    ['id=%ff', 400, 'invalid_parameter'],
    ['id=a&id=b', 400, 'invalid_parameter'],
    ['id=a&limit=1', 400, 'invalid_parameter'],
    ['filter=x&%69d=a', 400, 'invalid_parameter'],
  ])('GET /data?%s is answered %i %s', async (query, status, code) => {
    const { url } = await startBackend({ initialCount: 1 });
    const response = await fetch(`${url}/data?${query}`);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  test('GET /health tells the state', async () => {
    const { backend, url } = await startBackend();
    const health: unknown = await (await fetch(`${url}/health`)).json();
    expect(health).toEqual({ status: 'ok', ...backend.cursor, totalCount: 500, clients: 0 });
  });

  test('unknown addresses and methods are answered with JSON and no stack', async () => {
    const { url } = await startBackend({ initialCount: 1 });
    const unknown = await fetch(`${url}/nothing`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { code: 'not_found' } });
    const put = await fetch(`${url}/data`, { method: 'PUT', body: '[]' });
    expect(put.status).toBe(405);
    expect(put.headers.get('Allow')).toBe('GET, HEAD, POST');
    expect(await put.text()).not.toContain('at ');
    expect((await fetch(url, { headers: { 'X-Long': 'x'.repeat(40_000) } })).status).toBe(431);
  });

  test.each(['/data?limit=1', '/health', '/nothing'])(
    '%s has the headers that keep browsers from making more of it than data',
    async (path) => {
      const { url } = await startBackend({ initialCount: 1 });
      const { headers } = await fetch(url + path);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'self'");
      expect(headers.get('X-Powered-By')).toBeNull();
    },
  );

  test('allowed origins may read pages and their headers, others may not', async () => {
    const { url } = await startBackend({ allowedOrigins: ['http://localhost:5173'] });
    const answer = await fetch(`${url}/data?limit=1`, {
      headers: { Origin: 'http://localhost:5173' },
    });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:5173');
    const exposed = answer.headers.get('Access-Control-Expose-Headers');
    for (const name of ['Covered-End', 'First-Rank', 'Match-Count']) {
      expect(exposed).toContain(`Eventglass-${name}`);
    }
    const other = await fetch(`${url}/data?limit=1`, { headers: { Origin: 'http://evil.test' } });
    expect(other.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});
