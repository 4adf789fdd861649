/**
 * A client of the wire protocol (docs/protocol.md), with nothing of Eventglass but that page: it holds the newest events, exact
 * at every moment, and prints what happens to them, one JSON object a line.
 *
 *     node client.mjs [http://127.0.0.1:3000] [filter]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

const [backendUrl = 'http://127.0.0.1:3000', filter = ''] = process.argv.slice(2);
/** Milliseconds: five heartbeats. */
const silenceMs = 5_000;

/** Events by id, with the seq that each has been brought up to: all from `begin` on, exact at `cursor`. */
const events = new Map();
let cursor;
let begin;

process.stdout.on('error', () => process.exit()); // whoever read it has gone
const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** The newest events, and the cursor to go on from. */
async function loadPage() {
  const parameters = new URLSearchParams({ limit: 200, direction: 'backward' });
  if (filter !== '') parameters.set('filter', filter);
  const response = await fetch(`${backendUrl}/data?${parameters}`);
  const body = await response.json();
  if (response.status === 400) process.exitCode = 1;
  if (!response.ok) throw new Error(body.error.message);
  const seq = Number(response.headers.get('eventglass-seq'));
  cursor = { epoch: response.headers.get('eventglass-epoch'), seq };
  begin = response.headers.get('eventglass-covered-begin');
  events.clear();
  for (const event of body) events.set(event.id, { event, seq });
  print({ type: 'page', ...cursor, begin, events: body });
}

/** An older version never overwrites a newer one, and what is not here can't be changed. */
function apply({ op, seq, id, event, set }) {
  const known = events.get(id ?? event.id);
  if (known !== undefined && known.seq >= seq) return;
  if (op === 'delete') {
    if (events.delete(id)) print({ op, seq, id });
  } else if (event !== undefined) {
    events.set(event.id, { event, seq });
    print({ op, seq, event });
  } else if (known !== undefined) {
    const changed = Object.entries({ ...known.event, ...set }).filter(
      ([, value]) => value !== null,
    );
    events.set(id, { event: Object.fromEntries(changed), seq });
    print({ op, seq, id, set });
  }
}

/** Follows the feed until it breaks, or history is lost. */
async function follow() {
  const socket = new WebSocket(`${backendUrl.replace(/^http/, 'ws')}/data?subscribe=true`);
  const part = { ranges: [{ begin, end: 'open' }], filter };
  const place = { epoch: cursor.epoch, afterSeq: cursor.seq };
  let watchdog;
  await new Promise((resolve) => {
    const hear = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.terminate(), silenceMs);
    };
    socket.on('open', () => {
      socket.send(JSON.stringify({ type: 'subscribe', generation: 1, ...place, ...part }));
      hear();
    });
    socket.on('message', (data) => {
      hear();
      const message = JSON.parse(data);
      if (message.type === 'reset' || message.type === 'error') cursor = undefined;
      if (message.type === 'error') print(message);
      const isNext = message.type === 'batch' || message.type === 'progress';
      const isGap = isNext && message.prevSeq > cursor.seq;
      if (cursor === undefined || isGap) {
        socket.terminate(); // anew, or once more from the cursor
      } else if (isNext) {
        message.mutations?.forEach(apply);
        cursor.seq = Math.max(cursor.seq, message.seq);
      }
    });
    socket.on('error', (error) => console.error(error.message)); // a close follows
    socket.on('close', resolve);
  });
  clearTimeout(watchdog);
}

for (let failures = 0; process.exitCode === undefined; failures++) {
  try {
    if (cursor === undefined) await loadPage();
    failures = 0;
    await follow();
  } catch (error) {
    console.error(error.message);
  }
  await sleep(Math.min(250 * 2 ** failures, 10_000) * (1 - Math.random() / 2));
}
