import { afterEach, describe, expect, test, vi } from 'vitest';
import { parseEvent, requestEvent } from '../../app/src/lib/detail/event_request.js';

describe('an event of an answer', () => {
  test('has the id that was asked for, whatever else it has', () => {
    const json = '{"id":"a","timestamp":5,"__proto__":{"x":1},"payload":{"y":[1]}}';
    const event = parseEvent(json, 'a');
    expect(event && Object.keys(event)).toEqual(['id', 'timestamp', '__proto__', 'payload']);
  });

  test.each([
    '',
    'null',
    '[]',
    '"a"',
    '{"id":"a"}',
    '{"id":"a","timestamp":"5"}',
    '{"id":"b","timestamp":5}',
    '{"timestamp":5}',
    '{"id":"a","timestamp":5',
  ])('%s is none', (json) => {
    expect(parseEvent(json, 'a')).toBeUndefined();
  });
});

describe('an answer', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  async function answerOf(body: BodyInit, status: number) {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body, { status })));
    return requestEvent('http://host/data/a', 'a', new AbortController().signal);
  }

  test('of 404 says that there is no event only if the backend says so', async () => {
    expect(await answerOf('{"error":{"code":"not_found"}}', 404)).toEqual({ type: 'none' });
    expect(await answerOf('<h1>Not found</h1>', 404)).toMatchObject({ type: 'failed' });
  });

  test('with another status, or that is no event, has failed', async () => {
    expect(await answerOf('{"id":"a","timestamp":5}', 500)).toMatchObject({ type: 'failed' });
    expect(await answerOf('{"id":"a"', 200)).toMatchObject({ type: 'failed' });
  });

  test('is read up to 8 MiB', async () => {
    const event = (length: number) => {
      const frame = '{"id":"a","timestamp":5,"x":""}';
      return frame.replace('""', `"${'x'.repeat(length - frame.length)}"`);
    };
    expect(await answerOf(event(8 << 20), 200)).toMatchObject({ type: 'event' });
    expect(await answerOf(event((8 << 20) + 1), 200)).toMatchObject({ type: 'failed' });
  });

  test('that does not come has failed', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')));
    const { signal } = new AbortController();
    expect(await requestEvent('http://host/data/a', 'a', signal)).toMatchObject({ type: 'failed' });
  });
});
