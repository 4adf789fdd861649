import { expect } from 'vitest';
import { FeedListener } from '../support/feed_listener.js';
import { parseRequest, send } from '../support/http_exchange.js';
import type { PageRules, Rule } from '../support/rule.js';
import { shapeOf } from '../support/shape.js';
import { ingestToken } from '../support/stage.js';

/** On a loaded machine. */
const eventually = { timeout: 20_000 };

interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

async function get(url: string, path: string): Promise<unknown> {
  return (await fetch(`${url}${path}`)).json();
}

async function cursorOf(url: string): Promise<Cursor> {
  return (await get(url, '/health')) as Cursor;
}

/** The answer to a request has the names and types of the block. */
const answers =
  (path: string): Rule =>
  async ({ block, stage }) => {
    expect(block.language).toBe('json');
    expect(shapeOf(JSON.parse(block.code))).toEqual(shapeOf(await get(await stage.demo(), path)));
  };

const schema: Rule = async ({ block, stage }) => {
  expect(JSON.parse(block.code)).toEqual(await get(await stage.demo(), '/data/schema'));
};

function linesOf(ndjson: string): readonly Readonly<Record<string, unknown>>[] {
  return ndjson
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

const changes: Rule = async ({ block, stage }) => {
  const url = await stage.demo();
  const { epoch, seq } = await cursorOf(url);
  const [counted, lost] = linesOf(block.code);
  const answer = await get(url, `/data/changes?epoch=${epoch}&seq=${seq}`);
  expect(shapeOf(counted)).toEqual(shapeOf(answer));
  const past = await get(url, `/data/changes?epoch=${epoch}&seq=1`);
  expect({ ...lost, epoch: '', seq: 0 }).toEqual({ ...(past as object), epoch: '', seq: 0 });
};

/** The request that stands before a block, or is it, with the secret of the backend. */
async function post(url: string, text: string): Promise<Response> {
  return send(url, parseRequest(text.replace('TOKEN', ingestToken)));
}

const request: Rule = async ({ block, stage }) => {
  const answer = await post(await stage.fed(), block.code);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ accepted: 4, rejected: [], ignoredFields: [] });
};

const report: Rule = async ({ block, page, stage }) => {
  const before = page.blocks[page.blocks.indexOf(block) - 1]?.code ?? '';
  const answer: unknown = await (await post(await stage.fed(), before)).json();
  const written = JSON.parse(block.code) as Cursor;
  expect(shapeOf(written)).toEqual(shapeOf(answer));
  expect({ ...written, epoch: '', seq: 0 }).toEqual({ ...(answer as object), epoch: '', seq: 0 });
};

/** The mutations, sent to the backend one by one, come through its feed as they are written. */
const mutations: Rule = async ({ block, stage }) => {
  const url = await stage.fed();
  const written = linesOf(block.code);
  using feed = await FeedListener.open(url);
  await feed.first('resume');
  for (const mutation of written) {
    const answer = await send(url, {
      method: 'POST',
      path: '/data',
      headers: { Authorization: `Bearer ${ingestToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...mutation, seq: undefined }),
    });
    expect(await answer.json()).toMatchObject({ accepted: 1 });
  }
  const { seq: last } = await cursorOf(url);
  await expect.poll(() => feed.messages.some(({ seq }) => seq === last), eventually).toBe(true);
  const batches = feed.messages.filter(({ type }) => type === 'batch');
  const heard = batches.flatMap(
    ({ mutations }) => mutations as readonly { readonly seq: number }[],
  );
  const first = heard[0]?.seq ?? 0;
  expect(heard.map(({ seq, ...mutation }) => ({ ...mutation, seq: seq - first + 11 }))).toEqual(
    written,
  );
};

const subscription: Rule = async ({ block, stage }) => {
  const url = await stage.demo();
  const { epoch, seq } = await cursorOf(url);
  const written = JSON.parse(block.code) as Readonly<Record<string, unknown>>;
  using feed = await FeedListener.open(url, '?subscribe=true');
  feed.send(JSON.stringify({ ...written, epoch, afterSeq: seq }));
  await expect
    .poll(() => feed.messages[0], eventually)
    .toMatchObject({ type: 'resume', generation: 1 });
  expect(await feed.first('counts')).toMatchObject({ ranks: [expect.any(Number)] });
  expect((await feed.first('density'))['counts']).toHaveLength(200);
};

export const protocol: PageRules = {
  '`GET /data/schema`: the columns': [schema],
  '`GET /data/density`: counts over time': [answers('/data/density?buckets=3')],
  '`GET /data/facets`: values of columns': [answers('/data/facets?columns=severity&limit=2')],
  '`GET /data/changes`: what has changed since a state': [changes],
  '`GET /data?id=…`: one event, and `GET /health`': [answers('/health')],
  '`POST /data`: mutations from outside': [request, report],
  'WebSocket `/data`: the feed': [mutations],
  Subscriptions: [subscription],
};
