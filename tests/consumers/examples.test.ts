import { cp, mkdir, readdir, readFile, realpath, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { launchBrowser, openPage, type OpenPage } from '../browser/support/browser.js';
import { Installation } from './support/installation.js';
import { PageServer } from './support/page_server.js';
import { runQuietly } from './support/quiet_run.js';

interface Event {
  readonly id: string;
  readonly actor: string;
  readonly message: string;
  readonly severity: string;
}

const examplesFolder = fileURLToPath(new URL('../../examples/', import.meta.url));
const waitOptions = { timeout: 30_000 };

let installation: Installation;
let browser: Browser;

beforeAll(async () => {
  [installation, browser] = await Promise.all([Installation.make(), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await installation[Symbol.asyncDispose]();
});

/** A copy of an example whose `eventglass` is the packed one; the rest of what it needs is what the workspace has. */
async function copyExample(name: string): Promise<string> {
  const source = join(examplesFolder, name);
  const folder = join(installation.folder, name);
  await cp(source, folder, {
    recursive: true,
    filter: (path) => !path.startsWith(join(source, 'node_modules')),
  });
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  for (const dependency of await dependenciesOf(source)) {
    const isPacked = dependency === 'eventglass';
    const target = isPacked
      ? installation.packageFolder
      : await realpath(join(source, 'node_modules', dependency));
    const link = join(folder, 'node_modules', dependency);
    await mkdir(join(link, '..'), { recursive: true });
    await symlink(target, link);
  }
  return folder;
}

async function dependenciesOf(folder: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly dependencies: object;
    readonly devDependencies?: object;
  };
  return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
}

/** What an example's own Vite makes of it. */
async function build(name: string): Promise<string> {
  const folder = await copyExample(name);
  // The packed module takes Svelte from the project that it is installed in.
  const svelte = join(installation.folder, 'node_modules/svelte');
  if (name === 'svelte') {
    await symlink(await realpath(join(folder, 'node_modules/svelte')), svelte);
    onTestFinished(() => unlink(svelte));
  }
  const vite = join(await realpath(join(folder, 'node_modules/vite')), 'bin/vite.js');
  // Not the environment of tests, by which libraries bring what is for developers.
  await runQuietly(folder, [vite, 'build'], { ...process.env, NODE_ENV: 'production' });
  return join(folder, 'dist');
}

interface Opened {
  readonly opened: OpenPage;
  readonly backendUrl: string;
  readonly post: (event: object) => Promise<void>;
}

const token = 'a-token-of-an-example';

/** Serves a folder from an origin of its own, under a policy without inline code and styles, and opens it. */
async function open(folder: string): Promise<Opened> {
  const server = await PageServer.start();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { url: backendUrl } = await startBackend({
    allowedOrigins: [server.url],
    ingestToken: token,
  });
  server.folder = folder;
  server.backendUrl = backendUrl;
  const opened = await openPage(browser);
  onTestFinished(() => opened[Symbol.asyncDispose]());
  await opened.page.goto(`${server.url}/?backend=${encodeURIComponent(backendUrl)}`);
  const post = async (event: object) => {
    const response = await fetch(`${backendUrl}/data`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(event),
    });
    expect(response.status, await response.clone().text()).toBe(200);
  };
  return { opened, backendUrl, post };
}

async function newest(backendUrl: string, filter = ''): Promise<Event> {
  const query = new URLSearchParams({ limit: '1', direction: 'backward' });
  if (filter !== '') query.set('filter', filter);
  const [event] = (await (await fetch(`${backendUrl}/data?${query.toString()}`)).json()) as Event[];
  if (!event) throw new Error('the backend has no events');
  return event;
}

const lastRow = (page: Page) => page.locator('[role=row][data-event-id]').last();

test('every example is one that is run here', async () => {
  expect((await readdir(examplesFolder)).sort()).toEqual([
    'canvas',
    'html',
    'node-client',
    'react',
    'svelte',
    'vue',
  ]);
});

describe.each(['html', 'react', 'vue', 'svelte'])('the example %s', (name) => {
  test('shows what the backend has, live, filtered and whole', async () => {
    const folder = name === 'html' ? await copyExample(name) : await build(name);
    const { opened, backendUrl, post } = await open(folder);
    const { page, problems } = opened;
    const last = lastRow(page);
    const event = await newest(backendUrl);
    const lastId = () => last.getAttribute('data-event-id');
    await expect.poll(lastId, waitOptions).toBe(event.id);
    expect(await page.locator('[role=columnheader]').first().textContent()).toContain('When');

    const added = {
      id: 'added',
      timestamp: Date.now() + 60_000,
      severity: 'error',
      actor: 'Ada <b>',
    };
    await post({ source: 'shop', type: 'x', message: 'new', ...added });
    await expect.poll(lastId, waitOptions).toBe('added');
    // What the page makes of a cell is the page's, and text of events is text.
    const link = last
      .locator('a', { hasText: 'Ada <b>' })
      .or(page.locator('a', { hasText: 'Ada <b>' }));
    await expect
      .poll(() => link.first().getAttribute('href'), waitOptions)
      .toBe('#/people/Ada%20%3Cb%3E');

    await last.locator('[data-column=message]').click();
    const details = page.locator('pre');
    await expect.poll(() => details.textContent(), waitOptions).toContain('"id": "added"');

    const input = page.locator('input[name=filter]');
    await input.fill('severity:debug');
    await input.press('Enter');
    const debug = await newest(backendUrl, 'severity:debug');
    await expect.poll(lastId, waitOptions).toBe(debug.id);
    expect(problems).toEqual([]);
  });
});

test('the example canvas draws what the engine counts, and zooms', async () => {
  const { opened, backendUrl, post } = await open(await copyExample('canvas'));
  const { page, problems } = opened;
  const canvas = page.locator('canvas');
  const text = () => canvas.getAttribute('aria-label');
  const countOf = async (severity: string) => {
    const filter = `severity:${severity}`;
    const url = `${backendUrl}/data?${new URLSearchParams({ filter }).toString()}`;
    return ((await (await fetch(url)).json()) as readonly unknown[]).length;
  };
  await expect.poll(text, waitOptions).toContain(`${await countOf('error')} error`);
  const before = await countOf('error');
  await post({
    id: 'added',
    timestamp: Date.now(),
    source: 'shop',
    type: 'x',
    severity: 'error',
    actor: 'Ada',
    message: 'new',
  });
  await expect.poll(text, waitOptions).toContain(`${before + 1} error`);

  const inks = await canvas.evaluate((element: HTMLCanvasElement) => {
    const context = element.getContext('2d');
    const { data } = context?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
    const colours = new Set<string>();
    for (let i = 0; i < data.length; i += 4) colours.add(data.slice(i, i + 3).join());
    return [...colours];
  });
  expect(inks).toContain('185,28,28');
  expect(inks).toContain('96,165,250');

  const whole = await text();
  await canvas.press('+');
  await expect.poll(text, waitOptions).not.toBe(whole);
  await canvas.press('0');
  await expect.poll(text, waitOptions).toBe(whole);
  expect(problems).toEqual([]);
});
