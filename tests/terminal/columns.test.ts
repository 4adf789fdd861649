import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSchema } from '../../wasm/ts/internal/schema_answer.js';
import { columnsOfEvents, tableColumns } from '../../wasm/ts/terminal/columns.js';
import { readEvents, USUAL_KEY_NAMES } from '../../wasm/ts/terminal/event_json.js';
import { run } from './support/program.js';

/** A backend of these pages of events, which tells their columns where it has some. */
async function startPages(
  pages: readonly (readonly object[])[],
  columns?: readonly object[],
): Promise<string> {
  let asked = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    response.setHeader('content-type', 'application/json');
    if (url.pathname === '/data/schema') {
      response.statusCode = columns ? 200 : 404;
      response.end(JSON.stringify({ columns }));
      return;
    }
    const head = { epoch: 'one', seq: '1', 'first-rank': '0', 'total-count': '3' };
    for (const [name, value] of Object.entries(head)) {
      response.setHeader(`eventglass-${name}`, value);
    }
    // The first that is asked for is of one event, for its rank.
    response.end(JSON.stringify(pages[url.searchParams.get('limit') === '1' ? 0 : asked++] ?? []));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

test('columns are those that the backend tells, under whatever names', async () => {
  const url = await startPages(
    [[{ key: 'a', at: 0, other: 1 }]],
    [
      { name: 'at', type: 'timestamp' },
      { name: 'key', type: 'id' },
      { name: 'open', type: 'boolean' },
    ],
  );
  const { stdout, stderr } = await run('export', url, '--format', 'csv');
  expect(stdout).toBe('at,key,open\r\n1970-01-01T00:00:00.000Z,a,\r\n');
  expect(stderr).toBe('');
});

test('columns that the backend does not tell are those of the events', async () => {
  const url = await startPages([
    [
      { id: 'a', timestamp: 0, level: 'low' },
      { id: 'b', timestamp: 1, done: true },
    ],
  ]);
  const { stdout } = await run('export', url, '--format', 'csv');
  expect(stdout.split('\r\n')).toEqual([
    'id,timestamp,level,done',
    'a,1970-01-01T00:00:00.000Z,low,',
    'b,1970-01-01T00:00:00.001Z,,true',
    '',
  ]);
});

test('a field that only later events have is told of, and can be asked for', async () => {
  const pages = [[{ id: 'a', timestamp: 0 }], [{ id: 'b', timestamp: 1, late: 'here' }]];
  const csv = ['--format', 'csv'];
  const all = await run('export', await startPages(pages), ...csv);
  expect(all.stdout).not.toContain('here');
  expect(all.stderr).toContain("The first events have no 'late', so it is left out.");
  const late = await run('export', await startPages(pages), ...csv, '--columns', 'id,late');
  expect(late.stdout).toBe('id,late\r\na,\r\nb,here\r\n');
});

test('a column that is not there is told of, with those that are', async () => {
  const url = await startPages([[{ id: 'a', timestamp: 0 }]], [{ name: 'id', type: 'id' }]);
  const { code, stdout, stderr } = await run('query', url, '--columns', 'idd');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe("eventglass: There is no column 'idd'. The columns are id.\n");
});

test('a column that may still come is told of', async () => {
  const url = await startPages([[{ id: 'a', timestamp: 0 }]]);
  const { code, stderr } = await run('export', url, '--format', 'csv', '--columns', 'id,lat');
  expect(code).toBe(0);
  expect(stderr).toBe("eventglass: The first events have no 'lat'. They have id, timestamp.\n");
});

describe('what a backend answers for its columns', () => {
  test.each([
    [undefined],
    [[]],
    [{ columns: [] }],
    [{ columns: [{ name: 'a' }] }],
    [{ columns: [{ name: 'a', type: 'date' }] }],
    [{ id: 'schema', timestamp: 1 }],
  ])('%j is none', (answer) => {
    expect(readSchema(answer)).toBeUndefined();
  });
});

test('types of columns are told from the values', () => {
  const events = readEvents(
    [
      { id: 'a', timestamp: 0, kind: 'b', words: 'two words', count: 1, done: true, none: null },
      { id: 'b', timestamp: 1, kind: 'c', mixed: 1 },
      { id: 'c', timestamp: 1, mixed: 'one', inner: { deep: 1 } },
    ],
    USUAL_KEY_NAMES,
  );
  const columns = columnsOfEvents(events ?? [], USUAL_KEY_NAMES);
  expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
    id: 'id',
    timestamp: 'timestamp',
    kind: 'dictionary',
    words: 'text',
    count: 'number',
    done: 'boolean',
    mixed: 'text',
    inner: 'text',
  });
  expect(tableColumns(columns).map(({ name }) => name)).toEqual([
    'timestamp',
    'kind',
    'count',
    'done',
    'words',
    'mixed',
    'inner',
  ]);
});
