import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { lastRow, settled, waitForRowCount } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

describe('the look', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start();
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  /** Lightness of the page's paper and ink, 0 to 1. */
  const lightness = (): { readonly paper: number; readonly ink: number } => {
    const { backgroundColor, color } = getComputedStyle(document.body);
    const mean = (css: string) =>
      (css.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 765;
    return { paper: mean(backgroundColor), ink: mean(color) };
  };

  test('is dark or light as the system is', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await using opened = await openPage(browser, { colorScheme });
      await opened.page.goto(servers.url);
      const { paper, ink } = await opened.page.evaluate(lightness);
      if (colorScheme === 'light') expect(paper - ink).toBeGreaterThan(0.7);
      else expect(ink - paper).toBeGreaterThan(0.7);
    }
  });

  test.each([
    { name: 'a phone of 360 px', width: 360, height: 640, scale: 3 },
    { name: 'a laptop at 200 % zoom', width: 640, height: 400, scale: 2 },
    { name: 'a laptop at 400 % zoom', width: 320, height: 256, scale: 4 },
    { name: 'a desktop at 500 % zoom', width: 384, height: 216, scale: 5 },
    { name: 'a laptop at 25 % zoom', width: 5120, height: 3200, scale: 0.25 },
    { name: 'a wide screen', width: 2560, height: 1440, scale: 1 },
  ])('fits $name', async ({ width, height, scale }) => {
    await using opened = await openPage(browser, {
      viewport: { width, height },
      deviceScaleFactor: scale,
    });
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    await settled(page);
    const overflow = await page.evaluate(() => ({
      x: document.documentElement.scrollWidth - innerWidth,
      y: document.documentElement.scrollHeight - innerHeight,
    }));
    expect(overflow).toEqual({ x: 0, y: 0 });
    const last = page.locator('[role=row][data-event-id]').last();
    for (const column of ['timestamp', 'message']) {
      const box = await last.locator(`[data-column=${column}]`).boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect(box?.width).toBeGreaterThan(100);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
    }
    const body = await page.locator('[role=rowgroup]').boundingBox();
    const row = await last.boundingBox();
    // Rows stand on whole device pixels, the table's edge need not.
    const bottomGap = (body?.y ?? 0) + (body?.height ?? 0) - (row?.y ?? 0) - (row?.height ?? 0);
    expect(Math.abs(bottomGap)).toBeLessThanOrEqual(scale < 1 ? 0.5 / scale : 0.05);
    expect(body?.height).toBeGreaterThanOrEqual(2 * (row?.height ?? Infinity));
    expect(problems).toEqual([]);
  });

  test('where a screen is not high tools leave their room to the rows until they are wanted', async () => {
    await using opened = await openPage(browser, {
      viewport: { width: 384, height: 216 },
      deviceScaleFactor: 5,
    });
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    const time = page.getByRole('textbox', { name: 'Jump to time' });
    const tools = page.getByRole('button', { name: 'Tools' });
    expect(await time.isVisible()).toBe(false);
    await page.keyboard.press('g');
    await page.waitForFunction(() => document.activeElement?.matches('header form input'));
    expect(await time.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('grid').focus();
    await time.waitFor({ state: 'hidden' });
    await tools.click();
    expect(await tools.getAttribute('aria-expanded')).toBe('true');
    await page.getByRole('button', { name: 'Facets' }).click();
    await page.getByRole('complementary', { name: 'Facets' }).waitFor();
  });

  test('a change is shown by a fade, and without one where motion is unwelcome', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'] as const) {
      await using opened = await openPage(browser, { reducedMotion });
      const { page } = opened;
      await page.goto(servers.url);
      await waitForRowCount(page, servers.backend.totalCount);
      const { id } = await lastRow(page);
      servers.backend.publish([updateOf(id, { message: `changed, ${reducedMotion}` })]);
      const row = page.locator(`[data-event-id="${id}"][data-change]`);
      await row.waitFor();
      const animations = await row.evaluate((element) => element.getAnimations().length);
      expect(animations).toBe(reducedMotion === 'reduce' ? 0 : 1);
    }
  });
});
