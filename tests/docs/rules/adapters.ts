import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { compileFunction } from 'node:vm';
import { expect, onTestFinished } from 'vitest';
import { pages } from '../../../wasm/ts/client/adapter/pages_adapter.js';
import { push } from '../../../wasm/ts/client/adapter/push_adapter.js';
import type { ClientOptions } from '../../../wasm/ts/client/client.js';
import { inferSchema } from '../../../wasm/ts/client/infer_schema.js';
import type {
  OpenableSource,
  SourceDescription,
} from '../../../wasm/ts/client/source_description.js';
import { PagesHarness } from '../../client/adapter/pages_harness.js';
import { LocalHarness } from '../../client/local/local_harness.js';
import { madeEvents } from '../../client/session_harness.js';
import { EventModel, type ModelQuery } from '../../support/event_model.js';
import { until } from '../../support/node_environment.js';
import { coveredBy, expectCover, type PageRules, type Rule, type Scene } from '../support/rule.js';

/** Runs an example; what it imports and leaves open is given. Answers its `result`. */
function runExample(
  { block }: Scene,
  given: Readonly<Record<string, unknown>>,
  result: string,
): unknown {
  const body = `${block.code.replace(/^import .*$/gm, '')}\nreturn ${result};`;
  const run = compileFunction(body, Object.keys(given)) as (...values: unknown[]) => unknown;
  return run(...Object.values(given));
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Shows an array of events of other fields. */
const array: Rule = async (scene) => {
  class TimelineClient {
    readonly options: ClientOptions;
    constructor(options: ClientOptions) {
      this.options = options;
    }
  }
  const given = { TimelineClient, inferSchema, onBlock: undefined, onState: undefined };
  const { options } = runExample(scene, given, 'client') as TimelineClient;
  const { schema } = options;
  using harness = await LocalHarness.start(options.source as SourceDescription, { schema });
  await harness.becomes('live');
  expect(harness.rows).toEqual([
    { uuid: 'a', at: Date.UTC(2024, 4, 5, 10), level: 'info' },
    { uuid: 'b', at: Date.UTC(2024, 4, 5, 10, 0, 1), level: 'error' },
  ]);
};

/** Polls a list of what has changed. */
const polledList: Rule = async (scene) => {
  const answers = [
    [
      { id: 'a', timestamp: 1e12, updated_at: 1 },
      { id: 'b', timestamp: 1e12, updated_at: 2 },
    ],
    [{ id: 'a', deleted: true, updated_at: 3 }],
  ];
  const urls: (string | undefined)[] = [];
  const base = await serve((request, response) => {
    urls.push(request.url);
    response.end(JSON.stringify({ data: { items: answers.shift() ?? [] } }));
  });
  const source = runExample(scene, { base }, 'source');
  using harness = await LocalHarness.start(source as SourceDescription);
  await harness.hasRows(['b']);
  expect(urls.slice(0, 2)).toEqual(['/events', '/events?updated_after=2']);
};

/** Follows a stream after a list. */
const stream: Rule = async (scene) => {
  const base = await serve((request, response) => {
    if (request.url === '/events') {
      response.end('[{"id":"a","timestamp":1000000000000}]');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"id":"b","timestamp":1000000000001}\n\nevent: delete\ndata: a\n\n');
  });
  const source = runExample(scene, { base }, 'source');
  using harness = await LocalHarness.start(source as SourceDescription);
  await harness.hasRows(['b']);
};

/** Takes what an object brings. */
const broughtEvents: Rule = async (scene) => {
  let change: (change: object) => void = () => undefined;
  let isStopped = false;
  const given = {
    push,
    loadAll: () => Promise.resolve([{ id: 'a', timestamp: 1e12 }]),
    subscribe: (onChange: (change: object) => void) => {
      change = onChange;
      return () => {
        isStopped = true;
      };
    },
  };
  const source = runExample(scene, given, 'source') as OpenableSource;
  const opened = source.open();
  {
    using harness = await LocalHarness.start(opened.source);
    await harness.hasRows(['a']);
    await harness.becomes('live');
    change({ id: 'b', timestamp: 2e12 });
    change({ id: 'a', deleted: true });
    await harness.hasRows(['b']);
  }
  opened.close();
  expect(isStopped).toBe(true);
};

/** Asks an object for parts, and follows it. */
const parts: Rule = async (scene) => {
  const model = new EventModel(
    'e',
    madeEvents(300).map((each) => ({ ...each, timestamp: each.timestamp + 1e12 })),
  );
  let tell = (): void => undefined;
  const given = {
    pages,
    query: (asked: ModelQuery) => {
      const { events, firstRank, totalCount, seq } = model.page({ ...asked, filter: '' });
      return Promise.resolve({ rows: events, before: firstRank, total: totalCount, version: seq });
    },
    changesAfter: (seq: number, onChanges: (changes: object) => void) => {
      let told = seq;
      tell = () => {
        const changes = model
          .mutationsAfter(told)
          .map(({ op, ...mutation }) =>
            'event' in mutation
              ? { put: mutation.event }
              : { [op]: 'id' in mutation ? mutation.id : '' },
          );
        told = model.seq;
        onChanges({ version: told, changes });
      };
      return () => undefined;
    },
  };
  const source = runExample(scene, given, 'source') as OpenableSource;
  using harness = await PagesHarness.open(source);
  harness.look({ type: 'rank', rank: 150 });
  await harness.converges(model);
  await until('it follows', () => tell.length === 0 && harness.state?.connection === 'live');
  model.insert({ id: 'new', timestamp: 1e12 + 1_150_000, kind: 'k', message: 'm' });
  model.delete('e151');
  const telling = setInterval(() => {
    if (model.seq > 0) tell();
  }, 20);
  try {
    await harness.converges(model);
  } finally {
    clearInterval(telling);
  }
};

/** A backend that is started, killed and begun anew takes longer than an example. */
const onRealBackend: Rule = () =>
  expectCover(
    coveredBy(
      'tests/client/adapter/pages_on_backend.test.ts',
      'Example: pages over HTTP, changes over a WebSocket',
    ),
  );

export const adapters: PageRules = {
  Events: [array],
  'A list that is polled': [polledList],
  'Server-Sent Events': [stream],
  'An object that brings its events': [broughtEvents],
  'An object that answers for parts': [parts],
  'Example: pages over HTTP, changes over a WebSocket': [onRealBackend],
};
