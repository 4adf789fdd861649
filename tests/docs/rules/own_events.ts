import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { repository } from '../support/doc_page.js';
import { coveredBy, type PageRules, type Rule } from '../support/rule.js';
import { type Run, shell } from '../support/shell.js';
import type { Stage } from '../support/stage.js';
import { eventLines } from './own_files.js';

const log = 'status,when\nok,2026-11-24\nfailed,2026-11-25\n';
const schemaFile = '{"timestamp":{"from":"when","as":"iso"}}';

/** Files, and the number of events that are loaded of them. */
const loads = (files: Readonly<Record<string, string>>, count: number): Run => ({
  backend: 'own',
  until: [`${count} events loaded`],
  before: async (folder) => {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  },
});

/** Starts a backend with files, and answers what it says beside its log. */
async function told(
  stage: Stage,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
) {
  const folder = await stage.folder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const program = spawn(process.execPath, [`${repository}backend/build`, ...args], {
    cwd: folder,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  let [words, lines] = ['', ''];
  program.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
  await new Promise<void>((resolve) => {
    const hear = () => {
      if (lines.includes('"msg":"ready"') && words.includes(' events loaded')) resolve();
    };
    program.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines += text;
      hear();
    });
    program.stderr.on('data', hear);
    program.once('exit', () => resolve());
  });
  const ready = lines.split('\n').find((line) => line.includes('"msg":"ready"'));
  return { words, url: (JSON.parse(ready ?? '{}') as { readonly url?: string }).url ?? '' };
}

/** Without the widths of columns, which the example has narrower. */
const evenly = (text: string): string => text.replace(/ {2,}/g, '  ').replace(/ +$/gm, '');

/** What is said of a real file of earthquakes: every line of the example, and others where it leaves some out. */
const earthquakes: Rule = async ({ block, stage }) => {
  const data = `${repository}tests/node_modules/vega-datasets/data/earthquakes.json`;
  const words = evenly((await told(stage, ['--data', data], {})).words);
  let at = 0;
  for (const line of block.code.split('\n').filter((each) => each !== '' && each !== '…')) {
    const found = words.indexOf(evenly(line), at);
    expect(found, `'${line}' is not in:\n${words}`).toBeGreaterThanOrEqual(at);
    at = found + evenly(line).length;
  }
};

const badLines = [
  '{"t":"2026-11-24","id":"a"}',
  '{"t":"2026-11-24","n":}',
  '{"t":"2026-11-25","id":"c"}',
  '{"t":"yesterday","id":"d"}',
  '{"t":"2026-11-26","id":"e"}',
].join('\n');

const rejected: Rule = async ({ block, stage }) => {
  const schema = '{"timestamp":{"from":"t","as":"iso"}}';
  const files = { 'bad.ndjson': badLines, 's.json': schema };
  const { words } = await told(stage, ['--data', 'bad.ndjson', '--schema', 's.json'], files);
  expect(words).toContain(block.code.trimEnd());
};

const schemaExample: Rule = async ({ block, stage }) => {
  const rows =
    'request_id;when;http status;took;agent\nr1;24/11/2026 10:00;200;1.5;curl\nr2;25/11/2026 10:00;404;2;wget\n';
  const args = ['--data', 'log.txt', '--schema', 'schema.json'];
  const { words, url } = await told(stage, args, { 'log.txt': rows, 'schema.json': block.code });
  expect(words).toContain('2 events loaded');
  const schema = (await (await fetch(`${url}/data/schema`)).json()) as { readonly name: string };
  expect(schema.name).toBe('Web log');
  expect(await (await fetch(`${url}/data`)).json()).toMatchObject([
    { id: 'r1', timestamp: Date.UTC(2026, 10, 24, 10), status: '200', took: 1.5 },
    { id: 'r2', timestamp: Date.UTC(2026, 10, 25, 10), status: '404', took: 2 },
  ]);
};

export const ownEvents: PageRules = {
  'Own events': [
    shell(
      ['./scripts/start --data events.ndjson', loads({ 'events.ndjson': eventLines(3) }, 3)],
      [
        './scripts/start --data log.csv --schema schema.json',
        loads({ 'log.csv': log, 'schema.json': schemaFile }, 2),
      ],
      [
        '(cd backend && node build --data events.ndjson)',
        loads({ 'backend/events.ndjson': eventLines(4) }, 4),
      ],
    ),
    earthquakes,
  ],
  'In a store': [
    shell(
      [
        './scripts/start --store DIR --schema schema.json',
        coveredBy(
          'tests/backend/stored_schemas.test.ts',
          'makes an empty timeline of its columns, which is fed and kept',
        ),
      ],
      [
        './scripts/start --data events.ndjson --store DIR',
        loads({ 'events.ndjson': eventLines(5) }, 5),
      ],
      ['./scripts/start --store DIR', { backend: 'own', until: ['"count":5', '"msg":"ready"'] }],
    ),
  ],
  'The schema file': [schemaExample],
  "What can't be loaded": [rejected],
};
