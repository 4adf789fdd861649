// A backend in a process of its own whose timeline keeps its length: memory that goes on growing is a leak. Started with its
// settings as JSON, it says when it listens. To each message, a number of mutations, it answers when it has made them and
// collected its garbage: with the bytes that JavaScript, buffers and the engine then hold.
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackend } from '@eventglass/backend/server';

/** Bytes of the log: full within the first seconds, as it is in a backend that has run for a while. */
const maxLogBytes = 8 << 20;

/** 5,000 mutations a second. */
const batchMutations = 250;
const batchIntervalMs = 50;

const settings = JSON.parse(process.argv[2] ?? '');
const backend = await createBackend(settings, { maxCount: settings.initialCount, maxLogBytes });
await backend.listen();

process.on('message', async (count) => {
  for (let left = count; left > 0; left -= batchMutations) {
    const startedMs = performance.now();
    backend.mutate(Math.min(left, batchMutations));
    await sleep(Math.max(0, startedMs + batchIntervalMs - performance.now()));
  }
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  process.send(heapUsed + external);
});
process.send('listens');
