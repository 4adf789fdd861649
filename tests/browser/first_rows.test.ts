import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { frames, screenRows, settled, topRow, waitForState } from './support/grid.js';
import { startHaltingProxy } from './support/halting_proxy.js';
import { takeOver, watchTakeOver } from './support/take_over.js';
import { TimelineServers } from './support/timeline_servers.js';

/** What the page may transfer until the engine shows its first rows. */
const maxFirstBytes = 1_000_000;

/** Long enough for many frames. */
const pageHaltMs = 400;

describe('first rows', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 100_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  test('can be read without JavaScript, at the live end', async () => {
    await using opened = await openPage(browser, { javaScriptEnabled: false });
    const { page } = opened;
    await page.goto(servers.url);
    const grid = page.locator('[role=grid]');
    // WAI-ARIA counts the head as a row.
    expect(await grid.getAttribute('aria-rowcount')).toBe('100001');
    const last = page.locator('[role=row][data-event-id]').last();
    expect(await last.getAttribute('aria-rowindex')).toBe('100001');
    const gridBox = await grid.boundingBox();
    const lastBox = await last.boundingBox();
    expect((lastBox?.y ?? 0) + (lastBox?.height ?? 0)).toBe(
      (gridBox?.y ?? 0) + (gridBox?.height ?? 0),
    );
    expect(await last.locator('[data-column=message]').textContent()).not.toBe('');
  });

  test('wait for no style sheet', async () => {
    const html = await (await fetch(servers.url)).text();
    const sheets = html.match(/<link[^>]*rel="stylesheet"[^>]*>/g) ?? [];
    expect(sheets.filter((sheet) => !sheet.includes(' disabled'))).toEqual([]);
  });

  test('can be read without JavaScript, at the place that the URL names', async () => {
    await using opened = await openPage(browser, { javaScriptEnabled: false });
    const { page } = opened;
    const events = (await (await fetch(`${servers.backendUrl}/data?limit=500`)).json()) as {
      readonly id: string;
      readonly timestamp: number;
    }[];
    const event = events[400];
    if (!event) throw new Error('the backend has too few events');
    await page.goto(`${servers.url}/?t=${new Date(event.timestamp).toISOString()}&e=${event.id}`);
    const first = page.locator('[role=row][data-event-id]').first();
    expect(await first.getAttribute('data-event-id')).toBe(event.id);
    expect(await first.getAttribute('data-timestamp')).toBe(String(event.timestamp));
  });

  test.each([
    ['a telephone', 'Mozilla/5.0 (Linux; Android 14) Chrome/140.0.0.0 Mobile Safari/537.36', 25],
    ['a computer', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36', 80],
  ])('are as many as the screen of %s has room for', async (_, userAgent, rowCount) => {
    await using opened = await openPage(browser, {
      viewport: rowCount === 25 ? { width: 412, height: 915 } : { width: 1280, height: 2_160 },
      userAgent,
      isMobile: rowCount === 25,
      javaScriptEnabled: false,
    });
    const { page } = opened;
    await page.goto(servers.url);
    const rows = page.locator('[role=row][data-event-id]');
    expect(await rows.count()).toBe(rowCount);
    // The first of them is above the screen, the last at its end.
    const body = await page.locator('[role=rowgroup]').boundingBox();
    expect((await rows.first().boundingBox())?.y).toBeLessThanOrEqual(body?.y ?? NaN);
  });

  test('do not move while the rest of the page is on its way', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    using proxy = await startHaltingProxy(servers.url, 'data-event-id', pageHaltMs);
    await page.goto(proxy.url);
    await frames(page, 5);
    const shifts = await page.evaluate(
      () =>
        new Promise<number[]>((resolve) => {
          new PerformanceObserver((list) => {
            resolve(list.getEntries().map((entry) => Number(Reflect.get(entry, 'value'))));
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve([]), 500);
        }),
    );
    expect(shifts).toEqual([]);
  });

  test.each(['', 'pinned'])('stay as they are when the engine takes over (%s)', async (kind) => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    let url = servers.url;
    if (kind === 'pinned') {
      const events = (await (await fetch(`${servers.backendUrl}/data?limit=9000`)).json()) as {
        readonly id: string;
        readonly timestamp: number;
      }[];
      const event = events[8_000];
      url += `/?t=${new Date(event?.timestamp ?? 0).toISOString()}&e=${event?.id ?? ''}`;
    }
    await watchTakeOver(page);
    await page.goto(url);
    await waitForState(page, kind === 'pinned' ? 'paused' : 'live');
    await settled(page);
    await page.waitForTimeout(500);
    expect(await takeOver(page)).toEqual({ flickers: [], shifts: [] });
    expect(problems).toEqual([]);
  });

  test('cost less than 1 MB until the engine shows them', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    const before = servers.bytes;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.locator('[role=grid][aria-busy=false]').waitFor();
    const bytes = servers.bytes - before;
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(maxFirstBytes);
  });

  test('are the newest of the backend', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    const answer = await fetch(`${servers.backendUrl}/data?limit=20&direction=backward`);
    const events = (await answer.json()) as { readonly id: string }[];
    const rows = await screenRows(page);
    expect(rows.slice(-20).map((row) => row.id)).toEqual(events.map((event) => event.id));
    expect((await topRow(page)).cells['timestamp']).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/,
    );
  });
});
