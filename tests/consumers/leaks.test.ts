import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { launchBrowser, openPage } from '../browser/support/browser.js';
import { openPageMemory, processBytes } from '../browser/support/process_memory.js';
import { unbundled } from './support/bundlers.js';
import { Installation } from './support/installation.js';
import { PageServer } from './support/page_server.js';

/** How often something is made and deleted until memory is looked at, each time. */
type Cycles = readonly number[];
const engineCycles: Cycles = [2_000, 6_000, 10_000];
/** An engine's logs and the code of its methods have their size later. */
const viewCycles: Cycles = [20_000, 40_000, 60_000];
/** Of a heap of 4 MB: 25 bytes an engine, 5 a view. */
const maxHeapGrowth = 1.025;
/** Of all that the process has; its allocator is not as exact. */
const maxProcessGrowth = 1.2;
/** Each has a worker and an engine of its own for a while. */
const clientCounts = [30, 90];
/** A machine that does other things as well. */
const longTimeoutMs = 400_000;

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make();
});

afterAll(() => installation[Symbol.asyncDispose]());

/** What is held at rest, and what else a script has to tell. */
interface Held {
  readonly heap: number;
  readonly process: number;
  readonly instances: number;
  readonly engineHeap: number;
  readonly handles: number;
}

/** What the scripts below have in common. */
const preambleOf = (cycles: Cycles) => `
  import { setTimeout as sleep } from 'node:timers/promises';
  const schema = [
    { name: 'id', type: 'id' },
    { name: 'timestamp', type: 'timestamp' },
    { name: 'source', type: 'dictionary' },
    { name: 'message', type: 'text' },
  ];
  const bytesOf = (text) => new TextEncoder().encode(text);
  const page = bytesOf('[{"id":"a","timestamp":1,"source":"shop","message":"Hello"}]');
  const options = { cursor: { epoch: 'e', seq: 0 }, covered: { begin: undefined, end: undefined } };
  function expectThrow(run) {
    try { run(); } catch { return; }
    throw new Error('nothing was thrown');
  }
  async function expectRejection(promise) {
    if (await promise.then(() => true, () => false)) throw new Error('nothing was rejected');
  }
  const held = [];
  async function measure(more) {
    for (let i = 0; i < 10; i++) {
      gc();
      await sleep(10);
    }
    const { rss, heapUsed } = process.memoryUsage();
    held.push({ process: rss, heap: heapUsed, ...more() });
  }
  async function repeat(cycle, more) {
    const counts = ${JSON.stringify(cycles)};
    for (let i = 1; i <= counts.at(-1); i++) {
      await cycle(i);
      if (counts.includes(i)) await measure(more);
    }
    console.log(JSON.stringify(held));
  }`;

async function hold(cycles: Cycles, script: string): Promise<readonly Held[]> {
  const printed = await installation.runNode(`${preambleOf(cycles)}\n${script}`);
  return JSON.parse(printed) as Held[];
}

/**
 * The least that memory grew by from one look to the next, as a ratio. What leaks does so all the time; a script's
 * own code, translated once more, takes its place once.
 */
function leastGrowth(bytes: readonly number[]): number {
  expect(bytes.length).toBeGreaterThan(1);
  return Math.min(...bytes.slice(1).map((after, i) => after / (bytes[i] ?? NaN)));
}

test(
  'engines leave nothing, however they end, and though they are kept',
  async () => {
    const held = await hold(
      engineCycles,
      `
    import { createEngine } from 'eventglass';
    let instances = 0;
    const registry = new FinalizationRegistry(() => instances--);
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...parameters) => {
      const instance = await instantiate(...parameters);
      instances++;
      registry.register(instance);
      return instance;
    };
    const kept = new Array(50);
    const ends = [
      () => undefined,
      (engine) => engine.openView({ filter: 'source:shop' }).openSearch('hello').next(-1),
      (engine) => engine.openPage(options).write(page.subarray(0, 20)),
      (engine) => expectThrow(() => engine.openView({ filter: 'nothing:' })),
      (engine) => engine.applyPage(page.subarray(1), options),
      (engine) => engine.applyFeed('{'),
      (engine) => engine.beginRequest(),
    ];
    await repeat(async (i) => {
      const engine = await createEngine({ schema });
      engine.applyPage(page, options);
      ends[i % ends.length](engine);
      engine.delete();
      engine.delete();
      kept[i % kept.length] = engine;
      if (i % 10 === 0) await expectRejection(createEngine({ schema: [] }));
    }, () => ({ instances }));`,
    );
    expect(Math.max(...held.map(({ instances }) => instances))).toBeLessThanOrEqual(1);
    expect(leastGrowth(held.map(({ heap }) => heap))).toBeLessThan(maxHeapGrowth);
    const [first, last] = [held[0]?.process ?? NaN, held.at(-1)?.process ?? NaN];
    expect(last / first).toBeLessThan(maxProcessGrowth);
  },
  longTimeoutMs,
);

test('views, searches and pages leave nothing in an engine, however they end', async () => {
  const held = await hold(
    viewCycles,
    `
    import { loadModule } from './node_modules/eventglass/dist/load_module.js';
    import { Engine } from './node_modules/eventglass/dist/engine.js';
    const module = await loadModule(undefined);
    const builder = new module.SchemaBuilder();
    schema.forEach(({ name }, i) => builder.add(name, i));
    const raw = new module.Engine(builder, 1_000, 2 ** 20, 1_024, 1, 2);
    builder.delete();
    const engine = new Engine(module, raw, schema);
    engine.applyPage(page, options);
    let seq = 0;
    await repeat(async (i) => {
      const view = engine.openView({ filter: 'source:shop', order: { column: 'source' } });
      const search = view.openSearch('hello');
      search.next(-1);
      view.facet('source');
      view.density({ begin: 0, end: 10, buckets: 10 });
      engine.readRows({ begin: 0, end: 1 }).events();
      expectThrow(() => view.openSearch('('));
      expectThrow(() => view.facet('message'));
      expectThrow(() => view.rank({ timestamp: 1, id: 'a' }));
      search.delete();
      view.delete();
      expectThrow(() => view.rowCount);
      const pageLoad = engine.openPage({ ...options, cursor: engine.cursor });
      pageLoad.write(i % 3 === 0 ? bytesOf('[}') : page.subarray(0, 20));
      if (i % 3 === 1) pageLoad.abort();
      else pageLoad.end();
      seq++;
      engine.applyFeedWithEffects(JSON.stringify({
        type: 'batch', epoch: 'e', prevSeq: seq - 1, seq,
        mutations: [{ op: 'update', seq, id: 'a', set: { message: 'Hello ' + i } }],
      }));
    }, () => ({ engineHeap: engine.heapBytes, handles: module.count_emval_handles() }));
    engine.delete();
    if (!raw.isDeleted()) throw new Error('the engine is still there');`,
  );
  expect(new Set(held.map(({ engineHeap }) => engineHeap)).size).toBe(1);
  expect(held.map(({ handles }) => handles)).toEqual(viewCycles.map(() => 0));
  expect(leastGrowth(held.map(({ heap }) => heap))).toBeLessThan(maxHeapGrowth);
});

test('clients leave neither workers nor memory, however they end', async () => {
  await using server = await PageServer.start();
  const { url: backendUrl } = await startBackend({ allowedOrigins: [server.url] });
  const folder = await unbundled(installation, 'clients', 'clients');
  Object.assign(server, { folder, backendUrl });
  await using browser = await launchBrowser();
  await using opened = await openPage(browser);
  const { page } = opened;
  await page.goto(server.url);
  const backend = JSON.stringify(backendUrl);
  // One is there all the time, so that the others are seen not to disturb it.
  await page.evaluate(`keepClient(${backend})`);
  const { processId } = await openPageMemory(page);
  const session = await page.context().newCDPSession(page);
  const browserSession = await browser.newBrowserCDPSession();

  const held: number[] = [];
  for (const count of clientCounts) {
    const endings = await page.evaluate(`playClients(${backend}, ${String(count)})`);
    expect(endings).toEqual(['backend_refused', 'live', 'worker_failed']);
    await expect.poll(() => page.workers().length).toBe(1);
    await session.send('HeapProfiler.collectGarbage');
    await browserSession.send('Memory.simulatePressureNotification', { level: 'critical' });
    held.push(await processBytes(processId));
  }
  const [before = NaN, after = NaN] = held;
  expect(after / before).toBeLessThan(maxProcessGrowth);
  await page.evaluate('endKept()');
  await expect.poll(() => page.workers().length).toBe(0);
});
