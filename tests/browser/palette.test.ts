import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { screenRows, settled, topRow, waitForEngine, waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

describe('the palette', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 20_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline() {
    const opened = await openPage(browser);
    await opened.page.goto(servers.url);
    await waitForEngine(opened.page);
    await settled(opened.page);
    return opened;
  }

  const palette = (page: Page) => page.getByRole('dialog', { name: 'All commands' });
  const option = (page: Page, name: string) => palette(page).getByRole('option', { name });

  async function openPalette(page: Page, key = 'Control+k'): Promise<void> {
    await page.keyboard.press(key);
    await palette(page).waitFor();
    await expect.poll(() => focused(page)).toBe('Command, filter or time');
  }

  const focused = (page: Page) =>
    page.evaluate(
      () =>
        document.activeElement?.getAttribute('aria-label') ??
        document.activeElement?.tagName.toLowerCase(),
    );

  const isClosed = (page: Page) => palette(page).waitFor({ state: 'detached' });

  test.each(['Control+k', 'Meta+k', 'p'])(
    'opens by %s and does what is found by typing',
    async (key) => {
      await using opened = await openTimeline();
      const { page, problems } = opened;
      await openPalette(page, key);
      await page.keyboard.type('first event');
      await page.keyboard.press('Enter');
      await isClosed(page);
      await waitForState(page, 'paused');
      await settled(page);
      expect((await topRow(page)).rank).toBe(0);
      expect(problems).toEqual([]);
    },
  );

  test('is loaded when it is opened first, and not before', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    const scripts: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(request.url());
    });
    await page.goto(servers.url);
    await settled(page);
    const before = scripts.length;
    await openPalette(page);
    expect(scripts.length).toBeGreaterThan(before);
  });

  test('shows what can not be done with the reason, and leaves it out of the way', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openPalette(page);
    const live = option(page, 'Go to the live end');
    expect(await live.getAttribute('aria-disabled')).toBe('true');
    expect(await live.textContent()).toContain('that is where you are');
    await page.keyboard.type('live end');
    const chosen = palette(page).getByRole('option', { selected: true });
    expect(await chosen.textContent()).not.toContain('live end that is where');
    await page.keyboard.press('Escape');
    await isClosed(page);
    await page.keyboard.press('Home');
    await waitForState(page, 'paused');
    await openPalette(page);
    await page.keyboard.type('live end');
    await page.keyboard.press('Enter');
    await waitForState(page, 'live');
  });

  test('goes to a time that is typed, as it says it understood it', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openPalette(page);
    await page.keyboard.type('2 days ago');
    const line = option(page, 'Go to ');
    await line.filter({ hasText: '2 d ago' }).waitFor();
    const time = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}/.exec(
      (await line.first().textContent()) ?? '',
    );
    const timestamp = Date.parse(`${time?.[0].replace(' ', 'T') ?? ''}Z`);
    await page.keyboard.press('Enter');
    await waitForState(page, 'paused');
    await settled(page);
    const [first] = await screenRows(page);
    expect(first?.timestamp).toBeGreaterThanOrEqual(timestamp);
    expect(first?.timestamp).toBeLessThan(timestamp + 3_600_000);
  });

  test('filters by values and by what is typed, and keeps what was chosen before', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const filter = () => page.getByRole('combobox', { name: 'Filter' }).inputValue();
    await openPalette(page);
    await page.keyboard.type('error');
    await option(page, 'Filter: severity:error').waitFor();
    while (
      !(await palette(page).getByRole('option', { selected: true }).textContent())?.includes(
        'severity:error',
      )
    )
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await isClosed(page);
    await expect.poll(filter).toBe('severity:error');
    await openPalette(page);
    await page.keyboard.type('amount>=10');
    const chosen = palette(page).getByRole('option', { selected: true });
    await chosen.filter({ hasText: 'Filter by amount>=10 as well' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(filter).toBe('severity:error amount>=10');
    expect(problems).toEqual([]);
  });

  test('gives the focus back to where it was, also when it was a field', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.keyboard.press('g');
    expect(await focused(page)).toBe('Jump to time (UTC)');
    await openPalette(page);
    await page.keyboard.press('Home');
    await page.keyboard.press('Escape');
    await isClosed(page);
    await expect.poll(() => focused(page)).toBe('Jump to time (UTC)');
    await waitForState(page, 'live');
    await openPalette(page);
    await page.keyboard.type('filter…');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Filter');
    await openPalette(page);
    await page.keyboard.type('export');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Export events' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe('Filter');
  });

  test('keeps what is typed while events stream in', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openPalette(page);
    await page.keyboard.type('copy');
    await page.keyboard.press('ArrowDown');
    const chosen = palette(page).getByRole('option', { selected: true });
    const before = await chosen.textContent();
    const total = servers.backend.totalCount;
    for (let i = 0; i < 10; i++) {
      servers.backend.mutate(100);
      await page.waitForTimeout(100);
    }
    expect(servers.backend.totalCount).not.toBe(total);
    expect(await page.getByLabel('Command, filter or time').inputValue()).toBe('copy');
    expect(await chosen.textContent()).toBe(before);
  });
});
