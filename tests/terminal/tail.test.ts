import { once } from 'node:events';
import { createServer as createNetServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { deleteOf, insertOf, moveOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { readSettings } from '../../backend/src/settings.js';
import { eventAt, fetchPage, startBackend } from '../backend/support/test_backend.js';
import { BackendProcess } from '../browser/support/backend_process.js';
import { FaultyProxy } from '../support/faulty_proxy.js';
import { comes, laterEvent, laterMs } from './support/events.js';
import { follows } from './support/following.js';
import { lossyBackend } from './support/lossy_backend.js';
import { Program } from './support/program.js';

const killableBackend = new URL('../browser/support/killable_backend.mjs', import.meta.url);

test('prints the newest events, then what comes, and what happens to those', async () => {
  const { backend, url } = await startBackend();
  const [last] = (await fetchPage(url, { limit: '1', direction: 'backward' })).events;
  const tail = new Program(['tail', url, '--lines', '1']);
  await tail.printed(last?.message ?? 'nothing');
  await follows(url, tail, backend);
  backend.publish([comes('one')]);
  backend.publish([
    updateOf('one', { message: 'changed message' }),
    updateOf(last?.id ?? '', { severity: 'error' }),
    moveOf(laterEvent('one', { timestamp: laterMs + 1, message: 'moved message' })),
    // What was not shown is not told of.
    updateOf((await fetchPage(url, { limit: '1' })).events[0]?.id ?? '', { message: 'unseen' }),
    // It comes late: its time is before all that is shown.
    insertOf(eventAt(5, 'late', { message: 'late message' })),
    deleteOf('one'),
    comes('two'),
  ]);
  await tail.printed('message of two');
  const [, ...lines] = tail.lines;
  expect(lines.map((line) => line[0]).join('')).toBe(' ++~~~+-+');
  expect(lines[3]).toContain('changed message');
  expect(lines[4]).toContain(last?.message);
  expect(lines[5]).toMatch(/2100-01-01 00:00:00\.001 .*moved message/);
  expect(lines[6]).toMatch(/1970-01-01 00:00:00\.005 .*late message/);
  expect(lines[7]).toContain('moved message');
  expect(tail.stderr).toBe('');
});

test('prints what comes as NDJSON, each event once, of those that match', async () => {
  const { backend, url } = await startBackend();
  const parameters = ['--lines', '0', '--format', 'ndjson', '--filter', 'severity:error'];
  const tail = new Program(['tail', url, ...parameters]);
  await follows(url, tail, backend, { severity: 'error' });
  backend.publish([comes('info'), comes('error', { severity: 'error' }), comes('becomes')]);
  backend.publish([updateOf('becomes', { severity: 'error' })]);
  backend.publish([updateOf('error', { message: 'other' }), comes('end', { severity: 'error' })]);
  await tail.printed('"end"');
  expect(tail.lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    laterEvent('first', { severity: 'error' }),
    laterEvent('error', { severity: 'error' }),
    laterEvent('becomes', { severity: 'error' }),
    laterEvent('end', { severity: 'error' }),
  ]);
});

test('begins with all events since a time, and says where they are too many', async () => {
  const { backend, url } = await startBackend();
  backend.publish(
    Array.from({ length: 30 }, (_, i) => comes(`event ${String(i).padStart(2, '0')}`)),
  );
  const all = new Program(['tail', url, '--since', '2100-01-01', '--format', 'ndjson']);
  const some = new Program(['tail', url, '--since', '2100-01-01', '--lines', '4']);
  await all.printed('event 29');
  expect(all.lines).toHaveLength(30);
  await some.said('The newest 4 of 30 events since then.');
  expect(some.lines).toHaveLength(5);
});

test('goes on where it was after its connection broke, and says so', async () => {
  const { backend, url } = await startBackend();
  const proxy = await FaultyProxy.start(() => Number(new URL(url).port));
  onTestFinished(() => proxy.stop());
  const tail = new Program(['tail', `http://127.0.0.1:${String(proxy.port)}`, '--lines', '0']);
  await follows(url, tail, backend);
  proxy.cut();
  backend.publish([comes('meanwhile')]);
  await tail.said('Connected again');
  backend.publish([comes('after')]);
  await tail.printed('message of after');
  const [, ...lines] = tail.lines;
  expect(lines.map((line) => line.slice(line.indexOf('message of ')))).toEqual([
    'message of first',
    'message of meanwhile',
    'message of after',
  ]);
  expect(tail.stderr).toMatch(/^eventglass: The feed was closed .* Trying again\.\n/);
  expect(tail.stderr).not.toContain('missing');
});

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('tells that a backend which was killed has begun a new history, and goes on with that', async () => {
  const port = await freePort();
  const settings = {
    ...readSettings({}, { initialCount: 50 }),
    port,
    mutationRate: 0,
    logLevel: 'silent',
  };
  const start = async (firstId: string): Promise<BackendProcess> => {
    const backend = await BackendProcess.start(killableBackend, settings);
    onTestFinished(() => backend.kill());
    await backend.ask([comes(firstId)]);
    await backend.ask('listen');
    return backend;
  };
  const first = await start('first');
  const tail = new Program(['tail', `http://127.0.0.1:${String(port)}`, '--lines', '1']);
  await tail.printed('message of first');
  await first.kill();
  await tail.said('Trying again.');
  const second = await start('second');
  await tail.said("The feed can't go on (epoch_changed: the backend has begun a new history).");
  await tail.printed('message of second');
  await second.ask([comes('third')]);
  await tail.printed('message of third');
  const [, ...lines] = tail.lines;
  expect(lines.map((line) => line[0])).toEqual([' ', ' ', '+']);
  expect(tail.stderr).toContain('Events may be missing here');
});

test('asks again for messages that were lost, from where it was', async () => {
  const { cursors, url } = await lossyBackend(1);
  const tail = new Program(['tail', url]);
  await tail.printed('here');
  expect(cursors).toEqual([7, 8]);
  expect(tail.stderr).toContain('The feed left messages out. Trying again.');
});

test('tells that events may be missing where the same messages are lost again and again', async () => {
  const { url } = await lossyBackend(3);
  const tail = new Program(['tail', url]);
  await tail.said('Events may be missing here; the newest ones follow.');
  await tail.printed('here');
});

test('tells that a backend no longer knows what happened, and prints nothing twice', async () => {
  const { url } = await lossyBackend(1, 'forgotten');
  const tail = new Program(['tail', url]);
  await tail.said('(log_truncated: the backend no longer knows what happened since)');
  await tail.printed('here');
  expect(tail.lines.filter((line) => line.includes('shown before'))).toHaveLength(1);
});
