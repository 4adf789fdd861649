import { once } from 'node:events';
import { expect, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { Program } from './support/program.js';
import { comes } from './support/events.js';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a tail ends on %s with %i, and says nothing', async (signal, code) => {
  const { url } = await startBackend();
  const tail = new Program(['tail', url, '--lines', '3']);
  await expect.poll(() => tail.lines.length, { timeout: 30_000 }).toBe(4);
  tail.kill(signal);
  expect(await tail.ended()).toMatchObject({ code, stderr: '' });
});

test('a tail ends on SIGINT while its backend is away', async () => {
  const { url, backend } = await startBackend();
  const tail = new Program(['tail', url]);
  await expect.poll(() => tail.lines.length, { timeout: 30_000 }).toBe(11);
  await backend.close();
  await tail.said('Trying again.');
  tail.kill('SIGINT');
  expect((await tail.ended()).code).toBe(130);
});

test.each([
  ['tail', '--lines', '5000'],
  ['query', '--limit', '5000'],
  ['export', '--format', 'csv'],
])('%s ends with 0 when whoever reads has seen enough', async (command, ...more) => {
  const { url } = await startBackend({ initialCount: 5_000 });
  const program = new Program([command, url, ...more]);
  program.child.stdout?.once('data', () => program.child.stdout?.destroy());
  expect(await program.ended()).toMatchObject({ code: 0, stderr: '' });
});

test('a tail that nobody reads any more ends when the next event comes', async () => {
  const { url, backend } = await startBackend();
  const tail = new Program(['tail', url]);
  await expect.poll(() => tail.lines.length, { timeout: 30_000 }).toBe(11);
  tail.child.stdout?.destroy();
  await once(tail.child.stdout ?? tail.child, 'close');
  // A first line may still find room in the pipe.
  const publishing = setInterval(() => backend.publish([comes('more')]), 50);
  const { code } = await tail.ended();
  clearInterval(publishing);
  expect(code).toBe(0);
});

test('a tail that is read slowly leaves what comes to the backend, and loses none of it', async () => {
  const { url, backend } = await startBackend();
  const tail = new Program(['tail', url, '--lines', '1', '--format', 'ndjson']);
  await expect.poll(() => tail.lines.length, { timeout: 30_000 }).toBe(1);
  tail.child.stdout?.pause();
  const count = 3_000;
  const message = 'x'.repeat(1_000);
  for (let i = 0; i < count; i++) backend.publish([comes(String(i), { message })]);
  const clients = async () =>
    ((await (await fetch(`${url}/health`)).json()) as { clients: number }).clients;
  // More than it keeps for its reader: it has hung up.
  await expect.poll(clients, { timeout: 30_000 }).toBe(0);
  tail.child.stdout?.resume();
  await tail.printed(`"id":"${String(count - 1)}"`);
  const ids = tail.lines.slice(1).map((line) => (JSON.parse(line) as { id: string }).id);
  expect(ids).toEqual(Array.from({ length: count }, (_, i) => String(i)));
  expect(tail.stderr).toBe('');
});
