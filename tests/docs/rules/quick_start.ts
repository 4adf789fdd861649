import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { inBrowser } from '../support/browser_example.js';
import { coveredBy, type PageRules, type Rule } from '../support/rule.js';
import { shell } from '../support/shell.js';
import { ingestToken } from '../support/stage.js';
import { eventOf } from './own_files.js';

const startTest = 'tests/scripts/start.test.ts';

/** Lines for a file: the commands after them load it. */
const lines: Rule = ({ block }) => {
  expect(block.language).toBe('ndjson');
  for (const line of block.code.trimEnd().split('\n')) JSON.parse(line);
};

export const quickStart: PageRules = {
  'See it': [
    shell([
      './scripts/start',
      coveredBy(startTest, 'scripts/start serves the app at the URL it prints, and Ctrl+C ends'),
    ]),
  ],
  'Ask it': [
    shell(
      [
        "curl 'http://localhost:3000/data?limit=2",
        { then: ({ stdout }) => expect(JSON.parse(stdout)).toHaveLength(2) },
      ],
      [
        "curl 'http://localhost:3000/data/facets",
        {
          then: ({ stdout }) =>
            expect(JSON.parse(stdout)).toMatchObject({ facets: [{ column: 'source' }] }),
        },
      ],
    ),
    shell([
      'node wasm/dist/terminal/main.js tail http://localhost:3000 --filter ',
      {
        until: ['\n  20'],
        then: ({ stdout }) => expect(stdout).not.toMatch(/ (info|debug|warning) /),
      },
    ]),
  ],
  'Show a file': [
    lines,
    shell([
      './scripts/start --data events.ndjson',
      {
        backend: 'own',
        until: ['"msg":"ready"', '3 events loaded, nothing rejected'],
        before: async (folder, { block, page }) => {
          const file = page.blocks[page.blocks.indexOf(block) - 1]?.code ?? '';
          await writeFile(join(folder, 'events.ndjson'), file);
        },
        then: async ({ url }) => {
          const events: unknown = await (await fetch(`${url}/data?filter=status>=500`)).json();
          expect(events).toMatchObject([{ text: 'Card declined', service: 'shop' }]);
        },
      },
    ]),
  ],
  'Send events': [
    shell([
      'export INGEST_TOKEN=$(openssl rand -hex 16); ./scripts/start --store ~/eventglass-store',
      {
        backend: 'own',
        until: ['"msg":"ready"'],
        environment: { INITIAL_COUNT: '0', HOME: '.' },
      },
    ]),
    shell([
      'curl http://localhost:3000/data ',
      {
        backend: 'fed',
        environment: { INGEST_TOKEN: ingestToken },
        then: async ({ stdout, url }) => {
          expect(JSON.parse(stdout)).toMatchObject({ accepted: 1, ignoredFields: [] });
          expect(await eventOf(url, 'first')).toMatchObject({ message: 'Hello' });
        },
      },
    ]),
  ],
  'Show them in a page of your own': [
    inBrowser({ until: "document.body.textContent === 'Order paid, Card declined'" }),
  ],
};
