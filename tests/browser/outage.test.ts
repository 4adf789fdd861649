import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import { GarbageSocketProxy } from './support/garbage_socket_proxy.js';
import {
  lastRow,
  screenRows,
  settled,
  waitForRowCount,
  waitForState,
  wheel,
} from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** What the browser itself says about connections that fail. */
const connectionComplaint =
  /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket|Failed to load resource|ERR_INCOMPLETE/;

describe('outages', () => {
  let browser: Browser;
  let servers: TimelineServers | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await servers?.stop();
    servers = undefined;
  });

  afterAll(async () => {
    await browser.close();
  });

  test('a backend that stops under the reader: rows stay, the state says so, and all recovers', async () => {
    servers = await TimelineServers.start();
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    await wheel(page, -4_000);
    await waitForState(page, 'paused');
    await settled(page);
    const before = await screenRows(page);

    await servers.stopBackend();
    await page.waitForFunction(() =>
      ['reconnecting', 'offline'].includes(
        document.querySelector('[role=status]')?.getAttribute('data-state') ?? '',
      ),
    );
    expect(await page.locator('[role=status]').textContent()).toContain('out of date');
    expect(await screenRows(page)).toEqual(before);

    // The same history in a new life: what was on screen is there again.
    await servers.startBackend();
    const retry = page.getByRole('button', { name: 'Try now' });
    if (await retry.isVisible()) await retry.click();
    await waitForState(page, 'paused', 60_000);
    await settled(page);
    expect((await screenRows(page)).map((row) => row.id)).toEqual(before.map((row) => row.id));
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);

    await page.keyboard.press('End');
    await waitForState(page, 'live');
    const { timestamp } = await lastRow(page);
    servers.backend.publish([insertOf(eventAt(timestamp + 1_000, 'after_outage', 'back'))]);
    await page.locator('[data-event-id=after_outage]').waitFor();
  });

  test('a backend that is down when the page is opened: the page says so, and fills once it is up', async () => {
    servers = await TimelineServers.start({ withBackend: false });
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await page.getByText('the event source does not answer').first().waitFor();
    expect(await page.getByText('no events yet').count()).toBe(0);
    await waitForState(page, 'offline', 60_000);

    await servers.startBackend();
    const retry = page.getByRole('button', { name: 'Try now' });
    if (await retry.isVisible()) await retry.click();
    await waitForState(page, 'live', 60_000);
    await settled(page);
    expect((await screenRows(page)).length).toBeGreaterThan(20);
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });

  test('an empty timeline says that there are no events yet, and shows the first one', async () => {
    servers = await TimelineServers.start({ initialCount: 0 });
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.getByText('no events yet').waitFor();
    servers.backend.publish([insertOf(eventAt(Date.now(), 'first', 'the first event'))]);
    await page.locator('[data-event-id=first]').waitFor();
    expect(await page.getByText('no events yet').count()).toBe(0);
  });

  test('a socket that sends garbage: rows stay, the error is shown, and it recovers', async () => {
    const proxy = await GarbageSocketProxy.start();
    try {
      servers = await TimelineServers.start({ browserBackendUrl: proxy.url });
      proxy.forwardTo(servers.backendUrl);
      await using opened = await openPage(browser);
      const { page, problems } = opened;
      await page.goto(servers.url);
      await waitForRowCount(page, servers.backend.totalCount);
      await settled(page);
      const before = await screenRows(page);
      expect(before.length).toBeGreaterThan(20);

      for (const garbage of [
        'no json',
        '{"type":"batch","epoch":',
        '[]',
        '{"type":"batch"}',
        Buffer.from([0xff, 0xfe, 0]),
      ]) {
        // One at a time: the client leaves a feed at the first thing in it that it can't read.
        const closed = proxy.nextClose();
        proxy.send(garbage);
        await closed;
        await page.locator('.notices .error').waitFor();
        expect((await screenRows(page)).map((row) => row.id)).toEqual(before.map((row) => row.id));
        await waitForState(page, 'live', 60_000);
        await page.locator('.notices .error').waitFor({ state: 'detached' });
      }
      const { timestamp } = await lastRow(page);
      servers.backend.publish([insertOf(eventAt(timestamp + 1_000, 'after_garbage', 'sense'))]);
      await page.locator('[data-event-id=after_garbage]').waitFor();
      expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });
});
