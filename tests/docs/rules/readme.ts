import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inNode } from '../support/node_example.js';
import { coveredBy, drawing, type PageRules } from '../support/rule.js';
import { shell } from '../support/shell.js';
import { ingestToken } from '../support/stage.js';
import { eventLines, totalCountOf } from './own_files.js';
import { terminalCommands } from './terminal_commands.js';

const startTest = 'tests/scripts/start.test.ts';

export const readme: PageRules = {
  'Start it': [
    shell(
      [
        './scripts/start',
        coveredBy(startTest, 'scripts/start serves the app at the URL it prints, and Ctrl+C ends'),
      ],
      // What the continuous build runs, and so these examples.
      ['./scripts/test', coveredBy('.ci/run', 'exec ./scripts/test')],
    ),
    shell([
      './scripts/start --data events.ndjson',
      {
        until: ['3 events loaded'],
        before: (folder) => writeFile(join(folder, 'events.ndjson'), eventLines(3)),
      },
    ]),
    shell(
      ['pnpm install', coveredBy('scripts/lib.sh', 'pnpm install --frozen-lockfile')],
      ['pnpm -r build', coveredBy('package.json', '"build": "pnpm -r build"')],
      ['(cd backend && node build)', { backend: 'own', until: ['"msg":"ready"'] }],
      ['(cd app && pnpm run dev)', coveredBy('app/package.json', '"dev": "vite dev --port 5173"')],
    ),
    shell(
      [
        'INGEST_TOKEN=$(openssl rand -hex 16) ./scripts/start --store ~/eventglass-store',
        {
          backend: 'own',
          until: ['"msg":"ready"'],
          environment: { INITIAL_COUNT: '0', HOME: '.' },
        },
      ],
      [
        'curl ',
        {
          backend: 'fed',
          environment: { INGEST_TOKEN: ingestToken },
          before: (folder) => writeFile(join(folder, 'events.ndjson'), eventLines(3, 'readme')),
          then: async ({ stdout, url }) => {
            expect(JSON.parse(stdout)).toMatchObject({ accepted: 3, rejected: [] });
            expect(await totalCountOf(url)).toBeGreaterThanOrEqual(3);
          },
        },
      ],
    ),
  ],
  'How it works': [
    drawing('mermaid', 'flowchart LR', 'backend: Express + ws', 'Web Worker: C++ in WebAssembly'),
  ],
  'In a terminal': [shell(...terminalCommands)],
  'Embed the engine': [
    inNode(/^\[ \{ id: 'a', timestamp: 1, source: 'shop', message: 'Hello' \} \]\n0 \[\]\n$/),
  ],
};
