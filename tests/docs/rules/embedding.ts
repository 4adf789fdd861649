import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { demoColumns, inBrowser, keptRows, showPage } from '../support/browser_example.js';
import type { CodeBlock } from '../support/doc_page.js';
import { inNode, printsAsSaid } from '../support/node_example.js';
import { coveredBy, type PageRules, type Rule, type Scene } from '../support/rule.js';
import { shell } from '../support/shell.js';

/** On a loaded machine. */
const eventually = { timeout: 20_000 };

/** The block after one, or before it. */
function neighbour({ block, page }: Scene, step: 1 | -1): CodeBlock {
  const found = page.blocks[page.blocks.indexOf(block) + step];
  if (found === undefined) throw new Error('the block stands alone');
  return found;
}

const hasRows = "document.querySelectorAll('li').length === 20";
const isLive = "document.querySelector('output').value.startsWith('live, ')";

/** The page with the script that follows it shows the newest rows. */
const page: Rule = async (scene) => {
  const files = { 'index.html': scene.block.code, 'main.js': neighbour(scene, 1).code };
  await showPage(scene, files, { until: `${hasRows} && ${isLive}` });
};

/** It moves with the wheel, and filters. Nothing happens meanwhile, so every row is known. */
async function move(opened: Page, url: string): Promise<void> {
  const first = () => opened.locator('li').first().textContent();
  const output = () => opened.locator('output').textContent();
  const messageAt = async (query: string): Promise<string | undefined> => {
    const answer = await fetch(`${url}/data?limit=20&${query}`);
    return ((await answer.json()) as readonly { readonly message: string }[])[0]?.message;
  };
  const shows = async (query: string): Promise<void> => {
    await expect.poll(first, eventually).toBe(await messageAt(query));
  };
  await shows('direction=backward');
  await opened.mouse.wheel(0, -100);
  await shows('rank=1977');
  await opened.mouse.wheel(0, -100);
  await shows('rank=1974');
  await opened.locator('input').fill('severity:');
  await expect.poll(output, eventually).toContain('expected a value');
  await opened.locator('input').fill('severity:critical');
  await shows('direction=backward&filter=severity:critical');
  expect(await output()).toMatch(/^live, 2000 events$/);
}

const script: Rule = async (scene) => {
  const files = { 'index.html': neighbour(scene, -1).code, 'main.js': scene.block.code };
  const url = await scene.stage.quiet();
  await showPage(scene, files, {
    backend: 'quiet',
    until: `${hasRows} && ${isLive}`,
    then: (opened) => move(opened, url),
  });
};

/** The server of the examples' pages sends what the page says, beside what its own pages need. */
const policy: Rule = async ({ block, stage }) => {
  const url = await stage.demo();
  const written = block.code.replaceAll('localhost:3000', new URL(url).host).trimEnd();
  const [name = '', directives = ''] = written.split(/: (.*)/);
  const server = await stage.pages();
  [server.folder, server.backendUrl] = [await stage.folder(), url];
  const answer = await fetch(`${server.url}/wasm/README.md`);
  const sent = (answer.headers.get(name) ?? '').split('; ');
  for (const directive of directives.split('; ')) expect(sent).toContain(directive);
};

export const embedding: PageRules = {
  Embedding: [
    shell([
      'npm install eventglass',
      coveredBy('tests/consumers/support/installation.ts', "'npm', ['install', '--offline'"),
    ]),
  ],
  'The engine, in this thread': [printsAsSaid()],
  'In Node': [inNode(/^(\w+ \d+\n){3,}$/)],
  'A page with a viewport of your own': [page, script],
  'With a Worker of your own': [
    inBrowser({
      before: `${demoColumns}${keptRows}
        const backendUrl = 'http://localhost:3000';`,
      until: "shown.state?.connection === 'live' && shown.rows.length >= 50",
    }),
  ],
  Policies: [policy],
};
