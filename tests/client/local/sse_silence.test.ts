import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Environment } from '../../../wasm/ts/client/environment.js';
import { nodeEnvironment, until } from '../../support/node_environment.js';
import { LocalHarness } from './local_harness.js';

/** Of no other timer. */
const silenceMs = 45_678;

interface Connection {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Timer {
  readonly run: () => void;
  isCancelled: boolean;
}

let connections: Connection[];
let url: string;
let timers: Timer[];
let harness: LocalHarness | undefined;

/** Streams that are opened and then say what a test says. */
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  connections.push({ request, response });
});

/** A clock whose timers of silence run out when a test says so. */
const environment: Environment = {
  ...nodeEnvironment(20),
  after(delayMs, run) {
    if (delayMs !== silenceMs) return nodeEnvironment(20).after(delayMs, run);
    const timer = { run, isCancelled: false };
    timers.push(timer);
    return () => {
      timer.isCancelled = true;
    };
  },
};

beforeEach(async () => {
  connections = [];
  timers = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/stream`;
});

afterEach(async () => {
  harness?.[Symbol.dispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function start(options: { readonly silenceMs?: number } = {}): Promise<LocalHarness> {
  harness = await LocalHarness.start(
    { type: 'sse', url, timestampUnit: 'ms', ...options },
    { environment },
  );
  await harness.becomes('live');
  return harness;
}

function say(text: string): void {
  connections.at(-1)?.response.write(text);
}

const messageOf = (id: string) =>
  `id: ${id}\ndata: ${JSON.stringify({ id, timestamp: 1, kind: 'k', message: id })}\n\n`;

/** Timers of silence that have not been cancelled. */
const running = () => timers.filter(({ isCancelled }) => !isCancelled);

it('a stream that has gone silent is asked for again, from the message after the last', async () => {
  const page = await start({ silenceMs });
  say(messageOf('a'));
  await page.hasRows(['a']);
  const [first] = connections;
  let isClosed = false;
  first?.request.on('close', () => {
    isClosed = true;
  });
  running()[0]?.run();
  await until('it is asked for again', () => connections.length === 2);
  await until('the silent connection is closed', () => isClosed);
  expect(connections[1]?.request.headers['last-event-id']).toBe('a');
  expect(page.errors).toContain(`${url} said nothing for 45.678 s.`);
  say(messageOf('b'));
  await page.hasRows(['a', 'b']);
  await page.becomes('live');
  expect(running()).toHaveLength(1);
});

it('whatever it says is a sign of life: comments, halves of messages, single bytes', async () => {
  await start({ silenceMs });
  for (const text of [': still here\n\n', ':', 'data: {"id"', '\n']) {
    const count = timers.length;
    say(text);
    await until('the time begins anew', () => timers.length > count);
    expect(running()).toHaveLength(1);
    expect(timers.at(-1)?.isCancelled).toBe(false);
  }
  expect(connections).toHaveLength(1);
});

it('a client that has been deleted waits for nothing', async () => {
  const page = await start({ silenceMs });
  page.session.delete();
  harness = undefined;
  await until('the time is over', () => running().length === 0);
});

/** A page, and all delays that it waits for. */
async function startWatched(limit: number | undefined) {
  const delays: number[] = [];
  const watched = {
    ...environment,
    after: (delayMs: number, run: () => void) => {
      delays.push(delayMs);
      return environment.after(delayMs, run);
    },
  };
  const silence = limit === undefined ? {} : { silenceMs: limit };
  const source = { type: 'sse', url, timestampUnit: 'ms', ...silence } as const;
  harness = await LocalHarness.start(source, { environment: watched });
  await harness.becomes('live');
  return { page: harness, delays };
}

it.each([undefined, Infinity, NaN, 2 ** 31])('a limit of %s is none', async (limit) => {
  const { page, delays } = await startWatched(limit);
  say(messageOf('a'));
  await page.hasRows(['a']);
  expect(Math.max(...delays)).toBeLessThanOrEqual(60_000);
  expect(connections).toHaveLength(1);
});

it.each([0, 999, -Infinity])('a limit of %s is a second', async (limit) => {
  const { delays } = await startWatched(limit);
  expect(delays).toContain(1_000);
  expect(delays).not.toContain(limit);
});
