import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { launchBrowser, openPage } from '../browser/support/browser.js';
import { bundles, serveWithVite, unbundled } from './support/bundlers.js';
import { Installation } from './support/installation.js';
import { PageServer } from './support/page_server.js';

type Event = Readonly<Record<string, unknown>>;

const waitOptions = { timeout: 60_000 };

let installation: Installation;
let browser: Browser;

beforeAll(async () => {
  [installation, browser] = await Promise.all([Installation.make(), launchBrowser()]);
});

afterAll(async () => {
  await browser.close();
  await installation[Symbol.asyncDispose]();
});

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  return (await response.json()) as T;
}

/** What the backend says of what pages count. */
async function countsOf(backendUrl: string) {
  const filter = new URLSearchParams({ filter: 'severity:error' }).toString();
  const all = await get<readonly Event[]>(`${backendUrl}/data`);
  const errors = await get<readonly Event[]>(`${backendUrl}/data?${filter}`);
  const { facets } = await get<{ readonly facets: readonly { readonly values: unknown }[] }>(
    `${backendUrl}/data/facets?columns=source&limit=100&${filter}`,
  );
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThan(all.length);
  return {
    status: 'applied',
    rowCount: all.length,
    errorCount: errors.length,
    sources: facets[0]?.values,
    otherRowCount: 0,
    rowCountAfter: all.length,
    filterError: 'FilterError',
  };
}

/** Opens a page, which has to show what the backend says, without a complaint, and to leave nothing running. */
async function expectToWork(pageUrl: string, backendUrl: string): Promise<void> {
  await using opened = await openPage(browser);
  const { page, problems } = opened;
  await page.goto(`${pageUrl}/?backend=${encodeURIComponent(backendUrl)}`);
  const read = async (id: string): Promise<unknown> => {
    expect(problems).toEqual([]);
    const text = (await page.locator(`#${id}`).textContent()) ?? '';
    return text === '' ? undefined : JSON.parse(text);
  };

  const rows = await get<readonly Event[]>(`${backendUrl}/data?limit=20&direction=backward`);
  for (const id of ['rows', 'events', 'pages']) {
    await expect.poll(() => read(id), waitOptions).toEqual(rows);
  }
  const counts = await countsOf(backendUrl);
  await expect.poll(() => read('page'), waitOptions).toEqual(counts);
  await expect.poll(() => read('worker'), waitOptions).toEqual(counts);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);

  await page.evaluate(() => document.dispatchEvent(new CustomEvent('end')));
  await expect.poll(() => page.workers().length, waitOptions).toBe(0);
  expect(problems).toEqual([]);
}

/** The same, of a folder. */
async function expectFolderToWork(
  folder: string,
  unknownTypes: readonly string[] = [],
): Promise<void> {
  await using server = await PageServer.start();
  const { url: backendUrl } = await startBackend({ allowedOrigins: [server.url] });
  Object.assign(server, { folder, backendUrl, unknownTypes });
  await expectToWork(server.url, backendUrl);
}

describe('a page of somebody else’s shows rows of a client and counts of engines, made with', () => {
  for (const [name, bundle] of Object.entries(bundles)) {
    test(name, async () => {
      await expectFolderToWork(await bundle(installation));
    });
  }

  test('no bundler, from a server that does not know WebAssembly', async () => {
    const folder = await unbundled(installation, 'unknown-type');
    await expectFolderToWork(folder, ['.wasm']);
  });

  test('Vite, while it is being developed', async () => {
    await using vite = await serveWithVite(installation);
    const { url: backendUrl } = await startBackend({ allowedOrigins: [vite.url] });
    await expectToWork(vite.url, backendUrl);
  });
});
