import type { Browser, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf, insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  frames,
  rowOfRank,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
} from './support/grid.js';
import { holdPages } from './support/held_pages.js';
import { TimelineServers } from './support/timeline_servers.js';

const count = 20_000;
const bucketCount = 1_000;

/** By what a key makes the strip's time shorter. */
const zoomFactor = 1.5;

/** A time is told by the counts of its bucket's events: those of a burst are that many. */
const rankPrecision = 150;

/** The address is written a few times a second. */
const addressDelayMs = 600;

declare global {
  // Counts in the page, from its beginning.
  var drawnBars: number | undefined;
}

async function pageFrom(backendUrl: string, rank: number) {
  const url = `${backendUrl}/data?rank=${String(rank)}&limit=1`;
  return (await (await fetch(url)).json()) as [{ readonly id: string; readonly timestamp: number }];
}

describe('the minimap', () => {
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

  const slider = (page: Page): Locator => page.getByRole('slider', { name: 'Time' });

  /** Times that the slider has, in ms since 1970. */
  async function timesOf(page: Page) {
    const number = async (name: string) => Number(await slider(page).getAttribute(name));
    const [begin, end, top] = await Promise.all(
      ['aria-valuemin', 'aria-valuemax', 'aria-valuenow'].map(number),
    );
    return { begin: begin ?? NaN, end: end ?? NaN, top: top ?? NaN };
  }

  /** The timeline at the live end, with counts up to where they go on. */
  async function openTimeline(options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, options);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await page.locator('[data-state=ready]').waitFor();
    const { timestamp } = (await screenRows(page)).at(-1) ?? { timestamp: NaN };
    await page.waitForFunction(
      (newest) => {
        const max = document.querySelector('[role=slider]')?.getAttribute('aria-valuemax');
        return Number(max) > newest + 60_000;
      },
      timestamp,
      { timeout: 15_000 },
    );
    await settled(page);
    return opened;
  }

  /** A point of the strip, at a part of its width. */
  async function pointAt(page: Page, share: number) {
    const box = await slider(page).boundingBox();
    if (!box) throw new Error('there is no minimap');
    return { x: box.x + Math.floor(box.width * share), y: box.y + 16 };
  }

  async function pressAt(page: Page, share: number): Promise<void> {
    const { x, y } = await pointAt(page, share);
    await page.mouse.move(x, y);
    await page.mouse.down();
  }

  async function dragTo(page: Page, share: number): Promise<void> {
    const { x, y } = await pointAt(page, share);
    await page.mouse.move(x, y, { steps: 6 });
  }

  /** Events before a part of the time that the strip shows, as the backend counts them. */
  async function rankAtShare(page: Page, share: number): Promise<number> {
    const { begin, end } = await timesOf(page);
    const start = Math.round(begin + share * (end - begin));
    const answer = await fetch(`${servers.backendUrl}/data?start=${String(start)}&limit=1`);
    return Number(answer.headers.get('Eventglass-First-Rank') ?? NaN);
  }

  async function expectMiddleAt(page: Page, share: number): Promise<void> {
    const rows = await screenRows(page);
    const middle = rows[Math.floor(rows.length / 2)]?.rank ?? NaN;
    expect(Math.abs(middle - (await rankAtShare(page, share)))).toBeLessThanOrEqual(rankPrecision);
  }

  async function markBox(page: Page) {
    const mark = await page.locator('[role=slider] .viewport').boundingBox();
    if (!mark) throw new Error('the viewport is not marked');
    return mark;
  }

  async function expectMarkOnRows(page: Page): Promise<void> {
    const { begin, end } = await timesOf(page);
    const rows = await screenRows(page);
    const middleMs = ((rows[0]?.timestamp ?? NaN) + (rows.at(-1)?.timestamp ?? NaN)) / 2;
    const strip = await slider(page).boundingBox();
    const mark = await markBox(page);
    if (!strip) throw new Error('there is no minimap');
    const px = strip.x + ((middleMs - begin) / (end - begin)) * strip.width;
    expect(mark.width).toBeGreaterThanOrEqual(3);
    expect(Math.abs(mark.x + mark.width / 2 - px)).toBeLessThanOrEqual(2);
  }

  /** What is told of the bar under the pointer. Times are told to the second. */
  async function pointedBar(page: Page) {
    const text = (await page.locator('.tip').textContent()) ?? '';
    const match = /^\s*([\d,]+) events?\s+(.*?)\s*(\d{4}-\S+ \S+) – (?:(\S+) )?(\S+)\s*$/.exec(
      text,
    );
    if (!match) throw new Error(`no bar is told of: ${text}`);
    const [, events = '', parts = '', begin = '', day, clock = ''] = match;
    const partOf = (name: string) => {
      const [, number = '0'] = new RegExp(`([\\d,]+) ${name}`).exec(parts) ?? [];
      return Number(number.replaceAll(',', ''));
    };
    return {
      count: Number(events.replaceAll(',', '')),
      parts: {
        warnings: partOf('warning'),
        errors: partOf('error'),
        matches: partOf('match'),
      },
      begin: Date.parse(`${begin.replace(' ', 'T')}Z`),
      end: Date.parse(`${day ?? begin.slice(0, 10)}T${clock}Z`),
    };
  }

  /** Counts of the backend over the buckets that the strip shows. */
  async function countsOf(page: Page, filter: string): Promise<readonly number[]> {
    const { begin, end } = await timesOf(page);
    const query = new URLSearchParams({
      start: String(begin),
      stop: String(end),
      buckets: String(bucketCount),
      filter,
    });
    const answer = await fetch(`${servers.backendUrl}/data/density?${query.toString()}`);
    return ((await answer.json()) as { readonly counts: readonly number[] }).counts;
  }

  /** What the bar at a part of the strip's width is to tell of, with a filter and a search. */
  async function expectParts(page: Page, share: number, filter: string, search: string) {
    const { x, y } = await pointAt(page, share);
    await page.mouse.move(x, y);
    const { begin, end } = await timesOf(page);
    const bar = await pointedBar(page);
    const bucketOf = (timeMs: number) =>
      Math.round(((timeMs - begin) / (end - begin)) * bucketCount);
    const sumOf = async (term: string) => {
      const counts = await countsOf(page, `${filter} ${term}`);
      return counts.slice(bucketOf(bar.begin), bucketOf(bar.end)).reduce((a, b) => a + b, 0);
    };
    const expected = {
      warnings: await sumOf('severity:warning'),
      errors: await sumOf('(severity:error OR severity:critical)'),
      matches: search === '' ? 0 : await sumOf(search),
    };
    await expect
      .poll(async () => (await pointedBar(page)).parts, { timeout: 10_000 })
      .toEqual(expected);
    return expected;
  }

  const shares = [0.01, 0.13, 0.23, 0.36, 0.5, 0.61, 0.77, 0.9];

  test('tells how many of a bar are warnings and errors, of the filter, live', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    let seen = 0;
    for (const share of shares) {
      const { warnings, errors } = await expectParts(page, share, '', '');
      seen += Math.min(warnings, errors);
    }
    expect(seen).toBeGreaterThan(0);
    await page.getByRole('combobox', { name: 'Filter' }).fill('source:payments OR source:paging');
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await page.getByText('that match, of').waitFor();
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
    for (const share of shares) {
      await expectParts(page, share, '(source:payments OR source:paging)', '');
    }
    const { x, y } = await pointAt(page, 0.5);
    await page.mouse.move(x, y);
    const bar = await pointedBar(page);
    const event = { ...eventAt((bar.begin + bar.end) / 2, 'severe', 'It broke'), source: 'paging' };
    servers.backend.publish([insertOf({ ...event, severity: 'critical' })]);
    await expect
      .poll(async () => (await pointedBar(page)).parts.errors, { timeout: 10_000 })
      .toBe(bar.parts.errors + 1);
    servers.backend.publish([deleteOf('severe')]);
    await expect
      .poll(async () => (await pointedBar(page)).parts.errors, { timeout: 10_000 })
      .toBe(bar.parts.errors);
    expect(problems).toEqual([]);
  });

  test('has a tick where a search finds something, and none without it', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const search = 'severity:critical amount>=20';
    await page.keyboard.press('Control+f');
    await page.getByRole('combobox', { name: 'Search' }).fill(search);
    await page.locator('.row.match, .outcome:has-text("match")').first().waitFor();
    /** Whether the topmost pixels of the bars are inked around this place of the strip: which bar a pixel has is a matter of rounding. */
    const ticksAt = (share: number) =>
      page.locator('[role=slider] canvas').evaluate((element, at) => {
        const canvas = element as HTMLCanvasElement;
        const x = Math.floor(canvas.width * at);
        const { data } = canvas.getContext('2d')?.getImageData(x - 1, 0, 3, 1) ?? { data: [] };
        return [3, 7, 11].map((alpha) => (data[alpha] ?? 0) > 0);
      }, share);
    const found = new Set<boolean>();
    for (const share of Array.from({ length: 40 }, (_, i) => 0.02 + i / 45)) {
      const { matches } = await expectParts(page, share, '', search);
      await expect.poll(() => ticksAt(share)).toContain(matches > 0);
      found.add(matches > 0);
    }
    expect(found).toEqual(new Set([true, false]));
    await page.getByRole('button', { name: 'Close the search' }).click();
    await frames(page, 4);
    const inked = await Promise.all(shares.map(ticksAt));
    expect(inked.flat()).not.toContain(true);
  });

  test('bars are there without their parts while the backend is too busy to count those', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    const parts = /\/data\/density\?.*severity/;
    await page.route(parts, (route) =>
      route.fulfill({
        status: 503,
        headers: { 'Retry-After': '1', 'Access-Control-Allow-Origin': '*' },
        json: { error: { code: 'busy', message: 'too many' } },
      }),
    );
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
    const { x, y } = await pointAt(page, 0.5);
    await page.mouse.move(x, y);
    expect((await pointedBar(page)).count).toBeGreaterThan(0);
    expect((await pointedBar(page)).parts).toEqual({ warnings: 0, errors: 0, matches: 0 });
    await page.unroute(parts);
    for (const share of shares) await expectParts(page, share, '', '');
  });

  test('dims the bars of the filter before until the new ones have come', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const held: Route[] = [];
    const density = /\/data\/density\?/;
    await page.route(density, (route) => {
      held.push(route);
    });
    await page.getByRole('combobox', { name: 'Filter' }).fill('severity:error');
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await page.getByText('that match, of').waitFor();
    await page.locator('[data-state=stale]:has([role=slider])').waitFor();
    await page.unroute(density);
    await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();

    // What can't be had changes nothing.
    await page.getByRole('combobox', { name: 'Filter' }).fill('severity:');
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await page.getByRole('alert').waitFor();
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
    await page.getByRole('combobox', { name: 'Filter' }).fill('severity:error');
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
  });

  test('marks where the reader is to go, and rows on screen that are not there yet', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.route(/\/data\?.*limit=5000\b/, () => undefined);
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await settled(page);
    const pages = await holdPages(page);
    const { begin, end } = await timesOf(page);
    const goalMs = begin + 0.4 * (end - begin);
    await page.keyboard.press('g');
    await page.keyboard.type(new Date(goalMs).toISOString());
    await page.keyboard.press('Enter');
    const goal = page.locator('[role=slider] .goal');
    await goal.waitFor();
    const strip = await slider(page).boundingBox();
    const mark = await goal.boundingBox();
    const px = ((goalMs - begin) / (end - begin)) * (strip?.width ?? NaN);
    expect(Math.abs((mark?.x ?? NaN) + (mark?.width ?? NaN) / 2 - px)).toBeLessThanOrEqual(2);
    await wheel(page, -200_000);
    await goal.waitFor({ state: 'detached' });
    await page.locator('[role=slider] .viewport.missing').waitFor();
    await pages.release();
    await page.locator('[role=slider] .viewport:not(.missing)').waitFor();
  });

  test('two clicks on the zoomed strip show all of it and move nothing, one moves', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { x, y } = await pointAt(page, 0.6);
    await page.mouse.move(x, y);
    const zoomed = page.getByText('a bar');
    for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -200);
    await zoomed.waitFor();
    const before = await topRow(page);
    await page.mouse.dblclick(x, y);
    await zoomed.waitFor({ state: 'detached' });
    // Longer than a second press may take.
    await page.waitForTimeout(600);
    expect(await topRow(page)).toEqual(before);
    await waitForState(page, 'live');

    for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -200);
    await zoomed.waitFor();
    const { begin, end } = await pointedBar(page);
    await page.mouse.click(x, y);
    await waitForState(page, 'paused');
    await settled(page);
    const rows = await screenRows(page);
    expect(rows.at(-1)?.timestamp).toBeGreaterThan(begin - (end - begin));
    expect(rows[0]?.timestamp).toBeLessThan(end + (end - begin));
  });

  test('zoomed to an hour, bars of seconds tell what the backend counts, and a click goes there', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const rank = 12_000;
    const [event] = await pageFrom(servers.backendUrl, rank);
    await page.goto(`${servers.url}/?t=${new Date(event.timestamp).toISOString()}&e=${event.id}`);
    await settled(page);
    await slider(page).focus();
    for (let i = 0; i < 15; i++) await page.keyboard.press('+');
    // The viewport's top is somewhere on the strip: its bar is looked for, pixel by pixel.
    const strip = await slider(page).boundingBox();
    if (!strip) throw new Error('there is no strip');
    const y = strip.y + strip.height / 2;
    const isFine = () => page.waitForFunction(() => /\d m?s a bar/.test(document.body.textContent));
    await isFine();
    let bar = { begin: 0, end: 0, count: 0, x: 0 };
    for (
      let px = 1;
      px < strip.width && !(bar.begin <= event.timestamp && event.timestamp < bar.end);
      px += 2
    ) {
      await page.mouse.move(strip.x + px, y);
      bar = { ...(await pointedBar(page)), x: strip.x + px };
    }
    expect(bar.end - bar.begin).toBeLessThan(60_000);
    const url = `${servers.backendUrl}/data/density?start=${String(bar.begin)}&stop=${String(bar.end)}&buckets=1`;
    const counted = (await (await fetch(url)).json()) as { readonly counts: readonly number[] };
    expect(bar.count).toBe(counted.counts[0]);
    expect(bar.count).toBeGreaterThan(0);
    const elsewhere = bar.x > strip.x + strip.width / 2 ? 0.1 : 0.9;
    await page.mouse.click(strip.x + elsewhere * strip.width, y);
    const row = page.locator(`[role=row][data-event-id="${event.id}"]`);
    await expect.poll(async () => (await topRow(page)).id).not.toBe(event.id);
    await page.mouse.click(bar.x, y);
    // In the middle, as far as the bar's time tells.
    const rowPx = async () => (await row.boundingBox())?.y ?? NaN;
    await expect
      .poll(async () => Math.abs((await rowPx()) - 450), { timeout: 10_000 })
      .toBeLessThan(150);
  });

  test('zoomed, it moves along with the table, unless it was moved away from it', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const mark = page.locator('[role=slider] .viewport');
    const isInSight = () => mark.evaluate((element) => !element.classList.contains('elsewhere'));
    await slider(page).focus();
    await page.keyboard.press('Home');
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    for (let i = 0; i < 6; i++) await page.keyboard.press('+');
    await page.getByText('a bar').waitFor();
    await page.locator('[role=grid]').focus();
    expect(await isInSight()).toBe(true);
    await wheel(page, 300_000);
    await settled(page);
    await expect.poll(isInSight).toBe(true);

    const { x, y } = await pointAt(page, 0.5);
    await page.mouse.move(x, y);
    for (let i = 0; i < 12; i++) await page.mouse.wheel(-400, 0);
    await expect.poll(isInSight).toBe(false);
    const before = await pointedBar(page);
    await wheel(page, 300);
    await settled(page);
    expect(await isInSight()).toBe(false);
    await page.mouse.move(x, y);
    // Finer parts may have been counted by now.
    const { begin } = await pointedBar(page);
    expect(begin).toBeGreaterThanOrEqual(before.begin);
    expect(begin).toBeLessThan(before.end);
  });

  test('a click takes the keyboard out of a field', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    for (const name of ['Filter', 'Search']) {
      if (name === 'Search') await page.keyboard.press('Control+f');
      await page.getByRole('combobox', { name }).focus();
      const { x, y } = await pointAt(page, 0.3);
      await page.mouse.click(x, y);
      expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('INPUT');
      await page.keyboard.press('End');
      await waitForState(page, 'live');
    }
  });

  test('a range is chosen by touch', async () => {
    await using opened = await openTimeline({
      viewport: { width: 390, height: 800 },
      hasTouch: true,
      isMobile: true,
    });
    const { page } = opened;
    await page.getByRole('button', { name: 'Select a range' }).tap();
    const from = await pointAt(page, 0.3);
    const to = await pointAt(page, 0.5);
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: type === 'touchEnd' ? [] : [{ x, y: from.y }],
      });
    await touch('touchStart', from.x);
    for (let i = 1; i <= 5; i++) await touch('touchMove', from.x + ((to.x - from.x) * i) / 5);
    await touch('touchEnd', to.x);
    await page.getByText('that match, of').waitFor();
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toMatch(/^time:/);
    const choose = page.getByRole('button', { name: 'Select a range' });
    expect(await choose.getAttribute('aria-pressed')).toBe('false');
  });

  test('marks the rows on screen, wherever they are', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await expectMarkOnRows(page);
    for (const deltaY of [-100_000, -200_000, 50_000]) {
      await wheel(page, deltaY);
      await settled(page);
      await expectMarkOnRows(page);
    }
    await page.keyboard.press('Home');
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    await expectMarkOnRows(page);

    // Zoomed, it is as wide as they are.
    await slider(page).focus();
    const steps = 9;
    for (let i = 0; i < steps; i++) await page.keyboard.press('+');
    await page.getByText('a bar').waitFor();
    const rows = await screenRows(page);
    const { begin, end } = await timesOf(page);
    const shownMs = (end - begin) / zoomFactor ** steps;
    const rowsMs = (rows.at(-1)?.timestamp ?? NaN) - (rows[0]?.timestamp ?? NaN);
    const stripPx = (await slider(page).boundingBox())?.width ?? NaN;
    const expectedPx = (rowsMs / shownMs) * stripPx;
    expect(expectedPx).toBeGreaterThan(10);
    const { width } = await markBox(page);
    expect(Math.abs(width - expectedPx)).toBeLessThanOrEqual(2);
    expect(problems).toEqual([]);
  });

  test('a click shows what happened then, and a drag follows the pointer with one entry in the history', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const entries = () => page.evaluate(() => history.length);
    const before = await entries();
    await pressAt(page, 0.5);
    await settled(page);
    await expectMiddleAt(page, 0.5);
    await page.mouse.up();
    await waitForState(page, 'paused');
    expect(await entries()).toBe(before + 1);

    await pressAt(page, 0.2);
    for (const share of [0.25, 0.31, 0.7]) {
      await dragTo(page, share);
      await settled(page);
      await expectMiddleAt(page, share);
    }
    await page.mouse.up();
    await page.waitForTimeout(addressDelayMs);
    expect(await entries()).toBe(before + 2);
    expect(new URL(page.url()).searchParams.get('e')).toBe((await topRow(page)).id);

    await page.goBack();
    await settled(page);
    await expectMiddleAt(page, 0.5);
    await page.goBack();
    await waitForState(page, 'live');
    expect(problems).toEqual([]);
  });

  test('the mark is taken hold of where it is', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await pressAt(page, 0.5);
    await page.mouse.up();
    await settled(page);
    const rank = (await topRow(page)).rank;
    const { x, y } = await pointAt(page, 0.5);
    await page.mouse.move(x + 2, y);
    await page.mouse.down();
    await page.mouse.up();
    await settled(page);
    expect((await topRow(page)).rank).toBe(rank);
  });

  test('its end is live, also for who is there', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const entries = () => page.evaluate(() => history.length);
    const before = await entries();
    await pressAt(page, 0.999);
    await frames(page, 3);
    expect(await page.locator('[role=status]').getAttribute('data-state')).toBe('live');
    // Nobody has gone anywhere.
    expect(await entries()).toBe(before);
    await dragTo(page, 0.4);
    await waitForState(page, 'paused');
    expect(await entries()).toBe(before + 1);
    // At the end already, further moves leave it there.
    for (const share of [0.98, 0.99, 0.999]) await dragTo(page, share);
    await page.mouse.up();
    await waitForState(page, 'live');
    await rowOfRank(page, count - 1).waitFor();
  });

  test('tells how many events the bar under the pointer has, and moves nothing by that', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { begin, end } = await timesOf(page);
    const query = `start=${String(begin)}&stop=${String(end)}&buckets=${String(bucketCount)}`;
    const answer = await fetch(`${servers.backendUrl}/data/density?${query}`);
    const { counts } = (await answer.json()) as { readonly counts: readonly number[] };
    const widthMs = (end - begin) / bucketCount;
    const gridBox = await page.locator('[role=grid]').boundingBox();
    let seen = 0;
    for (const share of [0.01, 0.23, 0.5, 0.77, 0.9]) {
      const { x, y } = await pointAt(page, share);
      await page.mouse.move(x, y);
      const bar = await pointedBar(page);
      const bucketOf = (timeMs: number) => Math.round((timeMs - begin) / widthMs);
      const expected = counts.slice(bucketOf(bar.begin), bucketOf(bar.end));
      expect(bar.count).toBe(expected.reduce((a, b) => a + b, 0));
      const timeMs = begin + share * (end - begin);
      expect(bar.begin).toBeLessThanOrEqual(timeMs + 1_000);
      expect(bar.end).toBeGreaterThanOrEqual(timeMs - widthMs);
      seen += bar.count;
    }
    expect(seen).toBeGreaterThan(0);
    expect(await page.locator('[role=grid]').boundingBox()).toEqual(gridBox);
    await page.locator('[role=grid]').hover();
    expect(await page.locator('.tip').count()).toBe(0);
  });

  test('the wheel shows less time around the pointer, and Escape, a button or two clicks all of it', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { x, y } = await pointAt(page, 0.6);
    await page.mouse.move(x, y);
    const whole = await pointedBar(page);
    const zoomed = page.getByText('a bar');
    const zoom = async () => {
      for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -200);
      await zoomed.waitFor();
    };
    await zoom();
    const closer = await pointedBar(page);
    expect(closer.end - closer.begin).toBeLessThan(whole.end - whole.begin);
    // Both have the time under the pointer; finer bars begin elsewhere.
    expect(closer.begin).toBeLessThan(whole.end);
    expect(closer.end).toBeGreaterThan(whole.begin);
    await page.keyboard.press('Escape');
    await zoomed.waitFor({ state: 'detached' });
    await zoom();
    await page.getByRole('button', { name: 'Whole range' }).click();
    await zoomed.waitFor({ state: 'detached' });
    await page.mouse.move(x, y);
    await zoom();
    await page.mouse.dblclick(x, y);
    await zoomed.waitFor({ state: 'detached' });
  });

  test('dragged with Shift, it shows the events of that time alone', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.down('Shift');
    await pressAt(page, 0.3);
    await dragTo(page, 0.4);
    const chosen = await pointedBar(page);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const footer = page.getByText(`of ${chosen.count.toLocaleString('en-US')}`);
    await footer.waitFor();
    await settled(page);
    const filter = new URL(page.url()).searchParams.get('q') ?? '';
    const [, begin = '', end = ''] = /^time:(\S+)\.\.(\S+)$/.exec(filter) ?? [];
    expect(Math.abs(Date.parse(`${begin}Z`) - chosen.begin)).toBeLessThanOrEqual(1_000);
    expect(Math.abs(Date.parse(`${end}Z`) - chosen.end)).toBeLessThanOrEqual(1_000);
    await page.goBack();
    await waitForRowCount(page, count);
    expect(problems).toEqual([]);
  });

  test('Escape ends the choice of a time', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.keyboard.down('Shift');
    await pressAt(page, 0.3);
    await dragTo(page, 0.4);
    await page.keyboard.press('Escape');
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await page.waitForTimeout(addressDelayMs);
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
  });

  test('keys move through time, keep the focus and add nothing to the history but at the ends', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const entries = () => page.evaluate(() => history.length);
    const before = await entries();
    await slider(page).focus();
    const { begin, end } = await timesOf(page);
    const step = (end - begin) / 100;
    let last = (await timesOf(page)).top;
    for (const [key, steps] of [
      ['PageDown', -10],
      ['PageDown', -10],
      ['ArrowLeft', -1],
      ['ArrowRight', 1],
      ['ArrowDown', -1],
      ['ArrowUp', 1],
      ['PageUp', 10],
    ] as const) {
      await page.keyboard.press(key);
      await settled(page);
      const { top } = await timesOf(page);
      const moved = (top - last) / step;
      // Where nothing happened, the next event is that much further.
      expect({ key, isRight: Math.abs(moved - steps) < 1.5 && moved * steps > 0 }).toEqual({
        key,
        isRight: true,
      });
      last = top;
    }
    expect(await entries()).toBe(before);
    await page.keyboard.press('Home');
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    expect((await topRow(page)).rank).toBe(0);
    await page.keyboard.press('End');
    await waitForState(page, 'live');
    expect(await slider(page).getAttribute('aria-valuetext')).toMatch(/^live, from 20.* UTC$/);
    expect(await slider(page).evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await entries()).toBe(before + 2);
  });

  test('has its room from the first paint on, and bars are drawn only when they are others', async () => {
    await using plain = await openPage(browser, { javaScriptEnabled: false });
    await plain.page.goto(servers.url);
    const boxes = (page: Page) =>
      Promise.all([slider(page).boundingBox(), page.locator('[role=grid]').boundingBox()]);
    const painted = await boxes(plain.page);
    expect(painted[0]?.height).toBeGreaterThan(40);

    await using opened = await openPage(browser);
    const { page } = opened;
    await page.addInitScript(() => {
      const prototype = CanvasRenderingContext2D.prototype;
      const fill = Object.getOwnPropertyDescriptor(prototype, 'fillRect')?.value as (
        ...rect: readonly number[]
      ) => void;
      globalThis.drawnBars = 0;
      prototype.fillRect = function (this: CanvasRenderingContext2D, ...rect): void {
        globalThis.drawnBars = (globalThis.drawnBars ?? 0) + 1;
        fill.apply(this, rect);
      };
    });
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await page.waitForFunction(() => (globalThis.drawnBars ?? 0) > 0);
    await page.waitForTimeout(1_000);
    expect(await boxes(page)).toEqual(painted);
    const drawn = await page.evaluate(() => globalThis.drawnBars);
    for (const deltaY of [-5_000, -50_000, 800]) await wheel(page, deltaY);
    await settled(page);
    expect(await page.evaluate(() => globalThis.drawnBars)).toBe(drawn);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForFunction((known) => (globalThis.drawnBars ?? 0) > (known ?? 0), drawn);
  });

  test('takes nothing from a low page', async () => {
    await using opened = await openPage(browser, { viewport: { width: 800, height: 400 } });
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await settled(page);
    expect(await slider(page).isVisible()).toBe(false);
    const header = await page.locator('header').boundingBox();
    const grid = await page.locator('[role=grid]').boundingBox();
    expect(grid?.y).toBe((header?.y ?? NaN) + (header?.height ?? NaN));
    await page.setViewportSize({ width: 800, height: 600 });
    await slider(page).waitFor();
  });

  test('says that its counts may be old while nothing is heard', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    servers.cutBackendPath();
    await page.locator('[data-state=stale]:has([role=slider])').waitFor();
    servers.mendBackendPath();
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
  });
});
