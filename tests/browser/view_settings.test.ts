import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  frames,
  lastRow,
  screenRows,
  settled,
  topRow,
  waitForEngine,
  wheel,
} from './support/grid.js';
import { holdPages } from './support/held_pages.js';
import { TimelineServers } from './support/timeline_servers.js';
import { choose, chooseZone, closeView, openView, viewCookie } from './support/view.js';

/** More than the engine holds, so that some rows are only announced. */
const count = 260_000;

/** `2026-11-20 19:48:22`, as the engine of this process has it. */
function zonedText(timestamp: number, zone: string): string {
  return new Date(timestamp).toLocaleString('sv-SE', { timeZone: zone });
}

/** That with milliseconds, as rows show it. */
function zonedCell(timestamp: number, zone: string): string {
  const ms = String(((timestamp % 1_000) + 1_000) % 1_000).padStart(3, '0');
  return `${zonedText(timestamp, zone)}.${ms}`;
}

describe('view settings', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: count });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function ready(page: Page): Promise<void> {
    await waitForEngine(page);
    await settled(page);
  }

  async function openTimeline(path = '', options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, options);
    await opened.page.goto(`${servers.url}${path}`);
    await ready(opened.page);
    return opened;
  }

  /** The HTML that the server sends to who has this cookie. */
  async function firstHtml(cookie: string | undefined, path = ''): Promise<string> {
    const headers = cookie === undefined ? {} : { cookie: `eventglass-view=${cookie}` };
    return (await fetch(`${servers.url}/${path}`, { headers })).text();
  }

  const attribute = (page: Page, name: string) =>
    page.evaluate((of) => document.documentElement.getAttribute(of), name);

  const paper = (page: Page) =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  async function rowHeight(page: Page): Promise<number> {
    return (await page.locator('[data-event-id]').last().boundingBox())?.height ?? NaN;
  }

  test('are opened and closed by keyboard, and the timeline behind does not move', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await wheel(page, -3_000);
    await settled(page);
    const before = await screenRows(page);
    await page.keyboard.press('v');
    const menu = page.getByRole('dialog', { name: 'View' });
    await menu.waitFor();
    const theme = menu.getByRole('radiogroup', { name: 'Theme' });
    await theme.getByRole('radio', { name: 'System' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
    for (const key of ['ArrowDown', 'ArrowUp', 'PageUp', 'Home', 'End', 'l', 'f', 'v']) {
      await page.keyboard.press(key);
    }
    await closeView(page);
    await frames(page, 3);
    expect(await screenRows(page)).toEqual(before);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('View');
    expect(problems).toEqual([]);
  });

  test('survive a reload, and are in the first HTML already', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const light = await paper(page);
    expect(await rowHeight(page)).toBe(28);
    await choose(page, 'Theme', 'Dark');
    await choose(page, 'Rows', 'Compact');
    await chooseZone(page, 'kathmandu');
    await closeView(page);
    await settled(page);
    const expectShown = async () => {
      expect(await attribute(page, 'data-theme')).toBe('dark');
      expect(await paper(page)).not.toBe(light);
      expect(await rowHeight(page)).toBe(22);
      const row = await topRow(page);
      expect(row.cells['timestamp']?.trim()).toBe(zonedCell(row.timestamp, 'Asia/Kathmandu'));
    };
    await expectShown();
    // Live, the last row stays at the lower edge.
    const { topPx } = await lastRow(page);
    const bodyPx = await page.locator('[role=rowgroup]').evaluate((body) => body.clientHeight);
    expect(topPx + 22).toBe(bodyPx);

    await page.reload();
    await ready(page);
    await expectShown();

    const html = await firstHtml(await viewCookie(page));
    expect(html).toContain(
      '<html lang="en" class="eventglass" data-theme="dark" data-rows="compact">',
    );
    expect(html).toContain('<meta name="color-scheme" content="dark" />');
    expect(html).toContain('Time (Asia/Kathmandu)');
    expect(html.match(/data-event-id=/g)).toHaveLength(100);
    const row = await lastRow(page);
    expect(html).toContain(zonedCell(row.timestamp, 'Asia/Kathmandu'));
    expect(problems).toEqual([]);
  });

  test('of the server are what the browser shows: nothing changes when it takes over', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    const cookie = 'theme=light&rows=compact&zone=Asia/Kolkata&cols=message,time:220,type:90';
    await page.context().addCookies([{ name: 'eventglass-view', value: cookie, url: servers.url }]);
    await page.addInitScript(() => {
      addEventListener('DOMContentLoaded', () => {
        const looks = new Set<string>();
        const shifts: unknown[] = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({
          type: 'layout-shift',
          buffered: true,
        });
        const look = () => {
          const row = [...document.querySelectorAll('[data-event-id]')].at(-1);
          const cells = [...(row?.children ?? [])].map((cell) => {
            const { left, width, top, height } = cell.getBoundingClientRect();
            return [cell.textContent, left, width, top, height];
          });
          looks.add(JSON.stringify(cells));
          requestAnimationFrame(look);
        };
        look();
        Object.assign(globalThis, { seen: { looks, shifts } });
      });
    });
    await page.goto(servers.url);
    await ready(page);
    const { looks, shiftCount } = await page.evaluate(() => {
      const { seen } = globalThis as unknown as {
        seen: { looks: Set<string>; shifts: unknown[] };
      };
      return { looks: [...seen.looks], shiftCount: seen.shifts.length };
    });
    expect(looks).toHaveLength(1);
    expect(shiftCount).toBe(0);
    expect(problems).toEqual([]);
  });

  test.each([
    'theme=dark"><script>alert(1)</script>',
    'theme=constructor&rows=__proto__',
    'zone=Nowhere/City&cols=<style>,evil:1e9',
    'x'.repeat(3_000),
  ])('that are no such are as usual (%#)', async (cookie) => {
    const html = await firstHtml(cookie.replaceAll(';', ''));
    expect(html).toContain(
      '<html lang="en" class="eventglass" data-theme="system" data-rows="comfortable">',
    );
    expect(html).toContain('Time (UTC)');
    expect(html).not.toContain('alert(1)');
    expect(html).not.toContain('--own-columns: ');
  });

  test('by link win, and are the reader’s own only once they change them', async () => {
    await using sender = await openTimeline();
    await chooseZone(sender.page, 'tokyo');
    await openView(sender.page);
    await sender.page.getByRole('checkbox', { name: 'Actor' }).click();
    await closeView(sender.page);
    const shared = '?tz=Asia/Tokyo&cols=time,severity,source,type,message,amount';
    await sender.page.waitForFunction((query) => location.search === query, shared);

    await using reader = await openTimeline();
    const { page, problems } = reader;
    await chooseZone(page, 'new york');
    await closeView(page);
    await page.waitForFunction(() => location.search === '?tz=America/New_York');
    const own = await viewCookie(page);
    await page.goto(`${servers.url}/${shared}`);
    await ready(page);
    const expectShared = async () => {
      const row = await topRow(page);
      expect(Object.keys(row.cells)).not.toContain('actor');
      expect(row.cells['timestamp']?.trim()).toBe(zonedCell(row.timestamp, 'Asia/Tokyo'));
    };
    await expectShared();
    expect(await viewCookie(page)).toBe(own);

    // What the link does not tell is theirs; what it tells they have not changed.
    await choose(page, 'Theme', 'Dark');
    await closeView(page);
    await expectShared();
    expect(new URLSearchParams(await viewCookie(page)).get('zone')).toBe('America/New_York');

    await choose(page, 'Zone', 'UTC');
    await closeView(page);
    await page.waitForFunction(
      () => location.search === '?cols=time,severity,source,type,message,amount',
    );
    expect(new URLSearchParams(await viewCookie(page)).has('zone')).toBe(false);
    expect(new URLSearchParams(await viewCookie(page)).has('cols')).toBe(false);
    expect(problems).toEqual([]);
  });

  test('by link that are no such are told, and are as usual', async () => {
    await using opened = await openTimeline('/?tz=Nowhere/City&cols=evil');
    const { page, problems } = opened;
    await page.getByText('“Nowhere/City” in the link is not a known time zone.').waitFor();
    await page.getByRole('columnheader', { name: 'Time (UTC)' }).waitFor();
    await page.waitForFunction(() => location.search === '');
    expect(problems).toEqual([]);
  });

  test('stay in the address as places and filters come and go', async () => {
    await using opened = await openTimeline('/?tz=Asia/Tokyo');
    const { page } = opened;
    await page.getByRole('combobox', { name: 'Filter' }).fill('severity:error');
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await page.waitForFunction(() => location.search === '?q=severity:error&tz=Asia/Tokyo');
    await choose(page, 'Zone', 'UTC');
    await closeView(page);
    await page.waitForFunction(() => location.search === '?q=severity:error');
    // An entry that told of another look tells of this one.
    await page.goBack();
    await page.waitForFunction(() => location.search === '');
    await settled(page);
    const row = await topRow(page);
    expect(row.cells['timestamp']?.trim()).toBe(zonedCell(row.timestamp, 'UTC'));
  });

  test('with a zone change every time that is shown', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const zone = 'Asia/Kathmandu';
    const strip = page.getByRole('slider', { name: 'Time' });
    const labels = () =>
      strip
        .locator('span')
        .evaluateAll((spans) =>
          spans.map((span) => ({ text: span.textContent, x: span.getBoundingClientRect().x })),
        );
    const before = await labels();
    await page.locator('[data-event-id]').last().click();
    const panel = page.getByRole('complementary', { name: 'Event' });
    await panel.waitFor();
    await chooseZone(page, 'kathmandu');
    await closeView(page);
    await settled(page);

    for (const { timestamp, cells } of await screenRows(page)) {
      expect(cells['timestamp']?.trim()).toBe(zonedCell(timestamp, zone));
    }
    await page.getByRole('columnheader', { name: `Time (${zone})` }).waitFor();
    const { timestamp } = await lastRow(page);
    await panel.getByText(zonedCell(timestamp, zone)).waitFor();
    expect(await strip.getAttribute('aria-valuetext')).toMatch(/^live, from .* Asia\/Kathmandu$/);
    // The same days begin earlier.
    const after = await labels();
    const xOf = (text: string) => before.find((label) => label.text === text)?.x;
    const shared = after.filter(({ text }) => xOf(text) !== undefined);
    expect(shared.length).toBeGreaterThan(3);
    for (const { text, x } of shared) expect(x).toBeLessThan(xOf(text) ?? NaN);
    const box = await strip.boundingBox();
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 12);
    const tip = page.locator('.tip .range');
    await tip.waitFor();
    const inZone = await tip.textContent();
    await choose(page, 'Zone', 'UTC');
    await closeView(page);
    await page.mouse.move((box?.x ?? 0) + 300, (box?.y ?? 0) + 12);
    await tip.waitFor();
    const begin = (text: string | null) =>
      Date.parse(`${(text ?? '').slice(0, 19).replace(' ', 'T')}Z`);
    expect(begin(inZone) - begin(await tip.textContent())).toBe(5.75 * 3_600_000);
    expect(problems).toEqual([]);
  });

  test('with a zone are how a typed time is read, and rows that are only announced tell theirs', async () => {
    await using opened = await openTimeline('/?tz=Asia/Kathmandu');
    const { page, problems } = opened;
    const wanted = (await lastRow(page)).timestamp - 3 * 86_400_000;
    const input = page.getByLabel('Jump to time (Asia/Kathmandu)');
    await input.fill(zonedText(wanted, 'Asia/Kathmandu'));
    await input.press('Enter');
    await page.waitForFunction(() => new URLSearchParams(location.search).has('t'));
    await settled(page);
    const { timestamp } = await topRow(page);
    expect(Math.abs(timestamp - wanted)).toBeLessThan(3_600_000);

    const pages = await holdPages(page);
    await page.keyboard.press('Escape');
    await page.locator('[role=grid]').focus();
    await page.keyboard.press('Home');
    const announced = page.locator('[role=row][aria-busy=true] [role=gridcell]').first();
    await announced.waitFor();
    const text = await announced.textContent();
    await pages.release();
    await page.locator('[data-event-id][aria-rowindex="2"]').waitFor();
    await settled(page);
    const first = await topRow(page);
    expect(text?.trim()).toBe(`≈${zonedText(first.timestamp, 'Asia/Kathmandu')}`);
    expect(problems).toEqual([]);
  });

  test('with local times go by the browser, wherever it goes', async () => {
    await using opened = await openTimeline('', { timezoneId: 'America/Los_Angeles' });
    await choose(opened.page, 'Zone', 'Local');
    await closeView(opened.page);
    const row = await topRow(opened.page);
    expect(row.cells['timestamp']?.trim()).toBe(zonedCell(row.timestamp, 'America/Los_Angeles'));
    const cookie = await viewCookie(opened.page);
    expect(await firstHtml(cookie)).toContain('Time (America/Los_Angeles)');

    await using elsewhere = await openPage(browser, { timezoneId: 'Asia/Tokyo' });
    const { page } = elsewhere;
    await page
      .context()
      .addCookies([{ name: 'eventglass-view', value: cookie ?? '', url: servers.url }]);
    await page.goto(servers.url);
    await ready(page);
    await page.getByRole('columnheader', { name: 'Time (Asia/Tokyo)' }).waitFor();
    expect(new URLSearchParams(await viewCookie(page)).get('zone')).toBe('Asia/Tokyo');
  });

  test('with relative times tell how long ago, calmly, and exactly in the title', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await choose(page, 'Times', 'Relative');
    await closeView(page);
    const now = Date.now();
    servers.backend.publish([insertOf(eventAt(now - 45_000, 'recent', 'recent'))]);
    const cell = page.locator('[data-event-id=recent] [data-column=timestamp]');
    await cell.waitFor();
    expect(await cell.getAttribute('title')).toBe(`${zonedCell(now - 45_000, 'UTC')} UTC`);
    expect(await cell.textContent()).toMatch(/^\s*\d0 s ago\s*$/);
    await cell.filter({ hasText: '50 s ago' }).waitFor();
    await page.getByRole('columnheader', { name: 'Time', exact: true }).waitFor();
    expect(await firstHtml(await viewCookie(page))).toMatch(/\d (?:s|min|h) ago/);
    expect(problems).toEqual([]);
  });

  test('keep the row at the top where it is when rows change their height', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -30_000);
    await settled(page);
    const { id } = await topRow(page);
    await choose(page, 'Rows', 'Compact');
    await settled(page);
    expect(await rowHeight(page)).toBe(22);
    expect((await topRow(page)).id).toBe(id);
    await choose(page, 'Rows', 'Comfortable');
    await settled(page);
    expect(await rowHeight(page)).toBe(28);
    expect((await topRow(page)).id).toBe(id);
  });

  test('fit a narrow page', async () => {
    await using opened = await openTimeline('', { viewport: { width: 360, height: 640 } });
    const { page, problems } = opened;
    expect(await rowHeight(page)).toBe(48);
    await choose(page, 'Rows', 'Compact');
    const menu = await openView(page);
    const box = await menu.boundingBox();
    expect(box?.x ?? NaN).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeLessThanOrEqual(360);
    expect((box?.y ?? NaN) + (box?.height ?? NaN)).toBeLessThanOrEqual(640);
    await closeView(page);
    await settled(page);
    expect(await rowHeight(page)).toBe(40);
    expect(problems).toEqual([]);
  });
});
