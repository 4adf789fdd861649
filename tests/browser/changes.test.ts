import type { Event } from '@eventglass/backend/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf, insertOf, moveOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { goneRowMs } from '../../table/src/timeline/gone_rows.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  frames,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
  type ScreenRow,
} from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const initialCount = 3_000;

/** The address is written a few times a second. */
const addressDelayMs = 600;

describe('what has changed', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount });
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

  const rowOf = (page: Page, id: string) => page.locator(`[data-event-id="${id}"]`);
  const notice = (page: Page) => page.locator('.notices');
  const changesButton = (page: Page) => page.getByRole('button', { name: 'Changes', exact: true });

  /** The row that is `index` rows from the top. */
  async function rowAt(page: Page, index: number): Promise<ScreenRow> {
    const row = (await screenRows(page))[index];
    if (!row) throw new Error('there are not so many rows');
    return row;
  }

  async function scrollAway(page: Page): Promise<void> {
    await wheel(page, -2_000);
    await waitForState(page, 'paused');
    await settled(page);
  }

  test('a deleted event is greyed out in its place, and leaves after some seconds', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await scrollAway(page);
    const before = await screenRows(page);
    const { id, rank } = await rowAt(page, 5);
    servers.backend.publish([deleteOf(id)]);
    await page.locator('.row.gone').waitFor();
    const during = await screenRows(page);
    const place = ({ id, topPx }: ScreenRow) => ({ id, topPx });
    expect(during.map(place)).toEqual(before.map(place));
    expect(await rowOf(page, id).locator('[data-note]').getAttribute('data-note')).toBe('gone');
    // Its number is that of the event after it.
    expect(during[5]?.rank).toBeNaN();
    expect(during[6]?.rank).toBe(rank);
    await rowOf(page, id).waitFor({ state: 'detached', timeout: goneRowMs + 5_000 });
    const after = await screenRows(page);
    expect(after.slice(0, 5).map(place)).toEqual(before.slice(0, 5).map(place));
    expect(after[5]?.id).toBe(before[6]?.id);
    expect(problems).toEqual([]);
  });

  test('an event that is gone and comes back meanwhile is one like any other', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await scrollAway(page);
    const before = await screenRows(page);
    const { id, timestamp } = await rowAt(page, 5);
    servers.backend.publish([deleteOf(id)]);
    await page.locator('.row.gone').waitFor();
    servers.backend.publish([insertOf(eventAt(timestamp, id, 'back'))]);
    await page.waitForFunction(() => !document.querySelector('.row.gone'), undefined, {
      timeout: goneRowMs / 2,
    });
    expect((await screenRows(page)).map((row) => row.id)).toEqual(before.map((row) => row.id));
  });

  test('a changed row tells how often, and what it was when the reader saw it first', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await scrollAway(page);
    const { id, cells } = await rowAt(page, 4);
    const cell = rowOf(page, id).locator('[data-column=message]');
    const was = cells['severity'] ?? '';
    for (const [i, severity] of ['critical', 'debug'].entries()) {
      servers.backend.publish([updateOf(id, { severity })]);
      await page
        .locator(`[data-event-id="${id}"] [data-note^="${String(i + 1)} change"]`)
        .waitFor();
    }
    expect(await cell.getAttribute('data-note')).toBe(`2 changes; severity was ${was}`);
    expect(await cell.textContent()).toContain(cells['message']);
    expect(await cell.getAttribute('title')).toContain(`severity was ${was}`);
  });

  test('a row that has moved in time tells where from, as the clocks of the chosen zone showed it', async () => {
    await using opened = await openTimeline('/?tz=Asia/Kolkata');
    const { page, problems } = opened;
    await scrollAway(page);
    const { id, timestamp, cells } = await rowAt(page, 4);
    const next = await rowAt(page, 5);
    const answer = await fetch(`${servers.backendUrl}/data?id=${id}`);
    const event = (await answer.json()) as Event;
    servers.backend.publish([moveOf({ ...event, timestamp: next.timestamp + 1 })]);
    const note = rowOf(page, id).locator('[data-column=message][data-note]');
    await note.waitFor();
    const [day, clock] = (cells['timestamp'] ?? '').split(' ');
    // Events are seconds apart: the day may end between two.
    expect([
      '1 change; time was ' + (clock ?? ''),
      `1 change; time was ${day ?? ''} ${clock ?? ''}`,
    ]).toContain(await note.getAttribute('data-note'));
    expect(await note.getAttribute('title')).toContain(`time was ${day ?? ''} ${clock ?? ''}`);
    // India's clocks are half an hour beside UTC's.
    expect(clock).toContain(new Date(timestamp + 5.5 * 3_600_000).toISOString().slice(11, -1));
    expect(problems).toEqual([]);
  });

  test.each([1280, 360])(
    'with the message hidden, the note lies over the end of its row, %i px wide',
    async (width) => {
      await using opened = await openPage(browser, { viewport: { width, height: 700 } });
      const { page, problems } = opened;
      await page.goto(`${servers.url}/?cols=time,source,severity`);
      await waitForRowCount(page, servers.backend.totalCount);
      await scrollAway(page);
      const { id } = await rowAt(page, 4);
      const before = await screenRows(page);
      servers.backend.publish([updateOf(id, { severity: 'critical' })]);
      await page
        .locator(`.row[data-event-id="${id}"][data-note^="1 change; severity was"]`)
        .waitFor();
      const shown = await rowOf(page, id).evaluate((row) => {
        const { content, right, width } = getComputedStyle(row, '::after');
        return {
          content,
          rightPx: parseFloat(right),
          widthPx: parseFloat(width),
          rowPx: row.clientWidth,
        };
      });
      expect(shown.content).toContain('1 change; severity was');
      expect(shown.rightPx).toBeLessThan(20);
      expect(shown.widthPx).toBeGreaterThan(100);
      expect(shown.widthPx).toBeLessThan(shown.rowPx);
      await frames(page, 2);
      const place = ({ id, topPx }: ScreenRow) => ({ id, topPx });
      expect((await screenRows(page)).map(place)).toEqual(before.map(place));
      expect(problems).toEqual([]);
    },
  );

  test('only what has changed since the reader paused is one click, and everything again another', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    expect(await changesButton(page).count()).toBe(0);
    await scrollAway(page);
    const before = await screenRows(page);
    const changed = await rowAt(page, 3);
    const deleted = await rowAt(page, 7);
    const { timestamp } = changed;
    servers.backend.publish([
      updateOf(changed.id, { message: 'changed while paused' }),
      deleteOf(deleted.id),
      insertOf(eventAt(timestamp + 3_600_000, 'came_1', 'came while paused')),
    ]);
    await changesButton(page).click();
    await page.waitForFunction(
      () => document.querySelectorAll('[role=rowgroup] [data-event-id]').length === 2,
    );
    expect((await screenRows(page)).map(({ id }) => id)).toEqual([changed.id, 'came_1']);
    expect(await changesButton(page).getAttribute('aria-pressed')).toBe('true');
    expect(new URL(page.url()).searchParams.get('q')).toMatch(/^seq>\d+$/);
    await notice(page).getByText('Events since you paused: 1 changed, 1 new, 1 deleted.').waitFor();

    // What changes from now on comes in as well.
    const other = before[9]?.id ?? '';
    servers.backend.publish([updateOf(other, { severity: 'critical' })]);
    await rowOf(page, other).waitFor();

    await page.locator('[role=grid]').focus();
    await page.keyboard.press('o');
    await rowOf(page, before[5]?.id ?? '').waitFor();
    expect(await changesButton(page).getAttribute('aria-pressed')).toBe('false');
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
    expect(problems).toEqual([]);
  });

  test('a filter is kept beside it', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${servers.url}?q=source:chat OR source:stripe&t=2000-01-01T00:00Z`);
    await changesButton(page).waitFor();
    const { timestamp } = await topRow(page);
    const base = { ...eventAt(timestamp + 1, 'kept', 'kept'), source: 'stripe' };
    servers.backend.publish([
      insertOf(base),
      insertOf({ ...base, id: 'other', source: 'shopify' }),
    ]);
    await changesButton(page).click();
    await page.waitForFunction(
      () => document.querySelectorAll('[role=rowgroup] [data-event-id]').length === 1,
    );
    expect((await topRow(page)).id).toBe('kept');
    expect(new URL(page.url()).searchParams.get('q')).toMatch(
      /^\(source:chat OR source:stripe\) seq>\d+$/,
    );
  });

  /** A link to what is on screen, as the page writes it into its address. */
  async function linkOf(page: Page): Promise<string> {
    await page.waitForTimeout(addressDelayMs);
    return new URL(page.url()).search;
  }

  test('a link tells what has changed since it was made, and shows that', async () => {
    await using opened = await openTimeline();
    await scrollAway(opened.page);
    const link = await linkOf(opened.page);
    const [first, second] = await screenRows(opened.page);
    servers.backend.publish([
      updateOf(first?.id ?? '', { severity: 'critical' }),
      updateOf(first?.id ?? '', { severity: 'warning' }),
      deleteOf(second?.id ?? ''),
    ]);
    await using other = await openTimeline(link);
    await notice(other.page)
      .getByText('Events since this link was made: 1 changed, 1 deleted.')
      .waitFor();
    expect((await topRow(other.page)).id).toBe(first?.id);

    await other.page.reload();
    await waitForRowCount(other.page, servers.backend.totalCount);
    expect((await notice(other.page).textContent())?.trim()).toBe('');

    await using third = await openTimeline(link);
    await third.page.getByRole('button', { name: 'Show only these' }).click();
    await third.page.waitForFunction(
      () => document.querySelectorAll('[role=rowgroup] [data-event-id]').length === 1,
    );
    expect((await topRow(third.page)).id).toBe(first?.id);
    expect([...other.problems, ...third.problems]).toEqual([]);
  });

  test('a link by which nothing has changed says so', async () => {
    await using opened = await openTimeline();
    await scrollAway(opened.page);
    await using other = await openTimeline(await linkOf(opened.page));
    await notice(other.page).getByText('Nothing has changed since this link was made.').waitFor();
  });

  test('a link keeps the pixel at which its row stands', async () => {
    await using opened = await openTimeline();
    await wheel(opened.page, -2_013);
    await settled(opened.page);
    const top = await topRow(opened.page);
    expect(top.topPx).not.toBe(0);
    const link = await linkOf(opened.page);
    expect(new URLSearchParams(link).get('o')).toBe(String(-top.topPx));
    await using other = await openTimeline(link);
    expect(await topRow(other.page)).toMatchObject({ id: top.id, topPx: top.topPx });
  });

  /** What the menu beside the button copies. */
  async function copiedLink(page: Page, choice: RegExp): Promise<string> {
    await page.getByRole('button', { name: 'Other links' }).click();
    await page.evaluate(() => {
      Object.assign(globalThis, { copied: '' });
      navigator.clipboard.writeText = (text) => {
        Object.assign(globalThis, { copied: text });
        return Promise.resolve();
      };
    });
    await page.getByRole('button', { name: choice }).click();
    const link = await page.evaluate(async () => {
      const page = globalThis as unknown as { copied: string };
      while (page.copied === '') await new Promise((resolve) => setTimeout(resolve, 10));
      return page.copied;
    });
    return new URL(link).search;
  }

  test('a relative link leads to a time before it is opened', async () => {
    await using opened = await openTimeline();
    const link = await copiedLink(opened.page, /^A day ago/);
    expect(link).toBe('?t=-1440m');
    const openedMs = Date.now();
    await using other = await openTimeline(link);
    const { timestamp } = await topRow(other.page);
    const dayAgoMs = openedMs - 86_400_000;
    const answer = await fetch(`${servers.backendUrl}/data?start=${String(dayAgoMs)}&limit=1`);
    const [next] = (await answer.json()) as readonly { timestamp: number }[];
    // The seconds between the two look-ups may bring the one after.
    expect(timestamp).toBeGreaterThanOrEqual(next?.timestamp ?? NaN);
    expect(timestamp - dayAgoMs).toBeLessThan(3_600_000);
  });

  test('a link to the last hour is live, and has the events of that hour alone', async () => {
    await using opened = await openTimeline();
    const link = await copiedLink(opened.page, /^The last hour, live/);
    expect(link).toBe('?last=60m');
    const hourAgoMs = Date.now() - 3_600_000;
    await using other = await openPage(browser);
    const { page } = other;
    await page.goto(`${servers.url}${link}`);
    await waitForState(page, 'live');
    await page.keyboard.press('Home');
    await settled(page);
    const first = await topRow(page);
    expect(first.rank).toBe(0);
    // To the minute.
    expect(first.timestamp).toBeGreaterThan(hourAgoMs - 60_000);
    const answer = await fetch(`${servers.backendUrl}/data?start=${String(hourAgoMs)}&limit=1`);
    const [next] = (await answer.json()) as readonly { timestamp: number }[];
    expect(first.timestamp).toBeLessThanOrEqual(next?.timestamp ?? NaN);
    await page.keyboard.press('End');
    await waitForState(page, 'live');
    servers.backend.publish([insertOf(eventAt(Date.now(), 'within_the_hour', 'now'))]);
    await rowOf(page, 'within_the_hour').waitFor();
    expect(other.problems).toEqual([]);
  });

  // The last: the backend begins a new life.
  test('where the event source has begun anew, a link says that nobody can tell', async () => {
    await using opened = await openTimeline();
    await scrollAway(opened.page);
    const link = await linkOf(opened.page);
    await servers.stopBackend();
    await servers.startBackend();
    await using other = await openTimeline(link);
    await notice(other.page)
      .getByText('The event source has begun anew since this link was made')
      .waitFor();
  });
});
