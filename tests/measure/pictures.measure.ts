/* The pictures in docs/images, of a timeline that is the same each time: `pnpm --filter @eventglass/tests pictures`. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { test } from 'vitest';
import { updateOf, deleteOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from '../browser/support/browser.js';
import { screenRows, settled, waitForState, wheel } from '../browser/support/grid.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';

const folder = new URL('../../docs/images/', import.meta.url).pathname;

const wide: BrowserContextOptions = { viewport: { width: 1440, height: 820 } };
const narrow: BrowserContextOptions = { viewport: { width: 360, height: 720 }, hasTouch: true };

interface Picture {
  readonly name: string;
  readonly options: BrowserContextOptions;
  readonly path?: string;
  /** What a reader does before it is taken. */
  readonly act?: (page: Page, servers: TimelineServers) => Promise<void>;
}

const pictures: readonly Picture[] = [
  {
    name: 'live',
    options: { ...wide, colorScheme: 'light' },
    path: '?q=source:payments,shop,paging',
    act: async (page) => {
      await page.keyboard.press('f');
      await page.locator('[role=grid]').focus();
      await page.getByText('payment.captured').first().waitFor();
    },
  },
  {
    name: 'reading',
    options: { ...wide, colorScheme: 'dark' },
    act: async (page, servers) => {
      await wheel(page, -700);
      await waitForState(page, 'paused');
      await settled(page);
      const rows = await screenRows(page);
      servers.backend.publish([
        updateOf(rows[6]?.id ?? '', { severity: 'critical' }),
        updateOf(rows[9]?.id ?? '', { amount: 12 }),
        deleteOf(rows[12]?.id ?? ''),
      ]);
      await page.locator('.row.gone').waitFor();
      for (let i = 0; i < 7; i++) await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('tree').waitFor();
    },
  },
  { name: 'narrow', options: { ...narrow, colorScheme: 'dark' } },
];

test.each(pictures)('$name', async ({ name, options, path = '', act }) => {
  await using browser = await launchBrowser();
  const servers = await TimelineServers.start({ initialCount: 100_000 });
  try {
    await using opened = await openPage(browser, options);
    const { page } = opened;
    await page.goto(`${servers.url}${path}`);
    await waitForState(page, 'live');
    await page.locator('[role=grid]').focus();
    await act?.(page, servers);
    await settled(page);
    await page.screenshot({ path: `${folder}${name}.png` });
  } finally {
    await servers.stop();
  }
});
