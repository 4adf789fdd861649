/** A process of `pnpm bench --feed`: clients with different windows, and one that fetches pages. */
/** @import { ClientsTask, FromClients } from './messages.js' */
import { WebSocket } from 'ws';
import { sharedNow } from './clock.mjs';

/** Rows of a window in the past, and of one that follows the tail. */
const WINDOW_ROWS = 200_000;
const LIVE_ROWS = 10_000;
/** One in so many follows the tail, and one in so many has a filter. */
const LIVE_SHARE = 4;
const FILTER_SHARE = 8;
const FILTERS = [
  'severity:critical,error',
  'source:payments amount>=100',
  '"refund"',
  '-severity:debug',
];
const PAGE_ROWS = 200;
/** Milliseconds between two pages. */
const PAGE_PAUSE_MS = 100;

/** @type {ClientsTask} */
const { url, clientCount } = JSON.parse(process.argv[2] ?? '');

/** @param {FromClients} message */
const send = (message) => new Promise((resolve) => process.send?.(message, resolve));

/** @type {[number, number][]} */
const received = [];
/** @type {string[]} */
const problems = [];
/** @type {number[]} */
const pageMs = [];
let bytes = 0;
let isEnding = false;

/** @param {number} rank */
async function fetchPage(rank) {
  const accept = 'application/vnd.eventglass.rows';
  const response = await fetch(`${url}/data?rank=${rank}&limit=${PAGE_ROWS}`, {
    headers: { accept },
  });
  await response.arrayBuffer();
  return response.headers;
}

/** @param {number} rank */
async function boundAt(rank) {
  return (await fetchPage(rank)).get('eventglass-covered-begin') ?? 'open';
}

/** @param {number} i @param {number} total */
async function rangeOf(i, total) {
  if (i % LIVE_SHARE === 0) {
    return { begin: await boundAt(Math.max(0, total - LIVE_ROWS)), end: 'open' };
  }
  const rows = Math.min(WINDOW_ROWS, Math.floor(total / 4));
  const first = Math.floor(((total - rows) * i) / clientCount);
  return { begin: await boundAt(first), end: await boundAt(first + rows) };
}

/** @param {number} i @param {number} total */
async function openClient(i, total) {
  const range = await rangeOf(i, total);
  const filter = i % FILTER_SHARE === 1 ? FILTERS[(i >> 3) % FILTERS.length] : '';
  const socket = new WebSocket(`${url.replace('http', 'ws')}/data?subscribe=true`);
  let seq = 0;
  socket.on('message', (/** @type {Buffer} */ data) => {
    const atMs = sharedNow();
    bytes += data.byteLength;
    // The whole message is not parsed: that would be the clients' time, not the backend's.
    const head = data.subarray(0, 200).toString();
    const type = /^\{"type":"(\w+)"/.exec(head)?.[1];
    const [, prevSeq, nextSeq] = /"prevSeq":(\d+),"seq":(\d+)/.exec(head) ?? [];
    if (type === 'reset' || type === 'error') problems.push(`client ${i}: ${head}`);
    if (type === 'resume') seq = Number(/"seq":(\d+)/.exec(head)?.[1]);
    if (nextSeq === undefined) return;
    if (Number(prevSeq) !== seq) problems.push(`client ${i}: a gap after ${seq}`);
    seq = Number(nextSeq);
    if (type === 'batch') received.push([seq, atMs]);
  });
  socket.on('close', (code) => {
    if (!isEnding) problems.push(`client ${i}: closed with ${code}`);
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const rankKeys = [range.begin, range.end].filter((bound) => bound !== 'open');
  socket.send(
    JSON.stringify({ type: 'subscribe', generation: 1, ranges: [range], filter, rankKeys }),
  );
  await new Promise((resolve) => socket.once('message', resolve));
  return socket;
}

async function fetchPages(/** @type {number} */ total) {
  while (!isEnding) {
    const beganMs = sharedNow();
    await fetchPage(Math.floor(Math.random() * total));
    pageMs.push(sharedNow() - beganMs);
    await new Promise((resolve) => setTimeout(resolve, PAGE_PAUSE_MS));
  }
}

const { totalCount } = await (await fetch(`${url}/health`)).json();
const sockets = [];
for (let i = 0; i < clientCount; i++) sockets.push(await openClient(i, totalCount));
const pages = fetchPages(totalCount);

process.on('message', () => {
  isEnding = true;
  void pages.then(async () => {
    for (const socket of sockets) socket.close();
    await send({ type: 'figures', figures: { received, bytes, pageMs, problems } });
    process.disconnect();
  });
});
await send({ type: 'ready' });
