import { describe, expect, test } from 'vitest';
import { readArguments } from '../../wasm/ts/terminal/arguments.js';
import { startBackend } from '../backend/support/test_backend.js';
import { run } from './support/program.js';

const now = Date.UTC(2026, 10, 20, 15, 30);
const url = 'http://localhost:3000';

describe('what the program is called with', () => {
  test.each([
    [['tail', url], { lines: 10, since: undefined, format: 'table', filter: '', url }],
    [['tail', `${url}/`, '--since', '-5m'], { since: String(now - 300_000), lines: 10_000, url }],
    [['tail', '--since=-5m', '--lines', '0', url], { since: String(now - 300_000), lines: 0 }],
    [['tail', url, '--changes', '--format', 'csv'], { format: 'csv', hasChanges: true }],
    [['query', url, '--filter', '-severity:info'], { filter: '-severity:info', limit: 100 }],
    [['query', url, '--from', '14:00'], { range: { start: String(Date.UTC(2026, 10, 20, 14)) } }],
    [
      ['query', url, '--to', 'yesterday 14:00', '--time-zone', 'Europe/Berlin'],
      { range: { start: undefined, stop: String(Date.UTC(2026, 10, 19, 13)) } },
    ],
    [['query', url, '--oldest', '--limit', '7'], { isNewest: false, limit: 7 }],
    [['query', url, '--columns', 'id,message'], { columns: ['id', 'message'] }],
    [['export', url], { format: 'ndjson', file: undefined, isForced: false, isGuarded: true }],
    [
      ['export', url, '--output', 'a.CSV', '--force'],
      { format: 'csv', file: 'a.CSV', isForced: true },
    ],
    [['export', url, '-o', '-', '--format', 'csv'], { format: 'csv', file: undefined }],
    [['export', url, '-o', 'a.csv', '--format', 'ndjson'], { format: 'ndjson' }],
    [['tail', '--help'], { command: 'help', about: 'tail' }],
    [['--help'], { command: 'help', about: undefined }],
    [['help', 'export'], { command: 'help', about: 'export' }],
    [['--version'], { command: 'version' }],
    [['query', 'https://example.org/events/'], { url: 'https://example.org/events' }],
  ])('%j is understood', (words, request) => {
    expect(readArguments(words, now)).toMatchObject(request);
  });

  test.each([
    [[], 'eventglass tail URL'],
    [['watch', url], "no command 'watch'"],
    [['--verbose'], "no command '--verbose'"],
    [['tail'], 'eventglass tail http://localhost:3000'],
    [['tail', url, '--fliter', 'a'], 'no option --fliter. See eventglass tail --help'],
    [['tail', url, '-x'], 'no option -x.'],
    [['tail', url, '--from', '-2h'], 'no option --from.'],
    [['tail', url, '--filter'], '--filter needs a value.'],
    [['tail', url, '--filter', '--lines', '4'], '--filter needs a value.'],
    [['export', url, '--force=yes'], 'takes no value.'],
    [['tail', url, 'severity:error'], 'one word too many'],
    [['tail', 'localhost:3000'], 'begins with http://'],
    [['tail', 'not an address'], 'begins with http://'],
    [['tail', 'ftp://example.org'], 'begins with http://'],
    [['tail', 'http://example.org/?filter=a'], 'no ? and no #: http://example.org'],
    [['tail', 'http://a:b@example.org'], 'no name and password'],
    [['tail', url, '--lines', '-3'], "from 0 to 10000, not '-3'"],
    [['tail', url, '--lines', '10001'], 'from 0 to 10000'],
    [['tail', url, '--since', 'soon'], "--since 'soon' is no time"],
    [['tail', url, '--changes'], '--changes is for NDJSON and CSV'],
    [['query', url, '--changes'], 'no option --changes.'],
    [['query', url, '--limit', '0'], 'from 1 to'],
    [['query', url, '--limit', 'many'], 'from 1 to'],
    [['query', url, '--newest', '--oldest'], 'not for both'],
    [['query', url, '--from', 'today', '--to', 'yesterday'], '--to is not after --from'],
    [['query', url, '--format', 'xml'], "no format 'xml'"],
    [['query', url, '--format', 'ndjson', '--columns', 'id'], 'NDJSON has events whole'],
    [['query', url, '--time-zone', 'Mars'], "no time zone 'Mars'"],
    [['export', url, '--format', 'table'], 'There are ndjson and csv.'],
  ])('%j is refused in one line', (words, message) => {
    let thrown: unknown;
    try {
      readArguments(words, now);
    } catch (cause) {
      thrown = cause;
    }
    expect(thrown).toMatchObject({ exitCode: 2, lines: [expect.stringContaining(message)] });
  });
});

test('what is wrong with a call is said in one line, with 2', async () => {
  const { code, stdout, stderr } = await run('tail', 'localhost:3000');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^eventglass: 'localhost:3000' is no address of a backend\.[^\n]*\n$/);
});

test('help and version are printed, with 0', async () => {
  const [help, tail, version] = await Promise.all([
    run('--help'),
    run('tail', '--help'),
    run('--version'),
  ]);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('eventglass export URL');
  expect(tail.stdout).toContain('--since TIME');
  expect(version).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});

test('a backend that is not there is told of, with 1', async () => {
  const { code, stderr } = await run('query', 'http://127.0.0.1:1');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^eventglass: [^\n]* can't be reached\.[^\n]*\n$/);
});

test.each([
  ['amount>=ten', "expected a number after '>='", '  amount>=ten', '          ^^^'],
  ['source:', "a value after ':'", '  source:', '         ^'],
  ['美咲 OR http://shop', 'the name of a column', '  美咲 OR http://shop', '          ^^^^'],
])('the filter %s is shown with the place at fault', async (filter, why, shown, carets) => {
  const { url: backendUrl } = await startBackend();
  for (const command of ['tail', 'query', 'export']) {
    const { code, stderr } = await run(command, backendUrl, '--filter', filter);
    const [first, ...rest] = stderr.trimEnd().split('\n');
    expect(code).toBe(2);
    expect(first).toContain(why);
    expect(rest).toEqual([shown, carets]);
  }
});
