import { expect, test } from 'vitest';
import { eventSchema as schema, type Event } from '../../backend/src/event_schema.js';
import { csvWriter } from '../../app/src/lib/export/csv.js';
import { eventsOf } from '../../app/src/lib/export/export_event.js';
import { fetchPage, startBackend } from '../backend/support/test_backend.js';
import { run } from './support/program.js';

function eventsIn(ndjson: string): readonly Event[] {
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Event);
}

/** As the page's export writes them. */
function csvOf(events: readonly Event[]): string {
  const writer = csvWriter(schema, true);
  const page = eventsOf(events, schema);
  if (!page) throw new Error('that is no page');
  return Buffer.concat([writer.begin(), writer.page(page)]).toString();
}

test('prints the newest events that match, as the backend has them', async () => {
  const { url } = await startBackend({ initialCount: 3_000 });
  const filter = '-severity:info';
  const { stdout, stderr, code } = await run(
    'query',
    url,
    '--filter',
    filter,
    '--format',
    'ndjson',
  );
  const { events, matchCount } = await fetchPage(url, {
    filter,
    limit: '100',
    direction: 'backward',
  });
  expect(code).toBe(0);
  expect(eventsIn(stdout)).toEqual(events);
  expect(stderr).toContain(`The newest 100 of ${(matchCount ?? 0).toLocaleString('en-US')} events`);
});

test('prints a range of time, from its begin, all of it', async () => {
  const { url } = await startBackend({ initialCount: 3_000 });
  const { events: all } = await fetchPage(url);
  const [from, to] = [all[500]?.timestamp ?? 0, all[900]?.timestamp ?? 0];
  const expected = all.filter(({ timestamp }) => timestamp >= from && timestamp < to);
  const iso = new Date(to).toISOString();
  const range = ['--from', String(from), '--to', iso, '--limit', '1000'];
  const answers = await Promise.all([
    run('query', url, ...range, '--format', 'ndjson'),
    run('query', url, ...range, '--oldest', '--format', 'ndjson'),
    run('query', url, ...range, '--format', 'csv'),
  ]);
  const [newest, oldest, csv] = answers.map(({ stdout }) => stdout);
  expect(eventsIn(newest ?? '')).toEqual(expected);
  expect(eventsIn(oldest ?? '')).toEqual(expected);
  expect(csv).toBe(csvOf(expected));
  expect(answers.map(({ stderr }) => stderr)).toEqual(['', '', '']);
});

test.each(['--newest', '--oldest'])(
  'prints more events than come in a page, %s, in the order of time',
  async (which) => {
    const { url } = await startBackend({ initialCount: 26_000 });
    const { events } = await fetchPage(url);
    const { stdout, stderr } = await run(
      'query',
      url,
      which,
      '--limit',
      '23456',
      '--format',
      'ndjson',
    );
    expect(eventsIn(stdout)).toEqual(
      which === '--newest' ? events.slice(-23_456) : events.slice(0, 23_456),
    );
    expect(stderr).toContain(`The ${which.slice(2)} 23,456 of `);
  },
);

test('prints a table, with the time on the clocks that are asked for', async () => {
  const { url } = await startBackend();
  const [event] = (await fetchPage(url, { limit: '1', direction: 'backward' })).events;
  const tableOf = async (...more: readonly string[]) =>
    (await run('query', url, '--limit', '1', ...more)).stdout.trimEnd().split('\n');
  const utc = new Date(event?.timestamp ?? 0).toISOString().replace('T', ' ').slice(0, -1);
  const [head, line, ...rest] = await tableOf();
  expect(head).toMatch(/^timestamp +source +type +severity +(amount +)?actor +(amount +)?message$/);
  expect(line).toContain(utc);
  expect(line).toContain(event?.message);
  expect(rest).toEqual([]);
  expect(await tableOf('--columns', 'id,timestamp', '--time-zone', 'Asia/Kathmandu')).toEqual([
    expect.stringMatching(/^id +timestamp$/),
    `${event?.id ?? ''}  ${new Date((event?.timestamp ?? 0) + 20_700_000).toISOString().replace('T', ' ').slice(0, -1)}`,
  ]);
});

test('says so where there is nothing', async () => {
  const { url } = await startBackend();
  const { code, stdout, stderr } = await run(
    'query',
    url,
    '--from',
    '2100-01-01',
    '--format',
    'csv',
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'eventglass: No events.\n' });
  expect(stdout).toMatch(/^[\w,]*\r\n$/);
});
