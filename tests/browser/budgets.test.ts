import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { settled, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const windowRows = 1_000_000;
/** More than the window holds. */
const eventCount = 1_100_000;

/** So many events are made, and then sent in two hundred pages. */
const timeoutMs = 420_000;
const fillTimeoutMs = 240_000;

const maxHeapBytes = 20_000_000;
const maxElements = 3_000;

/** Bytes of the main thread's JavaScript: the worker has a heap of its own. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

const elementCount = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length);

test(
  'with a million rows in the window and every panel open, the page holds few bytes and few elements',
  { timeout: timeoutMs },
  async () => {
    await using browser = await launchBrowser();
    const servers = await TimelineServers.start({
      initialCount: eventCount,
      mutationRate: 500,
      windowRows,
    });
    try {
      await using opened = await openPage(browser, { viewport: { width: 1920, height: 1200 } });
      const { page } = opened;
      await page.goto(servers.url);
      await waitForState(page, 'live');
      // The last of them come with the feed, until others are evicted for them.
      await page.waitForFunction(
        (count) =>
          Number(document.querySelector('[role=grid]')?.getAttribute('data-loaded-count')) >= count,
        windowRows,
        { timeout: fillTimeoutMs },
      );
      await page.locator('[role=grid]').focus();
      for (const key of ['f', 'j', 'Enter', 'Control+f']) await page.keyboard.press(key);
      await page.keyboard.type('payment');
      await page.keyboard.press('Enter');
      for (let i = 0; i < 60; i++) await wheel(page, i % 3 === 2 ? 4_000 : -9_000);
      await settled(page);
      await page.getByRole('tree').waitFor();

      const bytes = await heapBytes(page);
      const elements = await elementCount(page);
      const held = Number(await page.locator('[role=grid]').getAttribute('data-loaded-count'));
      process.stdout.write(
        `${String(held)} rows, ${String(bytes)} bytes of JavaScript, ${String(elements)} elements\n`,
      );
      // Wherever the reader has gone meanwhile, the window has stayed full but for a page's leeway.
      expect(held).toBeGreaterThan(windowRows * 0.99);
      expect(held).toBeLessThanOrEqual(windowRows);
      expect(bytes).toBeLessThan(maxHeapBytes);
      expect(elements).toBeLessThan(maxElements);
    } finally {
      await servers.stop();
    }
  },
);
