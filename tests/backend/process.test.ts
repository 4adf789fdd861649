import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { FeedReader } from './support/feed_reader.js';
import { fetchPage } from './support/test_backend.js';

const fastClock = new URL('support/fast_clock.mjs', import.meta.url);
const backendFolder = fileURLToPath(new URL('../../backend', import.meta.url));

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** `node build`, as a user starts it. It must have been built. */
class BackendProcess {
  readonly lines: LogLine[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['build'], {
      cwd: backendFolder,
      env: { PORT: '0', INITIAL_COUNT: '1000', ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null);
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('no output');
    createInterface(stdout).on('line', (line) => this.lines.push(JSON.parse(line) as LogLine));
  }

  /** The line that says where the backend listens. */
  ready(): Promise<LogLine> {
    return this.logged('ready');
  }

  /** The first line with this message, now or later. */
  async logged(message: string): Promise<LogLine> {
    const { stdout } = this.#child;
    for (;;) {
      const line = this.lines.find(({ msg }) => msg === message);
      if (line !== undefined) return line;
      if (stdout === null || stdout.readableEnded) throw new Error(`ended before '${message}'`);
      await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

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
