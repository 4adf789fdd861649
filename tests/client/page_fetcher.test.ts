import { MAX_MESSAGE_BYTES } from 'eventglass';
import { expect, it } from 'vitest';
import { nodeEnvironment } from '../support/node_environment.js';
import { BackendSource } from '../../wasm/ts/client/backend_source.js';
import { MAX_PAGE_BYTES, type PageQuery } from '../../wasm/ts/client/page_fetcher.js';

const query: PageQuery = { start: undefined, stop: undefined, limit: 1, direction: 'backward' };

it('takes pages as large as the engine does', () => {
  expect(MAX_PAGE_BYTES).toBe(MAX_MESSAGE_BYTES);
});

it('gives up an answer that does not come, and says so', async () => {
  let timeOut: () => void = () => undefined;
  const fetcher = new BackendSource('http://backend/', {
    ...nodeEnvironment(1),
    fetch: (_url, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('aborted'));
        });
      }),
    after: (_delayMs, run) => {
      timeOut = run;
      return () => undefined;
    },
  });
  const answer = fetcher.fetchPage(query, '', new AbortController().signal);
  timeOut();
  expect(await answer).toMatchObject({ type: 'failure', problem: { code: 'timeout' } });
});

it.each([
  ['application/json', 'json'],
  ['Application/JSON ; charset=utf-8', 'json'],
  ['application/vnd.eventglass.rows', 'rows'],
])('asks for row blocks, then JSON, and takes %s', async (contentType, format) => {
  const accepts: string[] = [];
  const fetcher = new BackendSource('http://backend', {
    ...nodeEnvironment(1),
    fetch: (_url, { headers }) => {
      accepts.push(headers.accept);
      return Promise.resolve(
        new Response('body', {
          headers: {
            'content-type': contentType,
            'eventglass-epoch': 'e',
            'eventglass-seq': '1',
            'eventglass-total-count': '1',
            'eventglass-covered-begin': 'open',
            'eventglass-covered-end': 'open',
            'eventglass-first-rank': '0',
          },
        }),
      );
    },
  });
  expect(await fetcher.fetchPage(query, '', new AbortController().signal)).toMatchObject({
    type: 'page',
    format,
    body: new TextEncoder().encode('body'),
  });
  expect(accepts).toEqual(['application/vnd.eventglass.rows, application/json;q=0.9']);
});

it('waits as long as a busy backend asks for, within limits', async () => {
  for (const [text, retryAfterMs] of [
    ['7', 7_000],
    ['86400', 60_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ] as const) {
    const fetcher = new BackendSource('http://backend', {
      ...nodeEnvironment(1),
      fetch: () =>
        Promise.resolve(new Response('{}', { status: 503, headers: { 'retry-after': text } })),
    });
    expect(await fetcher.fetchPage(query, '', new AbortController().signal)).toMatchObject({
      retryAfterMs,
    });
  }
});

/** A fetcher whose backend answers with these headers, and the requests that it makes. */
function answering(headers: Record<string, string>): {
  readonly fetcher: BackendSource;
  readonly requests: { readonly url: string; readonly cache: string }[];
} {
  const requests: { url: string; cache: string }[] = [];
  const fetcher = new BackendSource('http://backend', {
    ...nodeEnvironment(1),
    fetch: (url, { cache }) => {
      requests.push({ url, cache });
      return Promise.resolve(
        new Response('[]', {
          headers: {
            'content-type': 'application/json',
            'eventglass-epoch': 'e',
            'eventglass-seq': '1',
            'eventglass-total-count': '50',
            'eventglass-covered-begin': '5',
            'eventglass-covered-end': '9',
            'eventglass-first-rank': '10',
            ...headers,
          },
        }),
      );
    },
  });
  return { fetcher, requests };
}

const signal = new AbortController().signal;
const around = {
  start: undefined,
  stop: undefined,
  rank: 10,
  limit: 1,
  direction: 'forward',
} as const;

it('asks for a rank and a filter, and asks again whatever a cache holds', async () => {
  const { fetcher, requests } = answering({ 'eventglass-match-count': '20' });
  expect(await fetcher.fetchPage(around, 'a b', signal)).toMatchObject({
    type: 'page',
    firstRank: 10,
    totalCount: 50,
    matchCount: 20,
  });
  const url = 'http://backend/data?rank=10&limit=1&direction=forward&filter=a+b';
  expect(requests).toEqual([{ url, cache: 'no-cache' }]);
});

it.each([
  ['begins at its rank', {}, 'page'],
  ['begins at another rank', { 'eventglass-first-rank': '9' }, 'failure'],
  [
    'is the end, where there are not as many events',
    { 'eventglass-first-rank': '9', 'eventglass-covered-end': 'open' },
    'page',
  ],
  [
    'begins at a later rank',
    { 'eventglass-first-rank': '11', 'eventglass-covered-end': 'open' },
    'failure',
  ],
  ['has no rank', { 'eventglass-first-rank': '' }, 'failure'],
])('takes a page by rank as it should that %s', async (_what, headers, type) => {
  const { fetcher } = answering(headers);
  expect(await fetcher.fetchPage(around, '', signal)).toMatchObject({ type });
});

it('takes no page with a filter that does not say how many events match', async () => {
  const { fetcher } = answering({});
  expect(await fetcher.fetchPage(around, 'a', signal)).toMatchObject({ type: 'failure' });
});

it.each([
  ['5', '9', 'page'],
  ['5', '8', 'page'],
  ['5', '10', 'failure'],
  ['5', 'open', 'failure'],
  ['4', '9', 'failure'],
])('takes a page of 5 to 9 that covers %s to %s: %s', async (begin, end, type) => {
  const headers = { 'eventglass-covered-begin': begin, 'eventglass-covered-end': end };
  const [start, stop] = [5, 9].map((timestamp) => ({ timestamp, id: '' }));
  const { fetcher } = answering(headers);
  const asked = { start, stop, limit: 1, direction: 'forward' } as const;
  expect(await fetcher.fetchPage(asked, '', signal)).toMatchObject({ type });
});
