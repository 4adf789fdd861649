/** A process of `pnpm bench --feed`: the backend, mutated at a steady rate. */
/** @import { BackendTask, FromBackend, ToBackend } from './messages.js' */
import { createBackend } from '@eventglass/backend/server';
import { sharedNow } from './clock.mjs';

const TICKS_PER_SECOND = 20;

/** @type {BackendTask} */
const { eventCount, mutationsPerSecond } = JSON.parse(process.argv[2] ?? '');

/** @param {FromBackend} message */
const send = (message) => new Promise((resolve) => process.send?.(message, resolve));

const backend = await createBackend(
  {
    port: 0,
    host: '127.0.0.1',
    initialCount: eventCount,
    mutationRate: 0,
    seed: 1,
    historyEndMs: undefined,
    allowedOrigins: [],
    logLevel: 'warn',
  },
  { maxCount: eventCount },
);
const { url } = await backend.listen();

/** @type {[number, number][]} */
const published = [];
let rssBeforeBytes = 0;
let beganMs = 0;
let cpuBefore = process.cpuUsage();
/** @type {NodeJS.Timeout | undefined} */
let timer;

function begin() {
  rssBeforeBytes = process.memoryUsage.rss();
  cpuBefore = process.cpuUsage();
  beganMs = sharedNow();
  let done = 0;
  timer = setInterval(() => {
    // What is due is counted from the clock: a late tick loses nothing.
    const due = Math.floor(((sharedNow() - beganMs) / 1_000) * mutationsPerSecond);
    const atMs = sharedNow();
    backend.mutate(due - done);
    done = due;
    published.push([backend.cursor.seq, atMs]);
  }, 1_000 / TICKS_PER_SECOND);
}

async function end() {
  clearInterval(timer);
  const cpu = process.cpuUsage(cpuBefore);
  const cores = (cpu.user + cpu.system) / 1_000 / (sharedNow() - beganMs);
  const rssAfterBytes = process.memoryUsage.rss();
  await send({ type: 'figures', figures: { published, cores, rssBeforeBytes, rssAfterBytes } });
  await backend.close();
  process.disconnect();
}

process.on('message', (/** @type {ToBackend} */ { type }) => {
  if (type === 'begin') begin();
  else void end();
});
await send({ type: 'ready', url });
