import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { demoColumns, inBrowser, keptRows, showPage } from '../support/browser_example.js';
import { inNode } from '../support/node_example.js';
import { coveredBy, type PageRules, type Rule, type Scene } from '../support/rule.js';
import { runCommands, shell } from '../support/shell.js';
import { terminalCommands } from './terminal_commands.js';

const isLive = "shown.state?.connection === 'live' && shown.rows.length >= 50";

const greeting = `[ { id: 'a', timestamp: 1, source: 'shop', message: 'Hello' } ]
1 [ { value: 'shop', count: 1 } ]
`;

/** The client, drawing and told of its state. */
const client: Rule = inBrowser({
  before: `${demoColumns}
    const shown = (globalThis.shown = { rows: [] });
    const draw = (rows) => (shown.rows = rows);`,
  after: `const tell = console.log;
    console.log = (...words) => { shown.told = words; };
    globalThis.end = () => { client.delete(); console.log = tell; };`,
  until: 'shown.rows.length >= 50 && shown.told?.[0] === "live"',
  then: async (page: Page) => {
    expect(await page.evaluate('shown.told[1]')).toBeGreaterThan(1_000);
    await page.evaluate('end()');
  },
});

/** The command for esbuild makes a page of the example that follows them, which works. */
const esbuild: Rule = async (scene: Scene) => {
  const { block, page, stage } = scene;
  const follows = page.blocks[page.blocks.indexOf(block) + 1];
  const folder = await stage.folder();
  const script = `import { TimelineClient } from 'eventglass/client';
    ${demoColumns}
    ${keptRows}
    const backendUrl = 'http://localhost:3000';
    const client = ${follows?.code ?? ''}
    client.setViewport({ target: { type: 'live' }, rowCount: 50, overscanRows: 0 });`;
  const main = script.replaceAll('http://localhost:3000', await stage.demo());
  await writeFile(join(folder, 'main.js'), main);
  await runCommands(scene, folder, [
    [
      'esbuild main.js worker=eventglass/worker.js',
      {
        then: async ({ folder: where }) => {
          const out = join(where, 'out');
          // As a build that gives its files names with hashes has them.
          await mkdir(join(out, 'assets'));
          await rename(join(out, 'worker.js'), join(out, 'assets/worker-5KX2.js'));
          await copyFile(join(out, 'eventglass.wasm'), join(out, 'assets/eventglass.wasm'));
          const html = `<!doctype html><title>esbuild</title><link rel="icon" href="data:,">
            <script type="module" src="main.js"></script>`;
          await showPage(scene, { 'index.html': html }, { until: isLive }, out);
        },
      },
    ],
  ]);
};

/** Executed with the command that stands before it; tests/consumers has the page that makes no worker itself. */
const namedWorker: Rule = ({ block, page }) => {
  expect(page.blocks[page.blocks.indexOf(block) - 1]?.code).toContain('esbuild main.js');
  expect(block.code).toContain("new Worker('/assets/worker-5KX2.js', { type: 'module' })");
};

export const moduleReadme: PageRules = {
  eventglass: [
    shell([
      'npm install eventglass',
      coveredBy('tests/consumers/support/installation.ts', "'npm', ['install', '--offline'"),
    ]),
  ],
  'The engine, on any thread': [inNode(greeting)],
  'The client, in a page': [client],
  Bundlers: [esbuild, namedWorker],
  'In a terminal': [shell(...terminalCommands)],
};
