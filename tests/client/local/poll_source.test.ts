import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Environment } from '../../../wasm/ts/client/environment.js';
import type { PollSource } from '../../../wasm/ts/client/source_description.js';
import { compareModelKeys, type ModelEvent } from '../../support/event_model.js';
import { nodeEnvironment, until } from '../../support/node_environment.js';
import { madeEvents } from '../session_harness.js';
import { LocalHarness } from './local_harness.js';

/** A REST endpoint over real HTTP. */
class ListServer {
  readonly requests: IncomingMessage[] = [];
  answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  readonly #server = createServer((request, response) => {
    this.requests.push(request);
    this.answer(request, response);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/events`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let server: ListServer;
let url: string;

beforeEach(async () => {
  server = new ListServer();
  url = await server.start();
});

afterEach(() => server.stop());

function answerList(list: unknown): void {
  server.answer = (_request, response) => {
    response.end(JSON.stringify(list));
  };
}

function start(options: Partial<PollSource> = {}): Promise<LocalHarness> {
  return LocalHarness.start(
    { type: 'poll', url, intervalMs: 250, timestampUnit: 'ms', ...options },
    { environment: nodeEnvironment(20) },
  );
}

async function untilPolled(): Promise<void> {
  const { length } = server.requests;
  await until('it was asked twice more', () => server.requests.length >= length + 2);
}

describe('a list that is polled', () => {
  it('is what the timeline equals: events come, change, move and go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.uniqueArray(
            fc.record({
              id: fc.constantFrom('a', 'b', 'é', '\u{1f600}', '\uff5e'),
              timestamp: fc.nat(9),
              kind: fc.constantFrom('x', 'y'),
              message: fc.string(),
            }),
            { selector: ({ id }) => id },
          ),
          { minLength: 1, maxLength: 5 },
        ),
        async (lists) => {
          answerList(lists[0]);
          using harness = await start();
          await harness.becomes('live');
          for (const list of lists) {
            answerList(list);
            const wanted = JSON.stringify([...list].sort(compareModelKeys).map(parts));
            await until(wanted, () => JSON.stringify(harness.rows.map(parts)) === wanted);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('leaves rows alone that are as they were, and says not modified where the server does', async () => {
    const events = madeEvents(4);
    let tag = '"1"';
    let list: readonly ModelEvent[] = events;
    server.answer = (request, response) => {
      response.setHeader('etag', tag);
      if (request.headers['if-none-match'] === tag) response.statusCode = 304;
      response.end(response.statusCode === 304 ? undefined : JSON.stringify(list));
    };
    using harness = await start();
    await harness.becomes('live');
    const { cursor, mutationCount } = harness.state ?? {};
    await untilPolled();
    expect(server.requests.at(-1)?.headers['if-none-match']).toBe('"1"');
    tag = '"2"';
    await untilPolled();
    // The same events under another tag: nothing has happened.
    expect(harness.state).toMatchObject({ cursor, mutationCount });
    list = [...events.slice(0, 3), { ...(events[3] as ModelEvent), message: 'changed' }];
    tag = '"3"';
    await until('it has changed', () => harness.rows[3]?.['message'] === 'changed');
    const seq = (cursor?.seq ?? 0) + 1;
    await until('that alone is told', () => harness.state?.cursor?.seq === seq);
  });

  it('asks for what has changed since the greatest value so far, and takes deletes', async () => {
    const changes = [
      [
        { id: 'a', timestamp: 1, updated: '2024-01-01' },
        { id: 'b', timestamp: 2, updated: '2024-01-03' },
      ],
      [{ id: 'a', timestamp: 3, updated: '2024-01-04', gone: true }],
      [],
    ];
    const asked: (string | null)[] = [];
    server.answer = (request, response) => {
      asked.push(new URL(request.url ?? '', url).searchParams.get('after'));
      response.end(JSON.stringify({ data: { items: changes.shift() ?? [] } }));
    };
    using harness = await start({
      url: `${url}?kind=all`,
      items: 'data.items',
      since: { parameter: 'after', field: 'updated' },
      deletedField: 'gone',
    });
    await harness.hasRows(['b']);
    await untilPolled();
    expect(asked.slice(0, 4)).toEqual([null, '2024-01-03', '2024-01-04', '2024-01-04']);
    expect(server.requests[1]?.url).toContain('?kind=all&after=2024-01-03');
  });

  it.each([
    ['an error', (r: ServerResponse) => void r.writeHead(503).end(), 'answered 503'],
    ['no list', (r: ServerResponse) => void r.end('{"items":[]}'), 'without a JSON array'],
    ['no JSON', (r: ServerResponse) => void r.end('<html>'), 'without a JSON array'],
    [
      'a broken answer',
      (r: ServerResponse) => void r.writeHead(200, { 'content-length': 9 }).write('['),
      'broke off',
    ],
  ])(
    'keeps its rows where the server answers with %s, says so, and goes on by itself',
    async (what, fail, message) => {
      answerList(madeEvents(2));
      using harness = await start();
      await harness.becomes('live');
      server.answer = (_request, response) => {
        fail(response);
        if (what === 'a broken answer') setTimeout(() => response.destroy(), 5);
      };
      await harness.becomes('offline');
      expect(harness.ids).toEqual(['e0', 'e1']);
      expect(harness.state).toMatchObject({ stale: true });
      expect(harness.state?.error?.message).toContain(message);
      answerList(madeEvents(3));
      await harness.hasRows(['e0', 'e1', 'e2']);
      await harness.becomes('live');
      expect(harness.state?.error).toBeUndefined();
    },
  );

  it('leaves out events without an id, whose rows nobody could tell apart', async () => {
    answerList([{ timestamp: 1 }, { id: 'a', timestamp: 1 }]);
    using harness = await start();
    await harness.hasRows(['a']);
    expect(harness.errors.join()).toContain('missing_id');
  });

  it.each([
    { intervalMs: 0, waitedMs: 250 },
    { intervalMs: NaN, waitedMs: 250 },
    { intervalMs: 300, waitedMs: 300 },
    { intervalMs: 2 ** 31, waitedMs: 2 ** 31 - 1 },
    { intervalMs: Infinity, waitedMs: 2 ** 31 - 1 },
  ])(
    'waits $waitedMs ms, as timers can, where told $intervalMs',
    async ({ intervalMs, waitedMs }) => {
      answerList([]);
      const delaysMs: number[] = [];
      const real = nodeEnvironment(20);
      const environment: Environment = {
        ...real,
        after(delayMs, run) {
          delaysMs.push(delayMs);
          return real.after(delayMs, run);
        },
      };
      using harness = await LocalHarness.start({ type: 'poll', url, intervalMs }, { environment });
      await harness.becomes('live');
      await until('it waits', () => delaysMs.includes(waitedMs));
      expect(server.requests.length).toBeLessThanOrEqual(2);
    },
  );

  it('asks no more once it has been deleted', async () => {
    answerList([]);
    const harness = await start();
    await harness.becomes('live');
    harness.session.delete();
    const { length } = server.requests;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.requests.length).toBeLessThanOrEqual(length);
  });
});

function parts(event: { readonly [name: string]: unknown } | ModelEvent): readonly unknown[] {
  const { id, timestamp, kind, message } = event as ModelEvent;
  return [id, timestamp, kind, message];
}
