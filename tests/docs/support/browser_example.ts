import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openPage } from '../../browser/support/browser.js';
import { expectTypes, scriptOf, type Surroundings } from './node_example.js';
import type { Rule, Scene } from './rule.js';

const timeout = { timeout: 20_000 };

/** A page for examples that bring none. */
const plainPage = `<!doctype html><title>Example</title><link rel="icon" href="data:,">
<script type="importmap">{"imports":{"eventglass":"./node_modules/eventglass/dist/index.js","eventglass/client":"./node_modules/eventglass/dist/client/index.js","eventglass/sources":"./node_modules/eventglass/dist/sources.js"}}</script>
<body><script type="module" src="main.js"></script>`;

interface InBrowser extends Surroundings {
  readonly html?: string;
  /** Beside the page, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Becomes true in the page. */
  readonly until: string;
  /** What stands for the one that the pages name; the demo unless told. */
  readonly backend?: 'demo' | 'quiet';
  readonly then?: (page: Page) => Promise<void>;
}

/** Serves these files under a strict policy, without cross-origin isolation, and looks at the page in Chromium. */
export async function showPage(
  scene: Scene,
  files: Readonly<Record<string, string>>,
  { until, then, backend = 'demo' }: InBrowser,
  folder?: string,
): Promise<void> {
  const root = folder ?? (await scene.stage.folder());
  const url = await scene.stage[backend]();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text.replaceAll('http://localhost:3000', url));
  }
  const server = await scene.stage.pages();
  server.folder = root;
  server.backendUrl = url;
  await using opened = await openPage(await scene.stage.browser());
  const { page, problems } = opened;
  await page.goto(server.url);
  // Not `waitForFunction`, which would have the page evaluate a text, as its policy forbids.
  const isThere = () => page.evaluate(`Boolean(${until})`).catch(() => false);
  await expect
    .poll(isThere, { ...timeout, message: `never came to pass: ${until}` })
    .toBe(true)
    .catch((error: unknown) => {
      throw new Error(`${String(error)}\n${problems.join('\n')}`);
    });
  expect(await page.evaluate('globalThis.crossOriginIsolated')).toBe(false);
  await then?.(page);
  expect(problems).toEqual([]);
}

/** An example as the script of a page, in Chromium. Where it is of TypeScript its types hold. */
export function inBrowser(how: InBrowser): Rule {
  return async (scene) => {
    const { before = '', after = '', html = plainPage, files = {} } = how;
    if (scene.block.language === 'ts') await expectTypes(scene, how);
    const script = `${before}\n${scriptOf(scene.block)}\n${after}`;
    await showPage(scene, { 'index.html': html, 'main.js': script, ...files }, how);
  };
}

/** What the client calls with its rows, kept where a test can see it. */
export const keptRows = `
  const shown = (globalThis.shown = { rows: [], states: [] });
  const onBlock = ({ block }) => {
    shown.rows = block.events();
    requestAnimationFrame(() => client.painted());
  };
  const onState = (state) => {
    shown.states.push(state);
    shown.state = state;
  };`;

export const demoColumns = `
  const { columns } = await (await fetch('http://localhost:3000/data/schema')).json();
  const schema = columns.map(({ name, type }) => ({ name, type }));`;
