import { expect, test } from 'vitest';
import type { Event } from '../../backend/src/event_schema.js';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { utc } from 'eventglass/internal/time_zone.js';
import { eventWriter } from '../../wasm/ts/terminal/event_writer.js';
import { startBackend } from '../backend/support/test_backend.js';
import { laterEvent } from './support/events.js';
import { run } from './support/program.js';

const hostileTexts = [
  '\u001b[2J\u001b]0;title\u0007 clears the screen',
  '\u009b31m one-byte CSI \u0090q\u009c',
  'two\nlines\r\nand\u2028more\u2029still\u0085',
  'tab\tbackspace\b\b\b\u007f',
  '\u202egnp.exe\u202c \u2066isolate\u2069 \u200fmark',
  'zero\u200bwidth\u200c\u200d\u2060\ufeff\u00ad',
  `tags ${String.fromCodePoint(0xe0041, 0xe007f)} and selectors \ufe0e${String.fromCodePoint(0xe0100)}`,
  `pile a${'\u0300'.repeat(50)}`,
  '=HYPERLINK("http://example.org","click")',
  '+cmd|calc, -1, @sum',
  'fillers \u3164\u115f\uffa0',
] as const;

async function startHostileBackend() {
  const { backend, url } = await startBackend();
  const events = hostileTexts.map((text, i) =>
    laterEvent(`${String(i).padStart(2, '0')} ${text}`, { actor: text, message: text, type: text }),
  );
  backend.publish(events.map(insertOf));
  return { url, events };
}

const columnsOfHostile = [{ name: `name ${hostileTexts[0]}`, type: 'text' }] as const;

/** What a terminal obeys, or what can't be seen; line feeds end lines. */
const unsafe = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|\p{M}{5}/u;

const from = ['--from', '2100-01-01'];

test('a table has a line for each event, with nothing in it that a terminal obeys', async () => {
  const { url, events } = await startHostileBackend();
  const columns = ['--columns', 'id,actor,message,type'];
  const { stdout } = await run('query', url, ...from, ...columns);
  expect(stdout).not.toMatch(unsafe);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(events.length + 1);
  expect(lines[1]).toContain('\\x1b[2J\\x1b]0;title\\x07 clears the screen');
  expect(lines[3]).toContain('two\\nlines\\r\\nand\\u2028more\\u2029still\\x85');
  expect(lines[5]).toContain('\\u202egnp.exe\\u202c');
  expect(lines[7]).toContain('\\u{e0041}\\u{e007f}');
});

test('NDJSON has exactly what the event source said', async () => {
  const { url, events } = await startHostileBackend();
  const { stdout } = await run('query', url, ...from, '--format', 'ndjson');
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toEqual(events.map((event) => JSON.stringify(event)));
  expect(lines.map((line) => JSON.parse(line) as Event)).toEqual(events);
});

test.each([
  ['ndjson', false],
  ['ndjson', true],
  ['csv', false],
  ['csv', true],
  ['table', false],
] as const)(
  'on a screen %s has nothing that a terminal obeys either, with changes: %s',
  (format, hasChanges) => {
    const writer = eventWriter({
      format,
      columns: [{ name: 'id', type: 'id' }, ...columnsOfHostile],
      isChosen: true,
      zone: utc,
      keyNames: { id: 'id', timestamp: 'timestamp' },
      hasMarks: false,
      hasChanges,
      isGuarded: true,
      isScreen: true,
      screenWidth: () => 80,
    });
    const events = hostileTexts.map((text) => {
      const fields = { id: text, timestamp: 0, [`name ${hostileTexts[0]}`]: text };
      return { key: { id: text, timestamp: 0 }, fields };
    });
    const written = writer.head(events) + writer.lines(events, 0);
    expect(written.replaceAll('\r\n', '\n')).not.toMatch(unsafe);
    expect(written.trimEnd().split('\n')).toHaveLength(
      events.length + (format === 'ndjson' ? 0 : 1),
    );
  },
);

test('CSV guards what a spreadsheet would run, unless it is told not to', async () => {
  const { url } = await startHostileBackend();
  const actors = ['--columns', 'actor', '--format', 'csv'];
  const [guarded, raw] = await Promise.all([
    run('query', url, ...from, ...actors),
    run('query', url, ...from, ...actors, '--unguarded'),
  ]);
  expect(guarded.stdout).toContain(`"'=HYPERLINK(""http://example.org"",""click"")"\r\n`);
  expect(guarded.stdout).toContain(`"'+cmd|calc, -1, @sum"\r\n`);
  expect(raw.stdout).toContain(`"=HYPERLINK(""http://example.org"",""click"")"\r\n`);
});

test('what is said of a filter can not be drawn over either', async () => {
  const { url } = await startBackend();
  const { stderr } = await run('query', url, '--filter', 'a\u001b[2J\u202e\n(');
  expect(stderr).not.toMatch(unsafe);
  expect(stderr.trimEnd().split('\n')).toHaveLength(3);
});
