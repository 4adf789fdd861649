import { expect, test } from 'vitest';

import { BackendProcess } from './support/backend_process.js';
import { FeedReader } from './support/feed_reader.js';
import { fetchPage } from './support/test_backend.js';

const fastClock = new URL('support/fast_clock.mjs', import.meta.url);
test.each(['SIGTERM', 'SIGINT'] as const)(
  'starts, serves, and ends with 0 on %s',
  async (signal) => {
    const backend = new BackendProcess({ MUTATION_RATE: '500' });
    const { url, count, epoch, seconds } = await backend.ready();
    expect({ count, epoch: typeof epoch, seconds: typeof seconds }).toEqual({
      count: 1_000,
      epoch: 'string',
      seconds: 'number',
    });
    const address = url as string;
    expect((await fetchPage(address)).totalCount).toBeGreaterThan(500);
    const feed = await FeedReader.open(address);
    await feed.first('batch');
    backend.kill(signal);
    expect(await feed.closed).toMatchObject({ code: 1001 });
    expect(await backend.exited).toBe(0);
    expect(backend.lines.at(-1)?.msg).toBe('stopped');
  },
);

test('Ctrl+C, and SIGTERM from whoever started it, end it once and in order', async () => {
  const backend = new BackendProcess({ MUTATION_RATE: '500' });
  const { url } = await backend.ready();
  const feed = await FeedReader.open(url as string);
  await feed.first('batch');
  backend.kill('SIGINT');
  await backend.logged('stopping');
  backend.kill('SIGTERM');
  expect(await feed.closed).toMatchObject({ code: 1001 });
  expect(await backend.exited).toBe(0);
  expect(backend.lines.filter(({ msg }) => msg === 'stopped')).toHaveLength(1);
});

test('the same signal again ends it at once', async () => {
  const backend = new BackendProcess({});
  const { url } = await backend.ready();
  // A client that never answers the close holds an orderly end up.
  const feed = await FeedReader.open(url as string);
  feed.socket.pause();
  backend.kill('SIGTERM');
  await backend.logged('stopping');
  backend.kill('SIGTERM');
  expect(await backend.exited).toBe(1);
  feed.socket.terminate();
});

test('a long start says how far it is, a short one nothing', async () => {
  const environment = { INITIAL_COUNT: '20000', NODE_OPTIONS: `--import=${fastClock.href}` };
  const long = new BackendProcess(environment);
  await long.ready();
  const said = { msg: 'making the history', totalCount: 20_000 };
  expect(long.lines[0]).toMatchObject({ ...said, count: 15_000 });
  expect(long.lines[0]?.['perSecond']).toBeGreaterThan(0);
  expect(long.lines.map(({ msg }) => msg)).toEqual(['making the history', 'ready']);

  const short = new BackendProcess({ ...environment, INITIAL_COUNT: '5000' });
  await short.ready();
  expect(short.lines.map(({ msg }) => msg)).toEqual(['ready']);
});

test('a wrong setting ends the start with 1 and a message that names it', async () => {
  const backend = new BackendProcess({ INITIAL_COUNT: 'many' });
  expect(await backend.exited).toBe(1);
  expect(backend.lines.at(-1)).toMatchObject({ level: 60 });
  expect(backend.lines.at(-1)?.msg).toContain('INITIAL_COUNT="many": expected');
});

test('a port that is taken ends the start with 1', async () => {
  const first = new BackendProcess({});
  const { url } = await first.ready();
  const second = new BackendProcess({ PORT: new URL(url as string).port });
  expect(await second.exited).toBe(1);
  expect(second.lines.at(-1)?.msg).toContain('listen on 127.0.0.1');
  first.kill('SIGTERM');
  expect(await first.exited).toBe(0);
});
