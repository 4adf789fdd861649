import { afterAll, expect, test } from 'vitest';
import { readPage } from './support/doc_page.js';
import { FeedListener } from './support/feed_listener.js';
import { Stage } from './support/stage.js';
import { codesIn, tableRows } from './support/table.js';

const { text } = await readPage('docs/protocol.md');
const stage = new Stage();

afterAll(() => stage.end());

/** Rows of the table of messages: what each is called, and what is in it. */
const drawn = tableRows(text, 'WebSocket `/data`: the feed').map(([message = '']) => {
  const code = codesIn(message)[0] ?? '';
  const type = /"type":"(\w+)"/.exec(code)?.[1] ?? '';
  const names = [...code.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
  return { type, names: names.filter((name) => name !== type).sort() };
});

test('each message of the feed has what the page says', async () => {
  const url = await stage.demo();
  using feed = await FeedListener.open(url);
  using lost = await FeedListener.open(url, '?epoch=another&seq=1');
  feed.send('no message');
  const heard = [
    await feed.first('resume'),
    await lost.first('reset'),
    await feed.first('batch'),
    await feed.first('progress'),
    await feed.first('error'),
  ];
  expect(
    heard.map((message) => ({ type: message.type, names: Object.keys(message).sort() })),
  ).toEqual(drawn);
});

test('a page has the headers that the page names', async () => {
  const answer = await fetch(`${await stage.demo()}/data?limit=1&filter=severity:error`);
  const names = tableRows(text, '`GET /data`: a page')
    .flatMap(([name = '']) => codesIn(name))
    .filter((name) => name.startsWith('Eventglass-'));
  expect(names.length).toBeGreaterThan(6);
  for (const name of names) expect(answer.headers.get(name), name).not.toBeNull();
});
