import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventModel } from '../support/event_model.js';
import { pageAnswer, pageHeaders, readQuery, rowsType } from '../support/model_wire.js';
import { nodeEnvironment, until } from '../support/node_environment.js';
import { type PageScript, ScriptedBackend } from '../support/scripted_backend.js';
import { expectedEvents, windowEvents } from '../support/window_comparison.js';
import { keyOf, madeEvents, SessionHarness } from './session_harness.js';

/** Seconds between tries become tens of milliseconds; silence is noticed after a second. */
const SPEED = 5;
const EVENT_COUNT = 1_000;
const CAPACITY_ROWS = 400;
/** Room that is not worth a page. */
const MAX_FREE_ROWS = 20;

let backend: ScriptedBackend;
let harness: SessionHarness;
let heartbeats: NodeJS.Timeout;

beforeEach(async () => {
  backend = await ScriptedBackend.start(new EventModel('epoch1', madeEvents(EVENT_COUNT)));
  harness = await SessionHarness.start(nodeEnvironment(SPEED), {
    capacityRows: CAPACITY_ROWS,
    url: backend.url,
  });
  heartbeats = setInterval(() => {
    backend.heartbeat();
  }, 100);
});

afterEach(async () => {
  clearInterval(heartbeats);
  harness.delete();
  await backend.stop();
});

async function untilConverged(): Promise<void> {
  const { epoch, seq } = backend.model;
  await until('the session is live at the backend’s cursor, with nothing under way', () => {
    const { connection, loading, stale, error } = harness.state;
    const { cursor } = harness.engine;
    return (
      connection === 'live' &&
      !loading &&
      !stale &&
      error === undefined &&
      cursor?.epoch === epoch &&
      cursor.seq === seq
    );
  });
  expect(windowEvents(harness.engine)).toEqual(expectedEvents(harness.engine, backend.model));
}

async function startLive(): Promise<void> {
  harness.look({ type: 'live' });
  await until('the window is full', () => harness.engine.rowCount > CAPACITY_ROWS - MAX_FREE_ROWS);
  await untilConverged();
}

function untilError(code: string): Promise<void> {
  return until(`an error ${code}`, () => harness.states.some(({ error }) => error?.code === code));
}

describe('over HTTP and WebSocket, a session', () => {
  it.each([
    ['row blocks', true],
    ['JSON', false],
  ])('holds what the backend has, through losses, breaks and restarts, in %s', async (_, has) => {
    backend.hasBlocks = has;
    await startLive();
    const { model } = backend;
    for (let round = 0; round < 12; round++) {
      model.insert({ id: `new${round}`, timestamp: 3_000_000 + round, kind: 'k', message: 'm' });
      model.update(`e${990 - round}`, { message: `round ${round}` });
      model.delete(`e${980 - round}`);
      model.move(`e${970 - round}`, 1_990_000 + round);
      if (round % 4 === 1) backend.loseBatch();
      if (round % 4 === 2) backend.breakFeeds();
      if (round % 4 === 3)
        harness.look({ type: 'key', key: keyOf(model, `e${60 * round}`), rowOffset: 0 });
      await untilConverged();
    }
    await backend.stop();
    await until('offline', () => harness.state.connection === 'offline');
    expect(harness.engine.rowCount).toBeGreaterThan(0);
    backend.model = new EventModel('epoch2', model.events);
    await backend.listen();
    await untilConverged();
  });

  it('finds a backend that was down at the start', async () => {
    await backend.stop();
    harness.look({ type: 'live' });
    await until('offline', () => harness.state.connection === 'offline');
    expect(harness.state.error).toMatchObject({ code: 'backend_unreachable' });
    await backend.listen();
    await untilConverged();
    expect(harness.rowIds.at(-1)).toBe('e999');
  });
});

function answer(
  status: number,
  headers: Record<string, string>,
  body: string | Uint8Array,
): PageScript {
  return (_request, response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** A page that is right but for its headers or its body. */
function wrongPage(headers: Record<string, string>, body?: string | Uint8Array): PageScript {
  return ({ url }, response) => {
    const page = backend.model.page(readQuery(url ?? ''));
    response.writeHead(200, { ...pageHeaders(page), ...headers });
    response.end(body ?? JSON.stringify(page.events));
  };
}

/** A page as a row block whose bytes a test changes. */
function wrongBlock(change: (block: Uint8Array) => Uint8Array): PageScript {
  return ({ url }, response) => {
    const { headers, body } = pageAnswer(backend.model.page(readQuery(url ?? '')), rowsType);
    response.writeHead(200, headers).end(change(Buffer.from(body)));
  };
}

/** A block with a u32 set. */
function patched(block: Uint8Array, at: number, value: number): Uint8Array {
  new DataView(block.buffer, block.byteOffset).setUint32(at, value, true);
  return block;
}

/** Bytes without an end. */
function flood(response: ServerResponse): void {
  const chunk = Buffer.alloc(1 << 20, ' ');
  const pump = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', pump);
  };
  pump();
}

const wrongPages: readonly [string, string, PageScript][] = [
  ['HTML', 'unexpected_answer', answer(200, { 'content-type': 'text/html' }, '<h1>Sign in</h1>')],
  ['no headers', 'unexpected_answer', answer(200, { 'content-type': 'application/json' }, '[]')],
  ['a redirect', 'backend_unreachable', answer(302, { location: '/elsewhere' }, '')],
  [
    'a JSON error',
    'backend_refused',
    answer(400, {}, '{"error":{"code":"x","message":"bad start"}}'),
  ],
  [
    'an HTML error',
    'backend_refused',
    answer(502, { 'content-type': 'text/html' }, '<h1>Bad</h1>'),
  ],
  ['busy', 'backend_refused', answer(503, { 'retry-after': '1' }, '{}')],
  [
    'a cut connection',
    'backend_unreachable',
    (_request, response) => {
      response.destroy();
    },
  ],
  ['a seq that is no number', 'unexpected_answer', wrongPage({ 'eventglass-seq': '1e3' })],
  ['a seq beyond 2^53', 'unexpected_answer', wrongPage({ 'eventglass-seq': '9007199254740993' })],
  ['a bound that is none', 'unexpected_answer', wrongPage({ 'eventglass-covered-begin': '1,%' })],
  [
    'bounds the wrong way round',
    'unexpected_answer',
    wrongPage({ 'eventglass-covered-begin': '9', 'eventglass-covered-end': '8' }),
  ],
  [
    'another range',
    'unexpected_answer',
    wrongPage({ 'eventglass-covered-begin': '1', 'eventglass-covered-end': '2' }, '[]'),
  ],
  ['half an array', 'page_malformed', wrongPage({}, '[{"id":"a","timestamp":1},')],
  ['an object', 'page_malformed', wrongPage({}, '{"events":[]}')],
  ['invalid UTF-8', 'page_malformed', wrongPage({}, Buffer.from('[{"id":"\xff\xfe"}]', 'latin1'))],
  [
    'half a row block',
    'page_malformed',
    wrongBlock((block) => block.subarray(0, block.length / 2)),
  ],
  ['more than a row block', 'page_malformed', wrongBlock((block) => Buffer.concat([block, block]))],
  ['no bytes of a row block', 'page_malformed', wrongBlock(() => new Uint8Array())],
  ['another layout', 'page_malformed', wrongBlock((block) => patched(block, 4, 1))],
  ['a column out of bounds', 'page_malformed', wrongBlock((block) => patched(block, 76, 1 << 30))],
  ['a column of another type', 'page_malformed', wrongBlock((block) => patched(block, 104, 3))],
  ['more rows than there are', 'page_malformed', wrongBlock((block) => patched(block, 8, 1 << 20))],
  ['JSON called a row block', 'page_malformed', wrongPage({ 'content-type': rowsType })],
  [
    'a row block called JSON',
    'page_malformed',
    ({ url }, response) => {
      const { headers, body } = pageAnswer(backend.model.page(readQuery(url ?? '')), rowsType);
      response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body);
    },
  ],
  ['a cousin of JSON', 'unexpected_answer', wrongPage({ 'content-type': 'application/json-seq' })],
  [
    'an endless body',
    'page_too_large',
    ({ url }, response) => {
      response.writeHead(200, pageHeaders(backend.model.page(readQuery(url ?? ''))));
      flood(response);
    },
  ],
];

describe.each(wrongPages)('a backend that answers pages with %s', (_what, code, script) => {
  it('is told of at the start, and tried again', async () => {
    backend.pageScript = script;
    harness.look({ type: 'live' });
    await untilError(code);
    expect(harness.state.rowCount).toBe(0);
    expect(harness.state.loading).toBe(true);
    expect(harness.state.error?.action).toContain('Trying again');
    backend.pageScript = undefined;
    await untilConverged();
  });

  it('loses nothing that was there', async () => {
    await startLive();
    const { rows } = harness;
    const { rowCount } = harness.engine;
    backend.pageScript = script;
    harness.look({ type: 'key', key: keyOf(backend.model, 'e100'), rowOffset: 0 });
    await untilError(code);
    expect(harness.engine.rowCount).toBe(rowCount);
    expect(harness.rows).toEqual(rows);
    expect(harness.state.loading).toBe(true);
    backend.pageScript = undefined;
    await untilConverged();
    // The first pages after one that was too large are small: the rows before come a little later.
    await until('the place is on screen', () => harness.rowIds[2] === 'e100');
  });
});

const goodPrefix = '{"type":"batch","epoch":"epoch1","prevSeq":0,"seq":1,"mutations":';
const wrongFrames: readonly [string, string, string | Uint8Array][] = [
  ['bytes', 'message_malformed', new Uint8Array([1, 2, 3])],
  ['nothing', 'message_malformed', ''],
  ['words', 'message_malformed', 'hello'],
  ['half a batch', 'message_malformed', `${goodPrefix}[{"op":"del`],
  ['a message without a type', 'message_malformed', '{}'],
  ['a type that nobody knows', 'message_malformed', '{"type":"surprise","epoch":"epoch1","seq":0}'],
  ['null', 'message_malformed', 'null'],
  ['deep nesting', 'message_malformed', `{"type":"progress","x":${'['.repeat(100_000)}`],
  ['a frame of 17 MB', 'message_too_large', ' '.repeat(17 << 20)],
  [
    'a batch from the future',
    'messages_lost',
    goodPrefix.replace('0', '5').replace('1,"m', '6,"m') + '[]}',
  ],
  ['another epoch', 'history_lost', '{"type":"progress","epoch":"other","seq":0,"totalCount":1}'],
  [
    'a reset',
    'history_lost',
    '{"type":"reset","reason":"log_truncated","epoch":"epoch1","seq":0,"totalCount":1}',
  ],
  ['an error', 'backend_complained', '{"type":"error","code":"not_understood","message":"what?"}'],
];

describe.each(wrongFrames)('a feed that sends %s', (_what, code, frame) => {
  it('is told of, loses nothing, and goes on', async () => {
    await startLive();
    const { rowCount } = harness.engine;
    backend.sendRaw(frame);
    await untilError(code);
    expect(harness.engine.rowCount).toBe(rowCount);
    backend.model.insert({ id: 'after', timestamp: 9_000_000, kind: 'k', message: 'm' });
    await untilConverged();
    await until('the new row is shown', () => harness.rowIds.at(-1) === 'after');
  });
});

describe('a feed whose every connection begins with garbage', () => {
  it('leaves the rows where they are, and is live as soon as it stops', async () => {
    await startLive();
    backend.greetingScript = 'garbage';
    backend.breakFeeds();
    const before = backend.connectionCount;
    await until('several tries', () => backend.connectionCount >= before + 5);
    expect(harness.rowIds.at(-1)).toBe('e999');
    expect(harness.state.stale).toBe(true);
    backend.greetingScript = undefined;
    await untilConverged();
  });
});

describe('events that are bad in good pages and batches', () => {
  it('are left out, counted and told of', async () => {
    await startLive();
    const { epoch, seq } = backend.model;
    const mutations = [
      { op: 'insert', seq: seq + 1, event: { id: 'bad', timestamp: 'noon' } },
      {
        op: 'insert',
        seq: seq + 2,
        event: { id: 'good', timestamp: 9_000_000, kind: 'k', message: 'm' },
      },
    ];
    backend.sendRaw(
      JSON.stringify({ type: 'batch', epoch, prevSeq: seq, seq: seq + 2, mutations }),
    );
    await untilError('events_skipped');
    await until('the good one is shown', () => harness.rowIds.at(-1) === 'good');
    expect(harness.state.error?.message).toContain('wrong_type');
  });
});
