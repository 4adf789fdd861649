import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import {
  frames,
  lastRow,
  rowOfRank,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
} from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const count = 100_000;
const rowHeightPx = 28;

interface WireEvent {
  readonly id: string;
  readonly timestamp: number;
}

describe('scrolling through 100,000 rows', () => {
  let browser: Browser;
  let servers: TimelineServers;
  let events: readonly WireEvent[];

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: count });
    events = (await (await fetch(`${servers.backendUrl}/data`)).json()) as WireEvent[];
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline() {
    const opened = await openPage(browser);
    await opened.page.goto(servers.url);
    await waitForRowCount(opened.page, count);
    return opened;
  }

  test('Home and End reach the first and the last row', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('Home');
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id: events[0]?.id, rank: 0, topPx: 0 });
    await page.keyboard.press('End');
    await rowOfRank(page, count - 1).waitFor();
    await settled(page);
    expect(await lastRow(page)).toMatchObject({ id: events.at(-1)?.id, rank: count - 1 });
    expect(problems).toEqual([]);
  });

  test.each([0, 1, 24, 4_241, 49_999, 77_776, 98_999])(
    'the row of rank %d can be brought to the top',
    async (rank) => {
      await using opened = await openTimeline();
      const { page } = opened;
      await page.evaluate(
        (px) => {
          const grid = document.querySelector('[role=grid]');
          if (grid) grid.scrollTop = px;
        },
        rank * rowHeightPx + 1,
      );
      await rowOfRank(page, rank).waitFor();
      await settled(page);
      const top = await topRow(page);
      expect(top).toMatchObject({ id: events[rank]?.id, rank });
      expect(Math.abs(top.topPx)).toBeLessThanOrEqual(1);
    },
  );

  test('one arrow key moves exactly one row, a page key a screen less one row', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -5_007);
    await settled(page);
    const start = await topRow(page);
    const bodyHeightPx = await page.evaluate(
      () => document.querySelector('[role=rowgroup]')?.getBoundingClientRect().height ?? 0,
    );
    const pageRows = Math.floor(bodyHeightPx / rowHeightPx) - 1;
    for (const [key, rows] of [
      ['ArrowUp', -1],
      ['ArrowDown', 0],
      ['ArrowDown', 1],
      ['PageDown', 1 + pageRows],
      ['PageUp', 1],
      ['Space', 1 + pageRows],
      ['Shift+Space', 1],
    ] as const) {
      await page.keyboard.press(key);
      await settled(page);
      const top = await topRow(page);
      expect({ key, rank: top.rank, topPx: top.topPx }).toEqual({
        key,
        rank: start.rank + rows,
        topPx: start.topPx,
      });
    }
  });

  test('the wheel moves exact pixels, and Ctrl with it is left to the browser', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -9_000);
    await settled(page);
    const start = await topRow(page);
    const offsetPx = async (): Promise<number> => {
      const top = await topRow(page);
      return (top.rank - start.rank) * rowHeightPx - (top.topPx - start.topPx);
    };
    for (const [deltaY, expectedPx] of [
      [-1, -1],
      [3, 2],
      [-101, -99],
      [999, 900],
    ] as const) {
      await wheel(page, deltaY);
      await settled(page);
      expect(await offsetPx()).toBe(expectedPx);
    }
    const isLeftToBrowser = await page
      .locator('[role=grid]')
      .evaluate((grid) =>
        grid.dispatchEvent(
          new WheelEvent('wheel', { ctrlKey: true, deltaY: 100, cancelable: true }),
        ),
      );
    expect(isLeftToBrowser).toBe(true);
    await settled(page);
    expect(await offsetPx()).toBe(900);
  });

  test('a scrolled distance is told by the scrollbar, without moving a row', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -300_000);
    await settled(page);
    const top = await topRow(page);
    await frames(page, 5);
    const scrollTop = await page.evaluate(() => document.querySelector('[role=grid]')?.scrollTop);
    expect(scrollTop).toBeCloseTo(top.rank * rowHeightPx - top.topPx, 0);
    expect(await topRow(page)).toEqual(top);
  });

  test('dragging the scrollbar moves through time, and to the end is live', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.keyboard.press('Home');
    await settled(page);
    const box = await page.locator('[role=grid]').boundingBox();
    if (!box) throw new Error('there is no table');
    const x = box.x + box.width - 6;
    await page.mouse.move(x, box.y + 22);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height / 2, { steps: 8 });
    await settled(page);
    const middle = (await topRow(page)).rank;
    expect(middle).toBeGreaterThan(count * 0.3);
    expect(middle).toBeLessThan(count * 0.7);
    await page.mouse.move(x, box.y + box.height + 40, { steps: 8 });
    await page.mouse.up();
    await waitForState(page, 'live');
    await rowOfRank(page, count - 1).waitFor();
    expect((await lastRow(page)).rank).toBe(count - 1);
  });

  test('a finger moves rows pixel for pixel', async () => {
    await using opened = await openPage(browser, {
      hasTouch: true,
      viewport: { width: 800, height: 600 },
    });
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await wheel(page, -20_000);
    await settled(page);
    const start = await topRow(page);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x: 300, y }],
      });
    await touch('touchStart', 200);
    for (let y = 220; y <= 420; y += 20) await touch('touchMove', y);
    await frames(page, 3);
    await touch('touchEnd', 420);
    await settled(page);
    await page.waitForTimeout(400);
    const top = await topRow(page);
    const movedPx = (start.rank - top.rank) * rowHeightPx + (top.topPx - start.topPx);
    // The first pixels are what the browser takes to tell a scroll from a tap.
    expect(movedPx).toBeGreaterThan(150);
    expect(movedPx).toBeLessThanOrEqual(220);
    expect(await page.locator('[role=status]').getAttribute('data-state')).toBe('paused');
  });

  test('a day that is typed is at the top', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const dayMs = 86_400_000;
    for (const daysAgo of [1, 7, 15, 29]) {
      const midnight = Math.floor(Date.now() / dayMs) * dayMs - daysAgo * dayMs;
      const expected = events.findIndex((event) => event.timestamp >= midnight);
      await page.getByLabel('Jump to time').fill(new Date(midnight).toISOString().slice(0, 10));
      await page.getByLabel('Jump to time').press('Enter');
      await page.locator(`[data-event-id="${events[expected]?.id ?? ''}"]`).waitFor();
      await settled(page);
      expect(await topRow(page)).toMatchObject({ id: events[expected]?.id, topPx: 0 });
    }
  });

  test('scrolling never leaves the table without rows, however far at once', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    for (const px of [0, 2_000_000, 100, 2_799_000, 1_400_000]) {
      await page.evaluate((to) => {
        const grid = document.querySelector('[role=grid]');
        if (grid) grid.scrollTop = to;
      }, px);
      await frames(page, 2);
      const covered = await page.evaluate(() => {
        const body = document.querySelector('[role=rowgroup]')?.getBoundingClientRect();
        const rows = [...document.querySelectorAll('[role=rowgroup] [role=row]')];
        return rows.filter((row) => {
          const rect = row.getBoundingClientRect();
          return body && rect.bottom > body.top && rect.top < body.bottom;
        }).length;
      });
      expect(covered).toBeGreaterThanOrEqual(20);
    }
    expect((await screenRows(page)).length).toBeGreaterThan(0);
  });
});
