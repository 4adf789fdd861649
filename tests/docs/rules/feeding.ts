import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../browser/support/free_port.js';
import { coveredBy, type PageRules, type Rule } from '../support/rule.js';
import { type Run, shell } from '../support/shell.js';
import { ingestToken } from '../support/stage.js';
import { eventLines, eventOf } from './own_files.js';

/** A command that writes, with the secret in its environment as a reader has it. */
const fed: Run = { backend: 'fed', environment: { INGEST_TOKEN: ingestToken } };

const accepted = ({ stdout }: { readonly stdout: string }, count: number): void => {
  expect(JSON.parse(stdout)).toMatchObject({ accepted: count, rejected: [], ignoredFields: [] });
};

/** The webhook of an example becomes an event in the timeline. */
const webhook: Rule = async ({ block, stage }) => {
  const [url, port, folder] = [await stage.fed(), await freePort(), await stage.folder()];
  const script = block.code
    .replace('http://localhost:3000', url)
    .replace('.listen(4000)', `.listen(${port}, () => console.log('listening'))`);
  await writeFile(join(folder, 'webhook.mjs'), script);
  const program = spawn(process.execPath, ['webhook.mjs'], {
    cwd: folder,
    env: { ...process.env, INGEST_TOKEN: ingestToken },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    program.kill('SIGKILL');
  });
  await new Promise((resolve) => program.stdout.once('data', resolve));
  const push = {
    id: 17,
    created_at: '2026-11-24T10:00:00Z',
    repository: { name: 'website' },
    pusher: { name: 'Ana' },
    head_commit: { message: 'Larger type' },
  };
  const hook = () =>
    fetch(`http://localhost:${port}`, { method: 'POST', body: JSON.stringify(push) });
  expect([(await hook()).status, (await hook()).status]).toEqual([200, 200]);
  expect(await eventOf(url, 'push_17')).toEqual({
    id: 'push_17',
    timestamp: Date.UTC(2026, 10, 24, 10),
    source: 'website',
    type: 'push',
    actor: 'Ana',
    message: 'Larger type',
  });
};

export const feeding: PageRules = {
  'Feeding the backend, and keeping what it was fed': [
    shell([
      'INGEST_TOKEN=$(openssl rand -hex 16) ./scripts/start --store ~/eventglass-store',
      {
        backend: 'own',
        until: ['"msg":"ready"'],
        environment: { HOME: '.', INITIAL_COUNT: '0' },
        then: async ({ folder }) => {
          expect(
            await readFile(join(folder, 'backend/eventglass-store/CURRENT'), 'utf8').catch(() =>
              readFile(join(folder, 'eventglass-store/CURRENT'), 'utf8'),
            ),
          ).toContain('MANIFEST');
        },
      },
    ]),
    shell(
      [
        './scripts/start --store DIR --data events.ndjson',
        coveredBy('tests/backend/stored_files.test.ts', 'takes nothing twice from the same file'),
      ],
      [
        './scripts/start --store DIR --schema schema.json',
        {
          backend: 'own',
          until: ['"msg":"ready"'],
          before: async (folder, { block }) => {
            const [, schema = ''] = /# (\{.*\})/.exec(block.code) ?? [];
            await writeFile(join(folder, 'schema.json'), schema);
          },
          then: async ({ url }) => {
            const { columns } = (await (await fetch(`${url}/data/schema`)).json()) as {
              readonly columns: readonly { readonly name: string }[];
            };
            expect(columns.map(({ name }) => name)).toEqual(
              expect.arrayContaining(['id', 'timestamp', 'who', 'took']),
            );
          },
        },
      ],
    ),
  ],
  'Send events': [
    shell([
      'curl ',
      {
        ...fed,
        then: async (said) => {
          accepted(said, 1);
          const event = await eventOf(said.url, 'deploy_81');
          expect(event).toMatchObject({
            message: 'Deployed 81',
            timestamp: Date.UTC(2025, 0, 15, 10),
          });
        },
      },
    ]),
    shell([
      'split -l 50000 ',
      {
        ...fed,
        before: (folder) => writeFile(join(folder, 'events.ndjson'), eventLines(60_000, 'deploy')),
        then: async ({ stdout, url }) => {
          const reports = stdout.replaceAll('}{', '}\n{').trim().split('\n');
          const counts = reports.map((text) => (JSON.parse(text) as { accepted: number }).accepted);
          expect(counts).toEqual([50_000, 10_000]);
          expect(await eventOf(url, 'deploy_59999')).toMatchObject({ message: 'Order 59999 paid' });
        },
      },
    ]),
    shell([
      'printf ',
      {
        ...fed,
        then: async (said) => {
          accepted(said, 2);
          expect(await eventOf(said.url, 'deploy_81')).toMatchObject({ severity: 'error' });
          const gone = await fetch(`${said.url}/data/deploy_80`);
          expect(gone.status).toBe(404);
        },
      },
    ]),
    webhook,
    shell(
      [
        'TRUSTED_PROXIES=1 ./scripts/start --store ~/eventglass-store',
        { backend: 'own', until: ['"msg":"ready"'] },
      ],
      [
        'TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8,fd00::/8 ./scripts/start --store ~/eventglass-store',
        { backend: 'own', until: ['"msg":"ready"'] },
      ],
    ),
  ],
};
