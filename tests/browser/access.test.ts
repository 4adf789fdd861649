import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './support/axe.js';
import { launchBrowser, openPage } from './support/browser.js';
import { withoutSavePicker } from './support/export_files.js';
import { settled, waitForEngine, waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** States of the timeline, and how a reader gets there from the live end. */
const states: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['live', () => Promise.resolve()],
  [
    'paused',
    async (page) => {
      await page.keyboard.press('PageUp');
      await waitForState(page, 'paused');
    },
  ],
  [
    'a faulty filter',
    async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('amount>=ten');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'completion',
    async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('severity:e');
      await page.getByRole('option').first().waitFor();
      await page.keyboard.press('ArrowDown');
    },
  ],
  [
    'a time as it was understood',
    async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.type('yesterday 14:00');
      await page.locator('.understood').getByText('ago').waitFor();
    },
  ],
  [
    'a time that is none',
    async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.type('whenever');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
    },
  ],
  [
    'facets',
    async (page) => {
      await page.locator('[data-facet=severity] [data-value]').first().waitFor();
    },
  ],
  [
    'a facet that is chosen, and one that is not',
    async (page) => {
      await page.locator('[data-value=info] .value').press('Enter');
      await page.locator('[data-value=error] .exclude').press('Enter');
      await settled(page);
    },
  ],
  [
    'details',
    async (page) => {
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('tree').waitFor();
    },
  ],
  [
    'the sheet of keys',
    async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    },
  ],
  [
    'the palette',
    async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog', { name: 'All commands' }).waitFor();
      await page.keyboard.type('severity');
      await page.getByRole('option', { name: 'Filter: severity:error' }).waitFor();
    },
  ],
  [
    'an export',
    async (page) => {
      await page.keyboard.press('e');
      const dialog = page.getByRole('dialog', { name: 'Export events' });
      await dialog.getByLabel('A range of time').check();
      await dialog.getByRole('button', { name: 'Export', exact: true }).press('Enter');
      await dialog.getByText('Done').waitFor();
    },
  ],
  [
    'a search',
    async (page) => {
      await page.keyboard.press('Control+f');
      await page.keyboard.type('order');
      await page.keyboard.press('Shift+Enter');
      await page.locator('.row.match.active').waitFor();
    },
  ],
  [
    'settings of the view',
    async (page) => {
      await page.keyboard.press('v');
      await page.getByText('Compact').waitFor();
    },
  ],
  [
    'links that lead elsewhere',
    async (page) => {
      await page.getByRole('button', { name: 'Other links' }).press('Enter');
      await page.getByText('An hour ago').waitFor();
    },
  ],
  [
    'a notice',
    async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.type('tomorrow');
      await page.keyboard.press('Enter');
      await page.getByText('Nothing has happened since').waitFor();
    },
  ],
];

/** Pages that open the facets by themselves keep to that; narrow ones are asked. */
async function showFacets(page: Page): Promise<void> {
  const facets = page.getByRole('complementary', { name: 'Facets' });
  if (!(await facets.isVisible())) await page.keyboard.press('f');
  await facets.waitFor();
}

async function hideFacets(page: Page): Promise<void> {
  const facets = page.getByRole('complementary', { name: 'Facets' });
  if (await facets.isVisible()) await page.keyboard.press('f');
}

describe('axe-core finds nothing wrong', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 2_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline(width: number) {
    const height = width < 500 ? 740 : 800;
    // Colours are judged as they stand, not on their way to others.
    const opened = await openPage(browser, {
      colorScheme: 'light',
      reducedMotion: 'reduce',
      viewport: { width, height },
    });
    await withoutSavePicker(opened.page);
    await opened.page.goto(servers.url);
    await waitForEngine(opened.page);
    await settled(opened.page);
    return opened;
  }

  /** What is wrong in light colours, and in dark ones. */
  async function expectNothingWrong(page: Page): Promise<void> {
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, 'of colours'), 'dark').toEqual([]);
  }

  describe.each([1280, 360])('%i px wide', (width) => {
    test.each(states)('%s', async (name, reach) => {
      await using opened = await openTimeline(width);
      const { page, problems } = opened;
      await (name.includes('facet') ? showFacets(page) : hideFacets(page));
      await reach(page);
      await page.waitForTimeout(300);
      await expectNothingWrong(page);
      expect(problems).toEqual([]);
    });

    test('offline', async () => {
      await using opened = await openTimeline(width);
      const { page } = opened;
      servers.cutBackendPath();
      try {
        await page.getByRole('button', { name: 'Try now' }).waitFor();
        await expectNothingWrong(page);
      } finally {
        servers.mendBackendPath();
      }
    });

    test.each(['/examples', '/examples/ssr', '/examples/streamed', '/examples/live', '/nowhere'])(
      'the page %s',
      async (path) => {
        await using opened = await openPage(browser, { viewport: { width, height: 740 } });
        const { page } = opened;
        await page.goto(`${servers.url}${path}`);
        if (path === '/examples/live' || path === '/examples/streamed')
          await page.locator('tr[data-event-id]').first().waitFor();
        await expectNothingWrong(page);
      },
    );
  });
});

describe('with the keyboard alone', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 2_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  /** Tabs on until the focus is on such an element. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
    }
    throw new Error(`no Tab leads to ${selector}`);
  }

  const hasFocus = (page: Page, selector: string) =>
    expect
      .poll(() => page.evaluate((s) => document.activeElement?.matches(s), selector))
      .toBe(true);

  test('a reader filters, jumps, reads details, chooses values, copies a link, asks for help, and exports', async () => {
    await using opened = await openPage(browser, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { page, problems } = opened;
    await withoutSavePicker(page);
    await page.addInitScript(() => {
      addEventListener('pointerdown', () => {
        // eslint-disable-next-line no-console -- in the page, from where it comes back as a problem
        console.error('a pointer was used');
      });
    });
    await page.goto(servers.url);
    await waitForEngine(page);
    await settled(page);

    await page.keyboard.press('/');
    await page.keyboard.type('-severity:critical');
    await page.keyboard.press('Enter');
    await page.locator('footer', { hasText: 'that match' }).waitFor();
    await hasFocus(page, '[role=grid]');

    await page.keyboard.press('g');
    await page.keyboard.type('2 days ago');
    await page.locator('.understood', { hasText: '2 d ago' }).waitFor();
    await page.keyboard.press('Enter');
    await waitForState(page, 'paused');
    await settled(page);

    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('tree').waitFor();
    const message = page.locator('[data-detail-id] .message');
    const before = await message.textContent();
    await page.keyboard.press('j');
    await expect.poll(() => message.textContent()).not.toBe(before);
    // A second Enter goes into the panel; closed, it gives the keyboard back.
    await page.keyboard.press('Enter');
    await hasFocus(page, '[aria-label=Event], [aria-label=Event] *');
    await page.keyboard.press('Escape');
    await page.getByRole('tree').waitFor({ state: 'detached' });
    await hasFocus(page, '[role=grid]');

    const facets = page.getByRole('complementary', { name: 'Facets' });
    if (!(await facets.isVisible())) await page.keyboard.press('f');
    await facets.locator('.value').first().waitFor();
    await tabTo(page, '[data-facet] .value');
    const valueWithFocus = () =>
      page.evaluate(() =>
        document.activeElement?.closest('[data-value]')?.getAttribute('data-value'),
      );
    const first = await valueWithFocus();
    await page.keyboard.press('ArrowDown');
    await hasFocus(page, '[data-facet] .value');
    expect(await valueWithFocus()).not.toBe(first);
    await page.keyboard.press('Enter');
    await facets.locator('[aria-pressed=true]').first().waitFor();

    await page.keyboard.press('c');
    await page.getByText('The link is on the clipboard.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('/?q=');

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');

    await page.keyboard.press('p');
    await page.getByRole('dialog', { name: 'All commands' }).waitFor();
    await hasFocus(page, '[role=combobox]');
    await page.keyboard.type('export');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Export events' });
    await dialog.waitFor();
    await tabTo(page, '[role=dialog] [value=csv]');
    await page.keyboard.press('ArrowDown');
    await hasFocus(page, '[value=ndjson]:checked');
    await tabTo(page, '[role=dialog] [type=submit]');
    const download = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await download).suggestedFilename()).toMatch(/\.ndjson$/);
    await dialog.getByText('Done').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.keyboard.press('End');
    await waitForState(page, 'live');
    expect(problems).toEqual([]);
  });
});
