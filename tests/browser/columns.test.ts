import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { frames, screenRows, settled, topRow, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';
import {
  closeView,
  columnHead,
  columnWidth,
  headColumns,
  openView,
  viewCookie,
} from './support/view.js';

const usual = ['timestamp', 'severity', 'source', 'type', 'actor', 'message', 'amount'];

describe('columns', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 5_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function ready(page: Page): Promise<void> {
    await waitForState(page, 'live');
    await settled(page);
  }

  async function openTimeline(path = '', options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${servers.url}${path}`);
    await ready(opened.page);
    return opened;
  }

  const edge = (page: Page, column: string) =>
    columnHead(page, column).getByRole('separator', { includeHidden: true });

  const search = (page: Page, query: string) =>
    page.waitForFunction((expected) => location.search === expected, query);

  /** Where the pointer takes hold of something. */
  async function middle(
    page: Page,
    column: string,
    ofEdge = false,
  ): Promise<{ x: number; y: number }> {
    const locator = ofEdge ? edge(page, column) : columnHead(page, column);
    const box = await locator.boundingBox();
    if (!box) throw new Error(`${column} is not on screen`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Drags from one place by so many pixels, in small steps. */
  async function drag(page: Page, from: { x: number; y: number }, byPx: number): Promise<void> {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + byPx, from.y + 2, { steps: 12 });
    await page.mouse.up();
  }

  /** Columns of a row's cells, checked against what assistive technology is told. */
  async function expectColumns(page: Page, columns: readonly string[]): Promise<void> {
    expect(await headColumns(page)).toEqual(columns);
    const told = await page.evaluate(() => {
      const indexed = (of: Element | undefined, role: string) =>
        [...(of?.querySelectorAll(`[role=${role}]`) ?? [])].map((cell) => [
          cell.getAttribute('data-column'),
          cell.getAttribute('aria-colindex'),
        ]);
      const grid = document.querySelector('[role=grid]');
      const row = [...document.querySelectorAll('[data-event-id]')].at(-1);
      return {
        count: grid?.getAttribute('aria-colcount'),
        heads: indexed(grid ?? undefined, 'columnheader'),
        cells: indexed(row, 'gridcell'),
      };
    });
    const indexes = columns.map((name, i) => [name, String(i + 1)]);
    expect(told).toEqual({ count: String(columns.length), heads: indexes, cells: indexes });
  }

  test('are made wider with the mouse: no row moves and none is drawn anew', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await wheel(page, -5_003);
    await settled(page);
    const before = await screenRows(page);
    const heads = await columnWidth(page, 'type');
    await page.evaluate(() => {
      const body = document.querySelector('[role=rowgroup]');
      if (!body) return;
      const changes: string[] = [];
      const watch = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver((records) => {
        changes.push(...records.map(({ type }) => type));
      }).observe(body, watch);
      Object.assign(globalThis, { changes });
    });
    const from = await middle(page, 'type', true);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 70, from.y, { steps: 12 });
    await frames(page, 2);
    expect(await columnWidth(page, 'type')).toBe(heads + 70);
    // Cells are where their heads are.
    const [cell, head] = await Promise.all([
      page.locator('[data-event-id] [data-column=actor]').last().boundingBox(),
      columnHead(page, 'actor').boundingBox(),
    ]);
    expect(cell?.x).toBe(head?.x);
    expect(await page.evaluate(() => Reflect.get(globalThis, 'changes') as unknown)).toEqual([]);
    await page.mouse.up();
    await frames(page, 2);
    const tops = (rows: typeof before) => rows.map(({ id, topPx }) => [id, topPx]);
    expect(tops(await screenRows(page))).toEqual(tops(before));
    expect(await page.evaluate(() => Reflect.get(globalThis, 'changes') as unknown)).toEqual([]);

    await page.waitForFunction(() =>
      location.search.endsWith('cols=time,severity,source,type:216,actor,message,amount'),
    );
    await page.reload();
    await settled(page);
    expect(await columnWidth(page, 'type')).toBe(heads + 70);
    await edge(page, 'type').dblclick();
    await frames(page, 2);
    expect(await columnWidth(page, 'type')).toBe(heads);

    const again = await middle(page, 'type', true);
    await page.mouse.move(again.x, again.y);
    await page.mouse.down();
    await page.mouse.move(again.x + 70, again.y, { steps: 4 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await frames(page, 2);
    expect(await columnWidth(page, 'type')).toBe(heads);
    expect(await viewCookie(page)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  test('after the one that takes the rest are resized at their left edge', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const message = await columnWidth(page, 'message');
    await drag(page, await middle(page, 'amount', true), -50);
    await frames(page, 2);
    expect(await columnWidth(page, 'amount')).toBe(138);
    expect(await columnWidth(page, 'message')).toBe(message - 50);
    expect(await edge(page, 'message').count()).toBe(0);
  });

  test('are made wider and narrower by keyboard', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const rows = await screenRows(page);
    await columnHead(page, 'timestamp').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    const separator = page.getByRole('separator', { name: 'Width of Source' });
    expect(await separator.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    expect(await columnWidth(page, 'source')).toBe(124);
    expect(await separator.getAttribute('aria-valuenow')).toBe('124');
    await page.keyboard.press('Home');
    expect(await columnWidth(page, 'source')).toBe(40);
    await page.keyboard.press('Enter');
    expect(await columnWidth(page, 'source')).toBe(114);
    // None of it was the timeline's.
    expect(await screenRows(page)).toEqual(rows);
    expect(problems).toEqual([]);
  });

  test('are moved with the mouse', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const severity = await middle(page, 'severity');
    await drag(page, severity, (await middle(page, 'actor')).x + 40 - severity.x);
    const moved = ['timestamp', 'source', 'type', 'actor', 'severity', 'message', 'amount'];
    await expectColumns(page, moved);
    await search(page, '?cols=time,source,type,actor,severity,message,amount');
    await page.reload();
    await ready(page);
    await expectColumns(page, moved);

    // Given up, and let go of where it was.
    const type = await middle(page, 'type');
    await page.mouse.move(type.x, type.y);
    await page.mouse.down();
    await page.mouse.move(type.x + 300, type.y, { steps: 8 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await drag(page, await middle(page, 'type'), 20);
    await expectColumns(page, moved);
    expect(problems).toEqual([]);
  });

  test('are moved by keyboard, and the head keeps the focus', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await columnHead(page, 'amount').focus();
    for (let i = 0; i < 6; i++) await page.keyboard.press('Alt+ArrowLeft');
    await expectColumns(page, ['amount', ...usual.slice(0, -1)]);
    await page.keyboard.press('Alt+ArrowLeft');
    await page.keyboard.press('Alt+ArrowRight');
    await expectColumns(page, ['timestamp', 'amount', ...usual.slice(1, -1)]);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-column'))).toBe(
      'amount',
    );
  });

  test('are hidden, moved and reset in the menu', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const menu = await openView(page);
    await menu.getByRole('checkbox', { name: 'Source' }).click();
    await menu.getByRole('checkbox', { name: 'Time' }).click();
    await menu.getByRole('button', { name: 'Message: to the left' }).click();
    const chosen = ['severity', 'type', 'message', 'actor', 'amount'];
    await expectColumns(page, chosen);
    await search(page, '?cols=severity,type,message,actor,amount');
    await closeView(page);
    await page.reload();
    await ready(page);
    await expectColumns(page, chosen);
    await openView(page);
    await menu.getByRole('checkbox', { name: 'Time' }).click();
    await expectColumns(page, ['timestamp', ...chosen]);
    await menu.getByRole('button', { name: 'Reset columns' }).click();
    await expectColumns(page, usual);
    await search(page, '');
    expect(await viewCookie(page)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  test('have their widths before any script has run', async () => {
    await using opened = await openPage(browser, { javaScriptEnabled: false });
    const { page, problems } = opened;
    await page.goto(`${servers.url}/?cols=message,time:220,type:90`);
    expect(await columnWidth(page, 'timestamp')).toBe(220);
    expect(await columnWidth(page, 'type')).toBe(90);
    expect(problems).toEqual([]);
  });

  test('step back beside a panel, with their own widths too, unless they were chosen', async () => {
    await using opened = await openTimeline(
      '/?cols=time,severity:80,source,type,actor,message,amount',
    );
    const { page } = opened;
    const kept = ['timestamp', 'severity', 'type', 'actor', 'message'];
    await page.locator('[data-event-id]').last().click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    expect(await headColumns(page)).toEqual(kept);
    expect(await columnWidth(page, 'severity')).toBe(80);
    await columnHead(page, 'type').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-column'))).toBe(
      'actor',
    );
    await page.keyboard.press('Escape');
    expect(await headColumns(page)).toEqual(usual);

    await page.goto(`${servers.url}/?cols=time,source,message`);
    await ready(page);
    await page.locator('[data-event-id]').last().click();
    await page.getByRole('complementary', { name: 'Event' }).waitFor();
    await expectColumns(page, ['timestamp', 'source', 'message']);
  });

  test('shrink alike where there is no room, and none leaves the screen', async () => {
    await using opened = await openTimeline(
      '/?cols=time:600,severity:600,source:600,type:600,actor:600,message:600,amount:600',
    );
    const { page } = opened;
    const box = await columnHead(page, 'amount').boundingBox();
    expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeLessThanOrEqual(1280);
    expect(box?.width).toBeGreaterThan(100);
  });

  test('are two lines on a narrow page, without those that are hidden', async () => {
    await using opened = await openTimeline('/?cols=message,time,amount', {
      viewport: { width: 360, height: 640 },
    });
    const { page, problems } = opened;
    const { cells } = await topRow(page);
    expect(Object.keys(cells)).toEqual(['message', 'timestamp', 'amount']);
    const row = page.locator('[data-event-id]').last();
    const time = await row.locator('[data-column=timestamp]').boundingBox();
    const message = await row.locator('[data-column=message]').boundingBox();
    expect(message?.y).toBeGreaterThan(time?.y ?? NaN);
    expect(message?.x).toBe(time?.x);
    expect(problems).toEqual([]);
  });
});
