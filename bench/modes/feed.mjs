/** @import { Options } from '../options.mjs' */
/** @import { BackendFigures, ClientsFigures, FromBackend, FromClients } from '../feed/messages.js' */
/** @import { ChildProcess } from 'node:child_process' */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { summarize } from '../latency.mjs';
import { formatNumber, formatTable } from '../report/format.mjs';

/** Seconds before anything counts: compilers get to all of the code. */
const WARM_UP_SECONDS = 5;

/** @param {string} name @param {object} task */
function start(name, task) {
  const file = new URL(`../feed/${name}.mjs`, import.meta.url);
  return fork(file, [JSON.stringify(task)], { serialization: 'advanced' });
}

/** @param {ChildProcess} child @param {string} type @returns {Promise<any>} */
async function messageFrom(child, type) {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  if (message.type !== type) throw new Error(`expected ${type}, got ${message.type}`);
  return message;
}

/**
 * @param {{ eventCount: number, clientCount: number, rate: number, seconds: number }} size
 * @returns {Promise<[BackendFigures, ClientsFigures]>}
 */
async function runProcesses({ eventCount, clientCount, rate, seconds }) {
  const backend = start('backend', { eventCount, mutationsPerSecond: rate });
  /** @type {ChildProcess | undefined} */
  let clients;
  try {
    const { url } = await messageFrom(backend, 'ready');
    clients = start('clients', { url, clientCount });
    await messageFrom(clients, 'ready');
    backend.send({ type: 'begin' });
    await sleep((WARM_UP_SECONDS + seconds) * 1_000);
    // Clients first, so that the backend's end is no problem of theirs.
    clients.send({ type: 'end' });
    const { figures: got } = await messageFrom(clients, 'figures');
    backend.send({ type: 'end' });
    const { figures: sent } = await messageFrom(backend, 'figures');
    return [/** @type {BackendFigures} */ (sent), /** @type {ClientsFigures} */ (got)];
  } finally {
    backend.kill();
    clients?.kill();
  }
}

/**
 * Milliseconds from the publishing of each batch to its arrival at each client.
 * @param {BackendFigures} backend @param {ClientsFigures} clients
 */
function delaysOf({ published }, { received }) {
  const publishedMs = new Map(published);
  const beginMs = (published[0]?.[1] ?? 0) + WARM_UP_SECONDS * 1_000;
  return received.flatMap(([seq, atMs]) => {
    const fromMs = publishedMs.get(seq);
    // A message of several batches has the seq of the newest.
    return fromMs === undefined || fromMs < beginMs ? [] : [atMs - fromMs];
  });
}

/**
 * Measures the backend's feed: many clients with different windows, while the timeline changes at a steady rate.
 * @param {Options} options
 */
export async function measureFeed({ eventCount, clients: clientCount, rate, seconds }) {
  console.error(
    `${clientCount} clients, ${rate} mutations a second, ${eventCount} events, ${seconds} s`,
  );
  const [sent, got] = await runProcesses({ eventCount, clientCount, rate, seconds });
  const delays = delaysOf(sent, got);
  const delay = summarize(delays);
  const page = summarize(got.pageMs);
  const lastedSeconds = WARM_UP_SECONDS + seconds;
  console.log(
    formatTable([
      ['', 'figure'],
      ['batches that arrived', formatNumber(delays.length)],
      ['from mutation to client, p50 ms', formatNumber(delay.p50)],
      ['from mutation to client, p99 ms', formatNumber(delay.p99)],
      ['from mutation to client, worst ms', formatNumber(delay.max)],
      ['page of 200 events meanwhile, p50 ms', formatNumber(page.p50)],
      ['page of 200 events meanwhile, p99 ms', formatNumber(page.p99)],
      ['sent, MB a second', formatNumber(got.bytes / 1e6 / lastedSeconds)],
      ['backend: cores in use', formatNumber(sent.cores)],
      ['backend: resident before, MB', formatNumber(sent.rssBeforeBytes / 1e6)],
      ['backend: resident after, MB', formatNumber(sent.rssAfterBytes / 1e6)],
    ]),
  );
  for (const problem of got.problems.slice(0, 10)) console.log(problem);
  return got.problems.length === 0 && delays.length > 0;
}
