import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './support/axe.js';
import { launchBrowser, openPage } from './support/browser.js';
import { screenRows, settled, waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';
import { columnHead, columnWidth, headColumns } from './support/view.js';

const usual = ['timestamp', 'severity', 'source', 'type', 'actor', 'message', 'amount'];

describe('the menu of a column', () => {
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

  async function openTimeline(path = '', options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${servers.url}${path}`);
    await waitForState(opened.page, 'live');
    await settled(opened.page);
    return opened;
  }

  const menu = (page: Page) => page.getByRole('menu');
  const item = (page: Page, name: string) => menu(page).getByRole('menuitem', { name });
  const isDisabled = async (page: Page, name: string) =>
    (await item(page, name).getAttribute('aria-disabled')) === 'true';

  const focusedColumn = (page: Page) =>
    page.evaluate(() => document.activeElement?.getAttribute('data-column'));

  const focusedText = (page: Page) =>
    page.evaluate(() => document.activeElement?.firstChild?.textContent?.trim());

  test.each(['Enter', 'ContextMenu', 'Shift+F10'])(
    'opens by %s, is gone through by keys, and gives the focus back with Escape',
    async (key) => {
      await using opened = await openTimeline();
      const { page, problems } = opened;
      const rows = await screenRows(page);
      await columnHead(page, 'type').focus();
      await page.keyboard.press(key);
      await page.getByRole('menu', { name: 'Column Type' }).waitFor();
      expect(await columnHead(page, 'type').getAttribute('aria-expanded')).toBe('true');
      const walk = [
        ['', 'Hide'],
        // These are the timeline's.
        ['PageUp', 'Hide'],
        ['f', 'Hide'],
        ['ArrowDown', 'Move left'],
        ['ArrowUp', 'Hide'],
        ['ArrowUp', 'Columns…'],
        ['Home', 'Hide'],
        ['End', 'Columns…'],
        ['u', 'Usual width'],
        ['m', 'Move left'],
        ['m', 'Move right'],
      ] as const;
      for (const [step, text] of walk) {
        if (step !== '') await page.keyboard.press(step);
        expect(await focusedText(page)).toBe(text);
      }
      await page.keyboard.press('Escape');
      await menu(page).waitFor({ state: 'detached' });
      expect(await focusedColumn(page)).toBe('type');
      await columnHead(page, 'type').and(page.locator('[aria-expanded=false]')).waitFor();
      // None of it was the timeline's.
      expect(await screenRows(page)).toEqual(rows);
      expect(await page.getByRole('complementary').count()).toBe(0);
      expect(problems).toEqual([]);
    },
  );

  test('opens by either button of the mouse, closes by a second click or elsewhere, and not after a drag', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const head = columnHead(page, 'source');
    for (const button of ['left', 'right'] as const) {
      await head.click({ button });
      await page.getByRole('menu', { name: 'Column Source' }).waitFor();
      await head.click();
      await menu(page).waitFor({ state: 'detached' });
      // Nothing opens it again a moment later.
      await page.waitForTimeout(100);
      expect(await menu(page).count()).toBe(0);
    }
    await head.click();
    await columnHead(page, 'actor').click();
    await page.getByRole('menu', { name: 'Column Actor' }).waitFor();
    await page.waitForTimeout(100);
    expect(await menu(page).count()).toBe(1);
    await page.locator('h1').click();
    await menu(page).waitFor({ state: 'detached' });

    const box = await head.boundingBox();
    if (!box) throw new Error('there is no such head');
    await page.mouse.move(box.x + 20, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y + 10, { steps: 5 });
    await page.mouse.up();
    await page.waitForTimeout(100);
    expect(await menu(page).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('opens by a long press and by a tap', async () => {
    await using opened = await openTimeline('', { hasTouch: true });
    const { page } = opened;
    // What browsers make of a long press.
    await columnHead(page, 'type').dispatchEvent('contextmenu', { bubbles: true });
    await page.getByRole('menu', { name: 'Column Type' }).waitFor();
    await page.keyboard.press('Escape');
    await menu(page).waitFor({ state: 'detached' });
    await columnHead(page, 'type').tap();
    await page.getByRole('menu', { name: 'Column Type' }).waitFor();
  });

  test('hides the column and moves it, and the focus stays with the heads', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await columnHead(page, 'source').click();
    await item(page, 'Move right').click();
    await columnHead(page, 'source').and(page.locator(':focus')).waitFor();
    expect(await headColumns(page)).toEqual([
      'timestamp',
      'severity',
      'type',
      'source',
      ...usual.slice(4),
    ]);
    await page.keyboard.press('Enter');
    await item(page, 'Move left').press('Enter');
    await columnHead(page, 'source').and(page.locator(':focus')).waitFor();
    expect(await headColumns(page)).toEqual(usual);

    await page.keyboard.press('Enter');
    await item(page, 'Hide').press('Enter');
    await columnHead(page, 'type').and(page.locator(':focus')).waitFor();
    expect(await headColumns(page)).toEqual(usual.filter((name) => name !== 'source'));
    await columnHead(page, 'timestamp').click();
    expect(await isDisabled(page, 'Move left')).toBe(true);
    expect(await isDisabled(page, 'Hide')).toBe(false);
    await page.goto(`${servers.url}/?cols=message`);
    await columnHead(page, 'message').click();
    for (const name of ['Hide', 'Move left', 'Move right'])
      expect(await isDisabled(page, name)).toBe(true);
    await item(page, 'Hide').dispatchEvent('click');
    expect(await headColumns(page)).toEqual(['message']);
    expect(problems).toEqual([]);
  });

  test('makes it wider and narrower as often as one likes, and of its usual width again', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await columnHead(page, 'type').click();
    expect(await isDisabled(page, 'Usual width')).toBe(true);
    await item(page, 'Wider').click();
    await item(page, 'Wider').click();
    expect(await columnWidth(page, 'type')).toBe(146 + 80);
    await item(page, 'Narrower').press('Enter');
    expect(await columnWidth(page, 'type')).toBe(146 + 40);
    await item(page, 'Usual width').click();
    expect(await columnWidth(page, 'type')).toBe(146);
    await page.keyboard.press('Escape');
    // It takes what the others leave.
    await columnHead(page, 'message').click();
    expect(await isDisabled(page, 'Wider')).toBe(true);
  });

  test('leads to the list of columns, and back', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await columnHead(page, 'actor').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('c');
    await page.keyboard.press('Enter');
    const list = page.getByRole('dialog', { name: 'View' });
    await list.getByRole('checkbox', { name: 'Time' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Escape');
    await list.waitFor({ state: 'detached' });
    await columnHead(page, 'actor').and(page.locator(':focus')).waitFor();
  });

  test('leads to the values of a column that has few, read for that if need be', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await columnHead(page, 'amount').click();
    expect(await item(page, 'Values…').count()).toBe(0);
    await page.keyboard.press('Escape');
    for (const column of ['actor', 'source']) {
      await columnHead(page, column).click();
      await item(page, 'Values…').click();
      const section = page.locator(`[data-facet=${column}]`);
      await section.and(page.locator(':focus')).waitFor();
      await section.locator('.value').first().waitFor();
      await page.keyboard.press('ArrowDown');
      await section.locator('.value:focus').waitFor();
      expect(await section.locator('.value').first().and(page.locator(':focus')).count()).toBe(1);
    }
    expect(problems).toEqual([]);
  });

  test('Alt and an arrow pass over a column that steps back beside a panel', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.locator('[data-event-id]').last().click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    expect(await headColumns(page)).toEqual(['timestamp', 'severity', 'type', 'actor', 'message']);
    await columnHead(page, 'type').focus();
    await page.keyboard.press('Alt+ArrowLeft');
    expect(await headColumns(page)).toEqual(['timestamp', 'type', 'severity', 'actor', 'message']);
    await page.keyboard.press('Alt+ArrowRight');
    expect(await headColumns(page)).toEqual(['timestamp', 'severity', 'type', 'actor', 'message']);
    // The last on screen: another is hidden after it.
    await columnHead(page, 'message').focus();
    await page.keyboard.press('Alt+ArrowRight');
    await page.keyboard.press('Enter');
    expect(await isDisabled(page, 'Move right')).toBe(true);
    await page.keyboard.press('Escape');
    await page.locator('[role=grid]').focus();
    await page.keyboard.press('Escape');
    expect((await headColumns(page)).slice(-2)).toEqual(['message', 'amount']);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)('axe finds nothing wrong with it, %s, %i px wide', async (colorScheme, width) => {
    await using opened = await openTimeline('', { colorScheme, viewport: { width, height: 640 } });
    const { page } = opened;
    await columnHead(page, 'timestamp').focus();
    await page.keyboard.press('Enter');
    await menu(page).waitFor();
    expect(await item(page, 'Wider').count()).toBe(width < 760 ? 0 : 1);
    const box = await menu(page).boundingBox();
    expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeLessThanOrEqual(width);
    expect(await violations(page)).toEqual([]);
  });
});
