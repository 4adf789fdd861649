import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ExportRequest } from '../../app/src/lib/export/export_request.js';
import { boundText } from '../../app/src/lib/bound_text.js';
import { pageRows, runExport } from '../../app/src/lib/export/export_run.js';
import { ndjsonWriter } from '../../app/src/lib/export/ndjson.js';
import { demoColumns } from './support/demo_columns.js';

const { schema } = demoColumns;

const eventsOfPage = (begin: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `e,${String(begin + i)}`, timestamp: begin + i }));

/** How an export from a scripted backend went. `answer` makes each answer of its number and query. */
async function exported(
  answer: (index: number, query: URLSearchParams) => object | number,
  options: Partial<ExportRequest> & { readonly maxBytes?: number } = {},
) {
  const queries: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams;
    const made = answer(queries.push(query) - 1, query);
    if (typeof made === 'number') {
      response.writeHead(made).end('{"error":{"message":"because"}}');
      return;
    }
    const { epoch = 'one', events } = made as { epoch?: string; events: readonly object[] };
    response.setHeader('eventglass-epoch', epoch);
    response.setHeader('eventglass-first-rank', '0');
    response.setHeader('eventglass-total-count', String(3 * pageRows));
    response.end(JSON.stringify(events));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { maxBytes = Infinity, ...rest } = options;
  const backendUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const pieces: Uint8Array[] = [];
  const retries: string[] = [];
  const request: ExportRequest = {
    backendUrl,
    schema,
    filter: '',
    format: 'ndjson',
    start: undefined,
    stop: undefined,
    isGuarded: true,
    ...rest,
  };
  const end = await runExport(request, {
    writer: ndjsonWriter(schema),
    sink: {
      maxBytes,
      write: (bytes) => {
        pieces.push(bytes);
        return Promise.resolve();
      },
      close: () => Promise.resolve(undefined),
      abort: () => Promise.resolve(),
    },
    signal: new AbortController().signal,
    onprogress: () => undefined,
    onretry: (reason) => retries.push(reason),
    delaysMs: [1, 1],
  });
  server.close();
  const lines = Buffer.concat(pieces).toString().split('\n').slice(0, -1);
  return { end, queries, retries, lines };
}

describe('an export', () => {
  test('reads page after page, each from the key after the last', async () => {
    const { end, queries, lines } = await exported((index) => ({
      events: eventsOfPage(index * pageRows, index < 2 ? pageRows : 3),
    }));
    expect(end).toMatchObject({ problem: undefined, progress: { rows: 2 * pageRows + 3 } });
    expect(lines).toHaveLength(2 * pageRows + 3);
    expect(queries.map((query) => query.get('after'))).toEqual([
      null,
      `${String(pageRows - 1)},e%2C${String(pageRows - 1)}`,
      `${String(2 * pageRows - 1)},e%2C${String(2 * pageRows - 1)}`,
    ]);
  });

  test('asks for its range and filter, and counts it', async () => {
    const range = { start: '5', stop: boundText({ timestamp: 9, id: 'a' }, true), filter: 'a b' };
    const { queries } = await exported(() => ({ events: [] }), range);
    const [counted, page] = queries.map((query) => Object.fromEntries(query));
    expect(counted).toEqual({ limit: '1', start: '9,a%00', filter: 'a b' });
    expect(page).toEqual({
      limit: String(pageRows),
      start: '5',
      stop: '9,a%00',
      filter: 'a b',
    });
  });

  test('tries a failed page again, and goes on where it was', async () => {
    const { end, retries, lines } = await exported((index) =>
      index === 1 || index === 2
        ? 503
        : { events: eventsOfPage(index === 0 ? 0 : pageRows, index === 0 ? pageRows : 1) },
    );
    expect(end.problem).toBeUndefined();
    expect(retries).toEqual(['because', 'because']);
    expect(lines).toHaveLength(pageRows + 1);
  });

  test('gives up in the end, and keeps the rows so far', async () => {
    const { end, queries, lines } = await exported((index) =>
      index === 0 ? { events: eventsOfPage(0, pageRows) } : 500,
    );
    expect(end.problem).toBe('because.');
    expect(queries).toHaveLength(4);
    expect(lines).toHaveLength(pageRows);
  });

  test('does not ask again what is refused for good', async () => {
    const { end, queries } = await exported(() => 400);
    expect(end.problem).toBe('because.');
    expect(queries).toHaveLength(1);
  });

  test('takes no answer for a page that is none', async () => {
    const { end } = await exported(() => ({ events: [{ id: 1 }] }));
    expect(end.problem).toMatch(/no page of events/);
  });

  test('stops where the event source has started anew', async () => {
    const { end, lines } = await exported((index) => ({
      epoch: index === 0 ? 'one' : 'two',
      events: eventsOfPage(index * pageRows, pageRows),
    }));
    expect(end.problem).toMatch(/started anew.*Export again/);
    expect(lines).toHaveLength(pageRows);
  });

  test('stops before the file is larger than it may be', async () => {
    const { end, lines } = await exported(
      (index) => ({ events: eventsOfPage(index * pageRows, pageRows) }),
      { maxBytes: 1 << 20 },
    );
    expect(end.problem).toMatch(/no more than 1 MiB/);
    expect(lines).toHaveLength(pageRows);
  });
});
