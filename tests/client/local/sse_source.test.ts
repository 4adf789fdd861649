import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SseSource } from '../../../wasm/ts/client/source_description.js';
import { compareModelKeys } from '../../support/event_model.js';
import { nodeEnvironment, until } from '../../support/node_environment.js';
import { LocalHarness } from './local_harness.js';

/** A stream over real HTTP, with a log that connections go on from, and a list of what there is. */
class StreamServer {
  readonly log: string[] = [];
  readonly connections: { readonly request: IncomingMessage; readonly response: ServerResponse }[] =
    [];
  list: unknown = [];
  listCount = 0;
  hasIds = true;
  /** Lists wait until it is called. */
  holdList: Promise<void> = Promise.resolve();
  readonly #server = createServer((request, response) => {
    if (request.url === '/list') {
      this.listCount++;
      void this.holdList.then(() => response.end(JSON.stringify(this.list)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.write('retry: 1\n\n');
    this.connections.push({ request, response });
    const last = Number(request.headers['last-event-id'] ?? this.log.length);
    for (const message of this.log.slice(last)) response.write(message);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  send(data: unknown, type?: string): void {
    const id = this.hasIds ? `id: ${this.log.length + 1}\n` : '';
    const event = type === undefined ? '' : `event: ${type}\n`;
    const message = `${id}${event}data: ${JSON.stringify(data)}\n\n`;
    this.log.push(message);
    this.connections.at(-1)?.response.write(message);
  }

  break(): void {
    for (const { response } of this.connections) response.destroy();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let server: StreamServer;
let url: string;

beforeEach(async () => {
  server = new StreamServer();
  url = await server.start();
});

afterEach(() => server.stop());

function start(options: Partial<SseSource> = {}): Promise<LocalHarness> {
  return LocalHarness.start(
    { type: 'sse', url: `${url}/stream`, timestampUnit: 'ms', ...options },
    { environment: nodeEnvironment(20) },
  );
}

const event = (id: string, timestamp: number, kind = 'k') => ({ id, timestamp, kind, message: id });

describe('a stream', () => {
  it('is followed: events come, change, move and go, singly and in lists', async () => {
    using harness = await start();
    await harness.becomes('live');
    server.send(event('a', 1));
    server.send([event('c', 3), event('b', 2)]);
    await harness.hasRows(['a', 'b', 'c']);
    server.send(event('a', 4), 'update');
    server.send('c', 'delete');
    server.send({ id: 'none' }, 'delete');
    server.send({ what: 'no event' }, 'ping');
    await harness.hasRows(['b', 'a']);
    server.send([event('d', 1)], 'snapshot');
    await harness.hasRows(['d']);
    expect(harness.state?.error).toBeUndefined();
  });

  it('equals what was sent, through breaks, from the message after the last', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ put: fc.constantFrom('a', 'b', 'é', '\u{1f600}'), at: fc.nat(9) }),
      },
      { weight: 2, arbitrary: fc.record({ delete: fc.constantFrom('a', 'b', 'é', '\u{1f600}') }) },
      { weight: 1, arbitrary: fc.constant('break' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        await server.stop();
        server = new StreamServer();
        url = await server.start();
        using harness = await start();
        await harness.becomes('live');
        const model = new Map<string, ReturnType<typeof event>>();
        server.send(event('z', 99));
        model.set('z', event('z', 99));
        await harness.hasRows(['z']);
        for (const each of steps) {
          if (each === 'break') {
            server.break();
          } else if ('put' in each) {
            const put = event(each.put, each.at);
            model.set(put.id, put);
            server.send(put);
          } else {
            model.delete(each.delete);
            server.send(each.delete, 'delete');
          }
        }
        await harness.hasRows([...model.values()].sort(compareModelKeys).map(({ id }) => id));
        await harness.becomes('live');
      }),
      { numRuns: 12 },
    );
  });

  it('takes a list first, and after it what came meanwhile', async () => {
    let release = (): void => undefined;
    server.holdList = new Promise((resolve) => {
      release = resolve;
    });
    server.list = { rows: [event('a', 1), event('b', 2)] };
    using harness = await start({ initialUrl: `${url}/list`, items: 'rows' });
    await until(
      'both are asked for',
      () => server.listCount === 1 && server.connections.length === 1,
    );
    server.send('b', 'delete');
    server.send(event('c', 3));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(harness.state).toMatchObject({ connection: 'connecting', loading: true, rowCount: 0 });
    release();
    await harness.hasRows(['a', 'c']);
    await harness.becomes('live');
  });

  it('takes the list anew after a break where the stream has no ids', async () => {
    server.hasIds = false;
    server.list = [event('a', 1)];
    using harness = await start({ initialUrl: `${url}/list` });
    await harness.hasRows(['a']);
    server.list = [event('b', 1)];
    server.break();
    await harness.hasRows(['b']);
    expect(server.listCount).toBe(2);
  });

  it('says that something may have been missed where there is neither', async () => {
    server.hasIds = false;
    using harness = await start();
    await harness.becomes('live');
    server.break();
    await until('it says so', () => harness.state?.error?.code === 'history_lost');
    await harness.becomes('live');
  });

  it('says what it answers with in place of a stream, and tries on', async () => {
    using harness = await start({ url: `${url}/list` });
    await harness.becomes('offline');
    expect(harness.state?.error).toMatchObject({ code: 'unexpected_answer' });
  });

  it('is stale while it is down, and closed once it has been deleted', async () => {
    const harness = await start();
    await harness.becomes('live');
    server.send(event('a', 1));
    await harness.hasRows(['a']);
    await server.stop();
    await harness.becomes('offline');
    expect(harness.state).toMatchObject({ stale: true, totalCount: 1 });
    expect(harness.ids).toEqual(['a']);
    harness.session.delete();
    server = new StreamServer();
    url = await server.start();
    using other = await start();
    await other.becomes('live');
    const [connection] = server.connections;
    let isClosed = false;
    connection?.request.on('close', () => {
      isClosed = true;
    });
    other.session.delete();
    await until('the connection is closed', () => isClosed);
  });
});
