import type { Event } from '@eventglass/backend/schema';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf, insertOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { openPage } from '../browser/support/browser.js';
import { eventAt, eventsAtRank } from '../browser/support/events.js';
import {
  lastRow,
  rowOfRank,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
} from '../browser/support/grid.js';
import { watchedTops, watchRow } from '../browser/support/row_watch.js';
import { takeOver, watchTakeOver } from '../browser/support/take_over.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';
import { launchFirefox } from './support/firefox.js';
import { dragToMiddle } from './support/scrollbar.js';

const rowHeightPx = 28;

describe('reading, in Firefox', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchFirefox();
    servers = await TimelineServers.start({ initialCount: 20_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline(path = '') {
    const opened = await openPage(browser);
    await opened.page.goto(`${servers.url}${path}`);
    await waitForRowCount(opened.page, servers.backend.totalCount);
    await settled(opened.page);
    return opened;
  }

  /** The backend's newest events, the oldest first. */
  function newest(limit: number): Promise<readonly Event[]> {
    return eventsAtRank(servers.backendUrl, servers.backend.totalCount - limit, limit);
  }

  test('the first rows are the newest of the backend, and stay as they are when the engine takes over', async () => {
    const html = await (await fetch(servers.url)).text();
    const expected = (await newest(20)).map(({ id }) => id);
    for (const id of expected) expect(html).toContain(`data-event-id="${id}"`);

    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await watchTakeOver(page);
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await waitForRowCount(page, servers.backend.totalCount);
    await settled(page);
    expect((await takeOver(page)).flickers).toEqual([]);
    expect((await screenRows(page)).slice(-20).map(({ id }) => id)).toEqual(expected);
    expect(problems).toEqual([]);
  });

  test('rows come, change and go live; while paused the row being read keeps its pixel', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const { timestamp } = await lastRow(page);
    servers.backend.publish([insertOf(eventAt(timestamp + 1_000, 'live_1', 'just now'))]);
    const row = page.locator('[data-event-id=live_1]');
    await row.waitFor();
    expect((await lastRow(page)).id).toBe('live_1');
    servers.backend.publish([updateOf('live_1', { message: 'changed since' })]);
    await row.locator('[data-column=message]').getByText('changed since').waitFor();
    servers.backend.publish([deleteOf('live_1')]);
    await row.waitFor({ state: 'detached' });

    await wheel(page, -10_013);
    await waitForState(page, 'paused');
    await settled(page);
    const before = await screenRows(page);
    const top = await topRow(page);
    await watchRow(page, top.id);
    const rounds = 10;
    for (let round = 0; round < rounds; round++) {
      servers.backend.publish(
        Array.from({ length: 30 }, (_, i) =>
          insertOf(eventAt(top.timestamp - 1 - i, `above_${String(round)}_${String(i)}`, 'above')),
        ),
      );
      await page.waitForTimeout(60);
    }
    servers.backend.publish([insertOf(eventAt(timestamp + 2_000, 'live_2', 'newer'))]);
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await rowOfRank(page, top.rank + 30 * rounds).waitFor();
    await settled(page);
    expect(await watchedTops(page)).toHaveLength(1);
    const places = (rows: typeof before) => rows.map(({ id, topPx }) => ({ id, topPx }));
    expect(places(await screenRows(page))).toEqual(places(before));
    expect(await topRow(page)).toMatchObject({ id: top.id, rank: top.rank + 30 * rounds });

    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await page.locator('[data-event-id=live_2]').waitFor();
    expect((await lastRow(page)).id).toBe('live_2');
    expect(problems).toEqual([]);
  });

  test('keys move whole rows, the wheel exact pixels or lines, and the scrollbar time', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await wheel(page, -5_007);
    await settled(page);
    const start = await topRow(page);
    const offsetPx = async (): Promise<number> => {
      const top = await topRow(page);
      return (top.rank - start.rank) * rowHeightPx - (top.topPx - start.topPx);
    };
    for (const [key, expectedPx] of [
      ['ArrowUp', -rowHeightPx],
      ['ArrowDown', 0],
      ['ArrowDown', rowHeightPx],
    ] as const) {
      await page.keyboard.press(key);
      await settled(page);
      expect(await offsetPx()).toBe(expectedPx);
    }
    for (const [deltaY, expectedPx] of [
      [-1, rowHeightPx - 1],
      [30, rowHeightPx + 29],
      [-rowHeightPx - 29, 0],
    ] as const) {
      await wheel(page, deltaY);
      await settled(page);
      expect(await offsetPx()).toBe(expectedPx);
    }
    // A mouse's wheel counts lines here.
    await page.locator('[role=grid]').evaluate((grid) => {
      const { DOM_DELTA_LINE: deltaMode } = WheelEvent;
      grid.dispatchEvent(new WheelEvent('wheel', { deltaY: 3, deltaMode, cancelable: true }));
    });
    await settled(page);
    expect(await offsetPx()).toBe(3 * rowHeightPx);

    await page.keyboard.press('Home');
    await settled(page);
    expect(await topRow(page)).toMatchObject({ rank: 0, topPx: 0 });
    await dragToMiddle(page);
    const { totalCount } = servers.backend;
    const { rank } = await topRow(page);
    expect(rank).toBeGreaterThan(totalCount * 0.3);
    expect(rank).toBeLessThan(totalCount * 0.7);
    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await rowOfRank(page, totalCount - 1).waitFor();
    expect(problems).toEqual([]);
  });

  test('a time that is typed is at the top, and a link from there leads another page to the same rows', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const dayMs = 86_400_000;
    const midnight = Math.floor(Date.now() / dayMs) * dayMs - 7 * dayMs;
    const answer = await fetch(`${servers.backendUrl}/data?start=${String(midnight)}&limit=1`);
    const [first] = (await answer.json()) as readonly Event[];
    await page.keyboard.press('g');
    await page.keyboard.type(new Date(midnight).toISOString().slice(0, 10));
    await page.keyboard.press('Enter');
    await page.locator(`[data-event-id="${first?.id ?? ''}"]`).waitFor();
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id: first?.id, topPx: 0 });

    await wheel(page, 1_009);
    await settled(page);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Copied').waitFor();
    // Pasted as a reader does it: a page may not read the clipboard.
    const field = page.getByRole('combobox', { name: 'Filter' });
    await field.focus();
    await page.keyboard.press('ControlOrMeta+v');
    await expect.poll(() => field.inputValue()).toContain(servers.url);
    const link = new URL(await field.inputValue());
    const places = async (of: typeof page) =>
      (await screenRows(of)).map(({ id, topPx }) => ({ id, topPx }));

    await using other = await openTimeline(link.search);
    expect(await places(other.page)).toEqual(await places(page));
    expect([...problems, ...other.problems]).toEqual([]);
  });

  test('what the security policy forbids does not happen, and is told', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const hasRun = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      return 'injected' in globalThis;
    });
    expect(hasRun).toBe(false);
    await expect.poll(() => problems.join('\n')).toContain('CSP: script-src');
  });
});
