import { MAX_MESSAGE_BYTES } from 'eventglass';
import { expect, it } from 'vitest';
import { nodeEnvironment } from '../support/node_environment.js';
import { MAX_PAGE_BYTES, PageFetcher, type PageQuery } from '../../wasm/ts/client/page_fetcher.js';

const query: PageQuery = { start: undefined, stop: undefined, limit: 1, direction: 'backward' };

it('takes pages as large as the engine does', () => {
  expect(MAX_PAGE_BYTES).toBe(MAX_MESSAGE_BYTES);
});

it('gives up an answer that does not come, and says so', async () => {
  let timeOut: () => void = () => undefined;
  const fetcher = new PageFetcher('http://backend/', {
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
  const answer = fetcher.fetch(query, new AbortController().signal);
  timeOut();
  expect(await answer).toMatchObject({ type: 'failure', problem: { code: 'timeout' } });
});

it.each([
  ['application/json', 'json'],
  ['Application/JSON ; charset=utf-8', 'json'],
  ['application/vnd.eventglass.rows', 'rows'],
])('asks for row blocks, then JSON, and takes %s', async (contentType, format) => {
  const accepts: string[] = [];
  const fetcher = new PageFetcher('http://backend', {
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
          },
        }),
      );
    },
    after: nodeEnvironment(1).after,
  });
  expect(await fetcher.fetch(query, new AbortController().signal)).toMatchObject({
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
    const fetcher = new PageFetcher('http://backend', {
      fetch: () =>
        Promise.resolve(new Response('{}', { status: 503, headers: { 'retry-after': text } })),
      after: nodeEnvironment(1).after,
    });
    expect(await fetcher.fetch(query, new AbortController().signal)).toMatchObject({
      retryAfterMs,
    });
  }
});
