import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { Installation, run } from './support/installation.js';

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make();
});

afterAll(() => installation[Symbol.asyncDispose]());

/** A module whose default export counts rows of a backend's. */
const countRows = `
  import { createEngine } from 'eventglass';
  export default async function countRows(backendUrl) {
    const { columns } = await (await fetch(backendUrl + '/data/schema')).json();
    const engine = await createEngine({ schema: columns.map(({ name, type }) => ({ name, type })) });
    const page = await fetch(backendUrl + '/data?limit=300');
    engine.applyPage(new Uint8Array(await page.arrayBuffer()), {
      cursor: { epoch: 'e', seq: 0 },
      covered: { begin: undefined, end: undefined },
    });
    const errors = engine.openView({ filter: 'severity:error' });
    const counts = { rowCount: engine.rowCount, errorCount: errors.rowCount };
    engine.delete();
    return counts;
  }`;

test('a program in Node has an engine, in its main thread and in a worker', async () => {
  const { url } = await startBackend();
  await writeFile(join(installation.folder, 'count_rows.js'), countRows);
  const printed = await installation.runNode(
    `
    import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    import countRows from './count_rows.js';
    const here = await countRows(process.argv[1]);
    const script = "import('./count_rows.js').then(async ({ default: countRows }) => {" +
      "const { parentPort, workerData } = await import('node:worker_threads');" +
      "parentPort.postMessage(await countRows(workerData)) })";
    const worker = new Worker(script, { eval: true, workerData: process.argv[1] });
    const [there] = await once(worker, 'message');
    console.log(JSON.stringify({ here, there }));`,
    url,
  );
  const page = (await (await fetch(`${url}/data?limit=300`)).json()) as {
    readonly severity: string;
  }[];
  const errorCount = page.filter(({ severity }) => severity === 'error').length;
  const counts = { rowCount: page.length, errorCount };
  expect(errorCount).toBeGreaterThan(0);
  expect(JSON.parse(printed)).toEqual({ here: counts, there: counts });
});

test('the command is there, and prints events of a backend', async () => {
  const { url } = await startBackend();
  const command = join(installation.folder, 'node_modules/.bin/eventglass');
  const { stdout } = await run(command, ['query', url, '--limit', '5', '--format', 'ndjson']);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  const answer = await fetch(`${url}/data?limit=5&direction=backward`);
  expect(events).toEqual(await answer.json());
});

test('importing the package does nothing: no global, no request, no compiling, and nothing goes on', async () => {
  const printed = await installation.runNode(`
    const before = new Set(Reflect.ownKeys(globalThis));
    const refuse = (name) => () => { throw new Error(name + ' was called'); };
    for (const name of ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask', 'Worker']) {
      globalThis[name] = refuse(name);
      before.add(name);
    }
    for (const name of ['compile', 'compileStreaming', 'instantiate', 'Module', 'Memory']) {
      WebAssembly[name] = refuse(name);
    }
    await import('eventglass');
    await import('eventglass/client');
    const added = Reflect.ownKeys(globalThis).filter((name) => !before.has(name)).map(String);
    console.log(JSON.stringify(added));`);
  // It has ended by itself, so that nothing is still running.
  expect(JSON.parse(printed)).toEqual([]);
});
