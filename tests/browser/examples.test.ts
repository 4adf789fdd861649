import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { TimelineServers } from './support/timeline_servers.js';

const newestTimeout = { timeout: 15_000 } as const;

describe('examples', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 500, mutationRate: 100 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  test('ssr: rows are in the HTML', async () => {
    await using opened = await openPage(browser, { javaScriptEnabled: false });
    await opened.page.goto(`${servers.url}/examples/ssr`);
    expect(await opened.page.locator('tr[data-event-id]').count()).toBeGreaterThan(20);
    expect(
      await opened.page.locator('tr[data-event-id] [data-column=timestamp]').first().textContent(),
    ).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  });

  test.each(['ssr', 'streamed', 'live'])(
    '%s: rows are shown, from the list of examples',
    async (name) => {
      await using opened = await openPage(browser);
      const { page, problems } = opened;
      await page.goto(`${servers.url}/examples`);
      await page.locator(`a[href$="/examples/${name}"]`).click();
      await page.locator('tr[data-event-id]').first().waitFor();
      expect(await page.locator('tr[data-event-id]').count()).toBeGreaterThanOrEqual(20);
      expect(problems).toEqual([]);
    },
  );

  test('file: a file of other fields is shown, newest first, and filtered', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(`${servers.url}/examples/file`);
    const lines = Array.from({ length: 50 }, (_, i) =>
      JSON.stringify({ uuid: `u${i}`, at: `2024-05-05T10:00:${10 + i}Z`, level: `l${i % 2}` }),
    );
    const buffer = Buffer.from(lines.join('\n'));
    const status = page.getByText('live, 50 events, 50 shown');
    // Before the page is alive nobody listens.
    await expect
      .poll(async () => {
        await page
          .locator('input[type=file]')
          .setInputFiles({ name: 'a.ndjson', mimeType: '', buffer });
        await page.waitForTimeout(500);
        return status.count();
      }, newestTimeout)
      .toBe(1);
    expect(await page.locator('tbody tr').first().locator('td').first().textContent()).toBe('u49');
    await page.getByLabel('Filter').fill('level:l0');
    await page.getByText('live, 50 events, 25 shown').waitFor();
    expect(problems).toEqual([]);
  });

  test('live: the newest event is the first row, and rows go on coming', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${servers.url}/examples/live`);
    const first = page.locator('tr[data-event-id]').first();
    await first.waitFor();
    // At 100 mutations a second the newest is rarely the same for as long as it takes to ask twice.
    await expect
      .poll(async () => {
        const answer = await fetch(`${servers.backendUrl}/data?limit=1&direction=backward`);
        const [newest] = (await answer.json()) as { readonly id: string }[];
        return newest?.id === (await first.getAttribute('data-event-id'));
      }, newestTimeout)
      .toBe(true);
    const id = await first.getAttribute('data-event-id');
    await page.waitForFunction(
      (old) => document.querySelector('tr[data-event-id]')?.getAttribute('data-event-id') !== old,
      id,
    );
  });
});
