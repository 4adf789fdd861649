import type { Event } from '@eventglass/backend/schema';
import { request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';

import { FeedReader } from './support/feed_reader.js';
import { eventAt, fetchPage, ndjson, post, startBackend, token } from './support/test_backend.js';

const day = Date.UTC(2025, 0, 15);

function start(options: Parameters<typeof startBackend>[1] = {}) {
  return startBackend({ initialCount: 0, ingestToken: token }, options);
}

describe('what is taken', () => {
  test('events and mutations reach pages and the feed', async () => {
    const { url } = await start();
    const feed = await FeedReader.open(url);
    const { status, body } = await post(
      url,
      ndjson([
        eventAt(day, 'a', { amount: 5 }),
        { op: 'insert', event: eventAt(day + 1, 'b') },
        { op: 'update', id: 'a', set: { amount: null, severity: 'error' } },
        { op: 'update', id: 'b', set: { timestamp: day + 9 } },
        { op: 'insert', seq: 77, event: eventAt(day + 2, 'c') },
        { op: 'delete', id: 'c' },
      ]),
    );
    const { epoch, seq } = await fetchPage(url);
    expect([status, body]).toEqual([
      200,
      { epoch, seq, accepted: 6, unchanged: 0, rejected: [], rejectedCount: 0, ignoredFields: [] },
    ]);
    expect((await fetchPage(url)).events).toEqual([
      eventAt(day, 'a', { severity: 'error' }),
      eventAt(day + 9, 'b'),
    ]);
    await feed.reached(seq);
    expect(feed.batches.flatMap(({ mutations }) => mutations)).toEqual([
      { op: 'insert', seq: 1, event: eventAt(day, 'a', { amount: 5 }) },
      { op: 'insert', seq: 2, event: eventAt(day + 1, 'b') },
      { op: 'update', seq: 3, id: 'a', set: { severity: 'error', amount: null } },
      { op: 'update', seq: 4, event: eventAt(day + 9, 'b') },
      { op: 'insert', seq: 5, event: eventAt(day + 2, 'c') },
      { op: 'delete', seq: 6, id: 'c' },
    ]);
  });

  test('the same again changes nothing, and is said to be unchanged', async () => {
    const { url } = await start();
    const lines = ndjson([
      eventAt(day, 'a', { amount: 0.1, message: 'é\u0000\u2028"' }),
      { op: 'update', id: 'a', set: { severity: 'info' } },
      { op: 'update', id: 'a', set: {} },
      { op: 'delete', id: 'nobody' },
    ]);
    expect((await post(url, lines)).body).toMatchObject({ accepted: 1, unchanged: 3, seq: 1 });
    expect((await post(url, lines)).body).toMatchObject({ accepted: 0, unchanged: 4, seq: 1 });
  });

  test('an event replaces the one with its id whole', async () => {
    const { url } = await start();
    await post(url, ndjson([eventAt(day, 'a', { amount: 5 }), eventAt(day, 'a', { actor: 'Bo' })]));
    expect((await fetchPage(url)).events).toEqual([eventAt(day, 'a', { actor: 'Bo' })]);
  });

  test('what is sent has no payload made up for it', async () => {
    const { url } = await startBackend({ initialCount: 1, ingestToken: token });
    const madeUp = (await fetchPage(url)).events[0] as Event;
    const sent = eventAt(day, 'evt_0000000');
    await post(url, ndjson([sent]));
    const read = async (id: string) =>
      (await (await fetch(`${url}/data?id=${id}`)).json()) as unknown;
    expect(await read(madeUp.id)).toEqual({ ...madeUp, payload: expect.any(Object) as object });
    expect(await read(sent.id)).toEqual(sent);
  });

  test('JSON is one value, with lines of its own', async () => {
    const { url } = await start();
    const type = 'application/json; charset=utf-8';
    const pretty = `\ufeff${JSON.stringify(eventAt(day, 'a'), undefined, 2)}\r\n`;
    expect((await post(url, pretty, { type })).body).toMatchObject({ accepted: 1 });
    const wrong = '{\n  "id": "b",\n  "timestamp": 1.5\n}';
    expect(await post(url, wrong, { type })).toMatchObject({
      status: 422,
      body: { rejected: [{ line: 3, column: 16, code: 'out_of_range' }], rejectedCount: 1 },
    });
    expect(await post(url, '', { type })).toMatchObject({
      status: 422,
      body: { rejected: [{ line: 1, column: 1, code: 'syntax' }] },
    });
  });

  test('times may be ISO 8601, in UTC where no zone is named', async () => {
    const { url } = await start();
    const times = ['2025-01-15', '2025-01-15T01:00', '2025-01-15T03:00:00.001+01:00'];
    const events = times.map((timestamp, n) => ({ ...eventAt(0, `e${n}`), timestamp }));
    expect((await post(url, ndjson(events))).status).toBe(200);
    const hours = (await fetchPage(url)).events.map(({ timestamp }) => timestamp - day);
    expect(hours).toEqual([0, 3_600_000, 7_200_001]);
  });

  test.each([
    ['line feeds', '\n', '', '\n'],
    ['CRLF', '\r\n', '', '\r\n'],
    ['a byte order mark, and no end of the last line', '\n', '\ufeff', ''],
    ['empty lines', '\n\r\n \t\n\n', '\n\n', '\n\n'],
  ])('lines with %s', async (_, between, before, after) => {
    const { url } = await start();
    const lines = ['a', 'b'].map((id) => JSON.stringify(eventAt(day, id)));
    const answer = await post(url, before + lines.join(between) + after);
    expect(answer).toMatchObject({ status: 200, body: { accepted: 2 } });
  });

  test('fields that nobody knows are left out and named; __proto__ is one of them', async () => {
    const { url } = await start();
    const line = JSON.stringify(eventAt(day, 'a')).replace(
      '{',
      '{"__proto__":{"severity":"hacked","isAdmin":true},"constructor":1,"sevrity":"x",',
    );
    const { body } = await post(url, `${line}\n{"op":"update","id":"a","set":{"__proto__":{}}}`);
    expect(body).toMatchObject({ accepted: 1, unchanged: 1 });
    expect(body.ignoredFields).toEqual(['__proto__', 'constructor', 'sevrity']);
    expect((await fetchPage(url)).events).toEqual([eventAt(day, 'a')]);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`f${n}`.repeat(99), n]));
    const { ignoredFields } = (await post(url, ndjson([{ ...many, ...eventAt(day, 'b') }]))).body;
    expect(ignoredFields).toHaveLength(20);
    expect(Math.max(...ignoredFields.map(({ length }) => length))).toBe(100);
  });
});

describe('what is not taken', () => {
  const good = eventAt(day, 'a');
  test.each([
    ['no JSON', '{"id":"a",}', 11, 'syntax'],
    ['half a line', '{"id":"a","time', 11, 'syntax'],
    ['a string with a control character', '{"id":"a\u0001"}', 9, 'syntax'],
    ['an array', '[]', 1, 'not_an_object'],
    ['a number', ' 5', 2, 'not_an_object'],
    ['an unknown op', '{"op":"upsert","id":"a"}', 7, 'unknown_op'],
    ['an op that is none', '{"op":null,"id":"a"}', 7, 'unknown_op'],
    ['an insert without an event', '{"op":"insert"}', 1, 'missing_field'],
    ['an insert of a text', '{"op":"insert","event":"a"}', 24, 'not_an_object'],
    ['no id', '{"timestamp":1}', 1, 'missing_id'],
    ['an empty id', '{"timestamp":1,"id":""}', 21, 'missing_id'],
    ['an id that is a number', '{"timestamp":1,"id":7}', 21, 'wrong_type'],
    ['no timestamp', '{"op":"insert","event":{"id":"a"}}', 24, 'missing_timestamp'],
    [
      'a timestamp that is removed',
      '{"op":"update","id":"k","set":{"timestamp":null}}',
      44,
      'missing_timestamp',
    ],
    ['a timestamp past the last', '{"id":"a","timestamp":8640000000000001}', 23, 'out_of_range'],
    ['a fraction of a millisecond', '{"id":"a","timestamp":1.5}', 23, 'out_of_range'],
    ['a timestamp of digits in quotes', '{"id":"a","timestamp":"1700000000"}', 23, 'wrong_type'],
    ['a day that there is not', '{"id":"a","timestamp":"2025-02-30"}', 23, 'wrong_type'],
    ['a severity that is a number', '{"id":"a","timestamp":1,"severity":3}', 36, 'wrong_type'],
    ['an amount that is a text', '{"id":"a","timestamp":1,"amount":"3"}', 34, 'wrong_type'],
    ['an amount past all doubles', '{"id":"a","timestamp":1,"amount":1e999}', 34, 'out_of_range'],
    ['half of a pair', '{"id":"a","timestamp":1,"message":"\\ud800"}', 35, 'invalid_text'],
    [
      'the second of two values',
      '{"id":"a","timestamp":1,"amount":3,"amount":"x"}',
      45,
      'wrong_type',
    ],
    ['a change of nothing', '{"op":"update","id":"nobody","set":{"amount":1}}', 21, 'unknown_id'],
    ['a change of the id', '{"op":"update","id":"k","set":{"id":"b"}}', 37, 'fixed_id'],
    ['an update without a set', '{"op":"update","id":"k"}', 1, 'missing_field'],
    ['brackets without end', '['.repeat(60_000), 60_001, 'syntax'],
  ])('%s', async (_, line, column, code) => {
    const { url } = await start();
    await post(url, ndjson([eventAt(day, 'k')]));
    const { status, body } = await post(url, `${ndjson([good])}${line}\n${ndjson([good])}`);
    expect(status).toBe(207);
    expect(body.rejected).toMatchObject([{ line: 2, column, code }]);
    expect(body).toMatchObject({ accepted: 1, unchanged: 1, rejectedCount: 1 });
    expect((await fetchPage(url)).events).toEqual([good, eventAt(day, 'k')]);
  });

  test('ids and values that are too long', async () => {
    const { url } = await start();
    const fits = eventAt(day, 'é'.repeat(512), { actor: 'é'.repeat(2_048) });
    const { body } = await post(
      url,
      ndjson([fits, eventAt(day, `${fits.id}x`), { ...good, actor: `${fits.actor}x` }]),
    );
    expect(body.rejected.map(({ line, code }) => [line, code])).toEqual([
      [2, 'too_long'],
      [3, 'too_long'],
    ]);
    expect((await fetchPage(url)).events).toEqual([fits]);
  });

  test.each([
    ['a byte that begins nothing', [0x22, 0xff], 8],
    ['half of a character', [0x22, 0xc3, 0xa9, 0xe2, 0x82], 9],
    ['a surrogate', [0xed, 0xa0, 0x80], 7],
    ['too long a form', [0xc0, 0x80], 7],
  ])('no UTF-8: %s', async (_, bytes, column) => {
    const { url } = await start();
    const body = Buffer.concat([Buffer.from('{"id":'), Buffer.from(bytes), Buffer.from('"}\n')]);
    expect(await post(url, body)).toMatchObject({
      status: 422,
      body: { rejected: [{ line: 1, column, code: 'invalid_utf8' }] },
    });
  });

  test('10,000 wrong lines are counted, and the first 100 told', async () => {
    const { url } = await start();
    const { status, body } = await post(url, 'no\n'.repeat(10_000) + ndjson([good]));
    expect(status).toBe(207);
    expect(body).toMatchObject({ accepted: 1, rejectedCount: 10_000 });
    expect(body.rejected).toHaveLength(100);
    expect(body.rejected.at(-1)).toMatchObject({ line: 100, column: 1, code: 'syntax' });
  });

  test('more events than there is room for; changes and deletes go on', async () => {
    const { url } = await start({ maxCount: 2 });
    const { body } = await post(
      url,
      ndjson([
        eventAt(day, 'a'),
        eventAt(day, 'b'),
        eventAt(day, 'c'),
        { op: 'update', id: 'a', set: { amount: 1 } },
        { op: 'delete', id: 'b' },
        eventAt(day, 'd'),
      ]),
    );
    expect(body.rejected).toMatchObject([{ line: 3, column: 1, code: 'timeline_full' }]);
    expect((await fetchPage(url)).events.map(({ id }) => id)).toEqual(['a', 'd']);
  });
});

describe('who may write', () => {
  const line = ndjson([eventAt(day, 'a')]);

  test('nobody without a token, and the answer says how to turn it on', async () => {
    const { url } = await startBackend({ initialCount: 0 });
    const { status, headers, body } = await post(url, line);
    expect([status, body.error?.code]).toEqual([403, 'ingest_off']);
    expect(body.error?.message).toContain('INGEST_TOKEN');
    expect(headers.get('WWW-Authenticate')).toContain('Bearer');
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong-token-here',
    `Basic ${token}`,
    `Bearer ${token}x`,
  ])('not with "%s"', async (authorization) => {
    const { url } = await start();
    const { status, headers, body } = await post(url, line, { authorization });
    expect([status, body.error?.code]).toEqual([401, 'unauthorized']);
    expect(headers.get('WWW-Authenticate')).toContain('Bearer realm=');
    expect(JSON.stringify(body)).not.toContain(token);
    expect((await fetchPage(url)).totalCount).toBe(0);
  });

  test('who guesses has to wait, who knows has not', async () => {
    const { url } = await start();
    for (let i = 0; i < 10; i++) {
      expect((await post(url, line, { authorization: 'Bearer x' })).status).toBe(401);
    }
    const refused = await post(url, line, { authorization: 'Bearer x' });
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too_many_requests' } } });
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0);
    expect((await post(url, line)).status).toBe(200);
  });

  test('pages of other origins may not, those of allowed ones may', async () => {
    const { url } = await start();
    const refused = await post(url, line, { origin: 'http://evil.example' });
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'origin_not_allowed']);
    expect(refused.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const allowed = await post(url, line, { origin: 'http://localhost:5173' });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('Access-Control-Allow-Origin')).toBe('http://localhost:5173');
    for (const [origin, answer] of [
      ['http://evil.example', null],
      ['http://localhost:5173', 'http://localhost:5173'],
    ] as const) {
      const headers = { Origin: origin, 'Access-Control-Request-Method': 'POST' };
      const preflight = await fetch(`${url}/data`, { method: 'OPTIONS', headers });
      expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(answer);
    }
  });

  test('requests and mutations past the allowance wait', async () => {
    const none = { burst: 1_000, perSecond: 0.001 };
    const { url } = await start({
      ingestLimits: { requests: { burst: 2, perSecond: 0.001 }, mutations: none },
    });
    expect((await post(url, line)).status).toBe(200);
    expect((await post(url, line)).status).toBe(200);
    const third = await post(url, line);
    expect([third.status, third.body.error?.code]).toEqual([429, 'too_many_requests']);
    expect(Number(third.headers.get('Retry-After'))).toBeGreaterThan(900);

    const other = await start({
      ingestLimits: { requests: none, mutations: { burst: 3, perSecond: 0.001 } },
    });
    expect((await post(other.url, ndjson([1, 2, 3, 4]))).status).toBe(422);
    expect((await post(other.url, line)).status).toBe(429);
  });
});

describe('limits of a request', () => {
  test.each([
    ['', 'missing'],
    ['text/plain', 'text/plain'],
    ['application/x-www-form-urlencoded', 'urlencoded'],
  ])('type "%s" is refused', async (type, told) => {
    const { url } = await start();
    const body = type === '' ? Buffer.from('{}') : '{}';
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (type !== '') headers['Content-Type'] = type;
    const response = await fetch(`${url}/data`, { method: 'POST', headers, body });
    expect(response.status).toBe(415);
    expect(await response.text()).toContain(told);
  });

  test('a compressed body is refused', async () => {
    const { url } = await start();
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/x-ndjson',
      'Content-Encoding': 'gzip',
    };
    const response = await fetch(`${url}/data`, { method: 'POST', headers, body: 'x' });
    expect(response.status).toBe(415);
  });

  test('a body that says it is too large is refused unread', async () => {
    const { url } = await start({ ingestLimits: { maxBodyBytes: 500 } });
    const { status, body } = await post(
      url,
      ndjson([eventAt(day, 'a', { message: 'x'.repeat(500) })]),
    );
    expect([status, body.error?.code]).toEqual([413, 'body_too_large']);
    expect((await fetchPage(url)).totalCount).toBe(0);
  });

  test('of one that turns out to be too large, what came before is taken and told', async () => {
    const { url } = await start({ ingestLimits: { maxBodyBytes: 500, maxMutations: 2 } });
    const first = ndjson([eventAt(day, 'a')]);
    const answer = await post(
      url,
      streamOf([first, ndjson([eventAt(day, 'b', { message: 'x'.repeat(500) })])]),
    );
    expect(answer).toMatchObject({
      status: 413,
      body: { error: { code: 'body_too_large' }, accepted: 1, rejectedCount: 0 },
    });
    const many = await post(
      url,
      ndjson([eventAt(day, 'b'), eventAt(day, 'c'), eventAt(day, 'd')]).slice(0, 499),
    );
    expect(many).toMatchObject({
      status: 413,
      body: { error: { code: 'too_many_mutations' }, accepted: 2 },
    });
    expect((await fetchPage(url)).events.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('a line has 64 KiB', async () => {
    const { url } = await start();
    const lengthOf = (n: number): string => {
      const head = JSON.stringify(eventAt(day, 'a', { message: '' })).length;
      return JSON.stringify(eventAt(day, 'a', { message: 'x'.repeat(n - head) }));
    };
    expect((await post(url, `\ufeff${lengthOf(65_536)}\r\n`)).body).toMatchObject({ accepted: 1 });
    for (const type of ['application/x-ndjson', 'application/json']) {
      const answer = await post(url, `\n${lengthOf(65_537)}`, { type });
      expect(answer).toMatchObject({ status: 413, body: { error: { code: 'line_too_long' } } });
    }
  });

  test('a body that takes too long is ended; what came whole is taken', async () => {
    const { url } = await start({ ingestLimits: { maxBodyMs: 300 } });
    const answer = await post(
      url,
      streamOf([ndjson([eventAt(day, 'a')]) + '{"id":"half'], { isEndless: true }),
    );
    expect(answer).toMatchObject({
      status: 408,
      body: { error: { code: 'request_timeout' }, accepted: 1 },
    });
    expect((await fetchPage(url)).events.map(({ id }) => id)).toEqual(['a']);
  });

  test('more at a time than there is room for wait', async () => {
    const { url } = await start({ ingestLimits: { maxUnderWay: 1 } });
    const slow = openPost(url);
    slow.write(ndjson([eventAt(day, 'a')]));
    await expect.poll(async () => (await post(url, '')).status).toBe(503);
    slow.end();
    await expect.poll(async () => (await post(url, '')).status).toBe(200);
  });

  test('a connection that breaks in the middle leaves whole lines, and nothing half', async () => {
    const { url } = await start();
    const events = Array.from({ length: 600 }, (_, n) => eventAt(day + n, `e${n}`));
    const broken = openPost(url);
    broken.write(`${ndjson(events)}{"id":"half","timestamp":1`);
    // A section has been written by the time that anything of it is seen.
    await expect.poll(async () => (await fetchPage(url)).totalCount).toBe(500);
    broken.destroy();
    await expect.poll(async () => (await post(url, '')).status).toBe(200);
    expect((await fetchPage(url)).events).toEqual(events.slice(0, 500));
  });

  test('what else is asked of /data names what is possible', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/data`, { method: 'PUT' });
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, HEAD, POST']);
    const other = await fetch(`${url}/health`, { method: 'POST' });
    expect([other.status, other.headers.get('Allow')]).toEqual([405, 'GET, HEAD']);
  });
});

function streamOf(
  chunks: readonly string[],
  { isEndless = false } = {},
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      if (!isEndless) controller.close();
    },
  });
}

/** A request whose body is written by hand. */
function openPost(url: string) {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' };
  const request = httpRequest(`${url}/data`, { method: 'POST', headers });
  request.on('error', () => undefined);
  request.flushHeaders();
  return request;
}
