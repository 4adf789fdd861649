import Papa from 'papaparse';
import { expect, onTestFinished, test } from 'vitest';
import { deleteOf, moveOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { fetchPage, startBackend } from '../backend/support/test_backend.js';
import { FaultyProxy } from '../support/faulty_proxy.js';
import { comes, laterEvent, laterMs } from './support/events.js';
import { follows } from './support/following.js';
import { lossyBackend } from './support/lossy_backend.js';
import { Program } from './support/program.js';

type Fields = Readonly<Record<string, unknown>>;

interface Change {
  readonly op: 'present' | 'insert' | 'update' | 'delete' | 'reset';
  readonly seq?: number;
  readonly id?: string;
  readonly set?: Fields;
  readonly event?: Fields;
}

const changes = ['--changes', '--format', 'ndjson'];

const changesOf = (tail: Program) => tail.lines.map((line) => JSON.parse(line) as Change);

/** What docs/terminal.md tells readers of the lines to do. */
function applied(lines: readonly Change[]): readonly Fields[] {
  const events = new Map<string, Fields>();
  for (const { op, id = '', set = {}, event } of lines) {
    const known = events.get(id);
    if (op === 'reset') {
      events.clear();
    } else if (op === 'delete') {
      events.delete(id);
    } else if (event !== undefined) {
      events.set(id, event);
    } else if (known !== undefined) {
      const fields = Object.entries({ ...known, ...set }).filter(([, value]) => value !== null);
      events.set(id, Object.fromEntries(fields));
    }
  }
  return [...events.values()].sort(byKey);
}

function byKey(a: Fields, b: Fields): number {
  const byTime = Number(a['timestamp']) - Number(b['timestamp']);
  return byTime === 0
    ? Buffer.compare(Buffer.from(String(a['id'])), Buffer.from(String(b['id'])))
    : byTime;
}

test('tells each change of any event, with the event where it is known', async () => {
  const { backend, url } = await startBackend();
  const newest = await fetchPage(url, { limit: '1', direction: 'backward' });
  const {
    seq,
    events: [last],
  } = newest;
  const [unseen] = (await fetchPage(url, { limit: '1' })).events;
  if (last === undefined || unseen === undefined) throw new Error('the backend has no events');
  const tail = new Program(['tail', url, '--lines', '1', ...changes]);
  await tail.printed('"present"');
  await follows(url, tail, backend);
  const moved = laterEvent('one', { timestamp: laterMs + 1 });
  backend.publish([comes('one', { amount: 7 })]);
  backend.publish([
    updateOf('one', { severity: 'error', amount: undefined }),
    moveOf(moved),
    deleteOf('one'),
    updateOf(unseen.id, { message: 'other' }),
    deleteOf(unseen.id),
    updateOf(last.id, { message: 'other' }),
    comes('end'),
  ]);
  await tail.printed('message of end');
  const one = laterEvent('one', { amount: 7 });
  const { amount, ...without } = one;
  expect(amount).toBe(7);
  const event = { ...without, severity: 'error' };
  expect(changesOf(tail)).toEqual([
    { op: 'present', seq, id: last.id, event: last },
    { op: 'insert', seq: seq + 1, id: 'first', event: laterEvent('first') },
    { op: 'insert', seq: seq + 2, id: 'one', event: one },
    { op: 'update', seq: seq + 3, id: 'one', set: { severity: 'error', amount: null }, event },
    { op: 'update', seq: seq + 4, id: 'one', event: moved },
    { op: 'delete', seq: seq + 5, id: 'one', event: moved },
    { op: 'update', seq: seq + 6, id: unseen.id, set: { message: 'other' } },
    { op: 'delete', seq: seq + 7, id: unseen.id },
    {
      op: 'update',
      seq: seq + 8,
      id: last.id,
      set: { message: 'other' },
      event: { ...last, message: 'other' },
    },
    { op: 'insert', seq: seq + 9, id: 'end', event: laterEvent('end') },
  ]);
  expect(tail.stderr).toBe('');
});

test.each(['', 'severity:warning,error', '-source:payments amount>=10'])(
  'whoever applies the lines has what the backend has, through a lost connection, with the filter "%s"',
  async (filter) => {
    const { backend, url } = await startBackend();
    const proxy = await FaultyProxy.start(() => Number(new URL(url).port));
    onTestFinished(() => proxy.stop());
    const address = `http://127.0.0.1:${String(proxy.port)}`;
    const parameters = ['--lines', '10000', '--filter', filter, ...changes];
    const tail = new Program(['tail', address, ...parameters]);
    const fields = { severity: 'error', amount: 99 } as const;
    await follows(url, tail, backend, fields);
    for (let i = 0; i < 5; i++) backend.mutate(100);
    proxy.cut();
    backend.mutate(300);
    await tail.said('Connected again');
    backend.mutate(100);
    backend.publish([comes('end', fields)]);
    await tail.printed('message of end');
    const { events } = await fetchPage(url, filter === '' ? {} : { filter });
    expect(applied(changesOf(tail))).toEqual(events);
    expect(new Set(changesOf(tail).map(({ op }) => op))).toEqual(
      new Set(['present', 'insert', 'update', 'delete']),
    );
  },
);

test('a new history of the backend is told, and what there is then', async () => {
  const first = await startBackend({ initialCount: 20 });
  const tail = new Program(['tail', first.url, '--lines', '10000', ...changes]);
  await follows(first.url, tail, first.backend);
  await first.backend.close();
  const second = await startBackend({ initialCount: 20, port: Number(new URL(first.url).port) });
  await follows(second.url, tail, second.backend, { message: 'message of first, again' });
  expect(changesOf(tail)).toContainEqual({ op: 'reset', reason: 'epoch_changed' });
  const { events } = await fetchPage(second.url);
  expect(applied(changesOf(tail))).toEqual(events);
});

test('what is there is told again, all of it, where the backend no longer knows what happened', async () => {
  const { url } = await lossyBackend(1, 'forgotten');
  const tail = new Program(['tail', url, ...changes]);
  await tail.printed('here');
  const event = { id: 'b', timestamp: 2, note: 'shown before' };
  expect(changesOf(tail)).toEqual([
    { op: 'present', seq: 7, id: 'b', event },
    { op: 'reset', reason: 'log_truncated' },
    { op: 'present', seq: 7, id: 'b', event },
    { op: 'insert', seq: 9, id: 'a', event: { id: 'a', timestamp: 1, note: 'here' } },
  ]);
});

test('CSV tells changes in its first columns', async () => {
  const { backend, url } = await startBackend();
  const {
    seq,
    events: [unseen],
  } = await fetchPage(url, { limit: '1' });
  const columns = ['--format', 'csv', '--columns', 'id,severity,message'];
  const tail = new Program(['tail', url, '--lines', '0', '--changes', ...columns]);
  await follows(url, tail, backend);
  backend.publish([updateOf('first', { severity: 'error' }), deleteOf('first')]);
  backend.publish([updateOf(unseen?.id ?? '', { severity: 'error' }), deleteOf(unseen?.id ?? '')]);
  backend.publish([comes('end')]);
  await tail.printed('message of end');
  expect(Papa.parse(tail.stdout.trimEnd()).data).toEqual([
    ['op', 'seq', 'id', 'severity', 'message'],
    ['insert', String(seq + 1), 'first', 'info', 'message of first'],
    ['update', String(seq + 2), 'first', 'error', 'message of first'],
    ['delete', String(seq + 3), 'first', 'error', 'message of first'],
    ['update', String(seq + 4), unseen?.id, 'error', ''],
    ['delete', String(seq + 5), unseen?.id, '', ''],
    ['insert', String(seq + 6), 'end', 'info', 'message of end'],
  ]);
});
