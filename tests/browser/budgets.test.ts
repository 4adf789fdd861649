import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { settled, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** More than the window holds. */
const eventCount = 500_000;
const windowRows = 200_000;

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

test('with a full window and every panel open, the page holds few bytes and few elements', async () => {
  await using browser = await launchBrowser();
  const servers = await TimelineServers.start({ initialCount: eventCount, mutationRate: 500 });
  try {
    await using opened = await openPage(browser, { viewport: { width: 1920, height: 1200 } });
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.waitForFunction(
      (count) =>
        Number(document.querySelector('[role=grid]')?.getAttribute('data-loaded-count')) >= count,
      windowRows * 0.95,
      { timeout: 120_000 },
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
    process.stdout.write(`${String(bytes)} bytes of JavaScript, ${String(elements)} elements\n`);
    expect(bytes).toBeLessThan(maxHeapBytes);
    expect(elements).toBeLessThan(maxElements);
  } finally {
    await servers.stop();
  }
});
