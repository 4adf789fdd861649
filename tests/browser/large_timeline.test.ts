import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf, insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt, eventsAtRank } from './support/events.js';
import { startFrameProbe, stopFrameProbe } from './support/frame_probe.js';
import {
  announcedRows,
  frames,
  lastRow,
  rowOfRank,
  screenRows,
  settled,
  topRow,
  waitForState,
  wheel,
} from './support/grid.js';
import { holdPages } from './support/held_pages.js';
import { watchedTops, watchRow } from './support/row_watch.js';
import { TimelineServers } from './support/timeline_servers.js';

/** The window holds 200,000 of them: whatever it holds of the live end, the middle is not in it. */
const count = 500_000;

/**
 * Of the timeline's length: how exact a time is that is only estimated. A thousand parts of it are counted, and of a
 * sixteenth of its length beyond the newest event; an event is somewhere in its part.
 */
const estimatePrecision = 1.07 / 1_000;

/** Estimates are shown to the second. */
const shownPrecisionMs = 1_000;

describe('a timeline larger than the window', () => {
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

  const totalCount = () => servers.backend.totalCount;

  /** The timeline at the live end, with its counts over time. */
  async function openTimeline() {
    const opened = await openPage(browser);
    const { page } = opened;
    const counted = page.waitForResponse(/\/data\/density/);
    await page.goto(servers.url);
    await counted;
    await waitForState(page, 'live');
    await settled(page);
    return opened;
  }

  /** Takes hold of the scrollbar at the live end, and drags it to the middle. */
  async function dragToMiddle(page: Page): Promise<void> {
    const box = await page.locator('[role=grid]').boundingBox();
    if (!box) throw new Error('there is no table');
    const x = box.x + box.width - 6;
    await page.mouse.move(x, box.y + box.height - 22);
    await page.mouse.down();
    await page.mouse.move(x, box.y + box.height / 2, { steps: 8 });
  }

  /** Every row on screen is the backend's of that rank. */
  async function expectBackendRows(page: Page): Promise<void> {
    const rows = await screenRows(page);
    expect(rows.length).toBeGreaterThan(20);
    const events = await eventsAtRank(servers.backendUrl, rows[0]?.rank ?? NaN, rows.length);
    const first = rows[0]?.rank ?? NaN;
    expect(rows.map(({ id, timestamp, rank }) => ({ id, timestamp, rank }))).toEqual(
      events.map(({ id, timestamp }, i) => ({ id, timestamp, rank: first + i })),
    );
  }

  /** Every announced row says a time that its event is close to. */
  async function expectGoodEstimates(page: Page): Promise<void> {
    const announced = await announcedRows(page);
    expect(announced.length).toBeGreaterThan(20);
    const first = announced[0]?.rank ?? NaN;
    const [[oldest], [newest], events] = await Promise.all([
      eventsAtRank(servers.backendUrl, 0, 1),
      eventsAtRank(servers.backendUrl, totalCount() - 1, 1),
      eventsAtRank(servers.backendUrl, first, announced.length),
    ]);
    const lengthMs = (newest?.timestamp ?? NaN) - (oldest?.timestamp ?? NaN);
    for (const [i, { rank, timestamp }] of announced.entries()) {
      expect(rank).toBe(first + i);
      const errorMs = Math.abs(timestamp - (events[i]?.timestamp ?? NaN));
      expect(errorMs).toBeLessThanOrEqual(lengthMs * estimatePrecision + shownPrecisionMs);
    }
  }

  test('a drag to where nothing is loaded shows about when it was at once, and rows take their places', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const pages = await holdPages(page);
    await startFrameProbe(page);
    await dragToMiddle(page);
    await frames(page, 2);

    const announced = await announcedRows(page);
    expect(announced[0]?.rank).toBeGreaterThan(count * 0.4);
    expect(announced[0]?.rank).toBeLessThan(count * 0.6);
    expect(await screenRows(page)).toEqual([]);
    await expectGoodEstimates(page);
    const footer = await page.locator('footer').innerText();
    expect(footer).toMatch(/^row [\d,]+–[\d,]+ of 500,000$/);

    await pages.release();
    await rowOfRank(page, announced[0]?.rank ?? NaN).waitFor();
    await settled(page);
    const { blankFrames, placeholderFrames } = await stopFrameProbe(page);
    expect({ blankFrames, sawPlaceholders: placeholderFrames > 0 }).toEqual({
      blankFrames: 0,
      sawPlaceholders: true,
    });
    const places = announced.map(({ rank, topPx }) => ({ rank, topPx }));
    expect((await screenRows(page)).map(({ rank, topPx }) => ({ rank, topPx }))).toEqual(places);
    expect(await page.locator('footer').innerText()).toBe(footer);
    await page.mouse.up();
    await settled(page);
    expect((await screenRows(page)).map(({ rank, topPx }) => ({ rank, topPx }))).toEqual(places);
    await expectBackendRows(page);
    expect(await page.locator('[role=status]').getAttribute('data-state')).toBe('paused');
    expect(problems).toEqual([]);
  });

  test('Home, End and the way back are there at once, however far', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await dragToMiddle(page);
    await page.mouse.up();
    await waitForState(page, 'paused');
    await settled(page);
    const middle = await topRow(page);
    await page.waitForFunction(
      (id) => new URL(location.href).searchParams.get('e') === id,
      middle.id,
    );

    const beforeFirst = await holdPages(page);
    await page.keyboard.press('Home');
    await frames(page, 2);
    expect((await announcedRows(page))[0]).toMatchObject({ rank: 0, topPx: 0 });
    await expectGoodEstimates(page);
    await beforeFirst.release();
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    expect(await topRow(page)).toMatchObject({ rank: 0, topPx: 0 });
    await expectBackendRows(page);

    const beforeLast = await holdPages(page);
    await page.keyboard.press('End');
    await frames(page, 2);
    expect((await announcedRows(page)).at(-1)?.rank).toBe(totalCount() - 1);
    await expectGoodEstimates(page);
    await beforeLast.release();
    await rowOfRank(page, totalCount() - 1).waitFor();
    await waitForState(page, 'live');
    await settled(page);
    expect((await lastRow(page)).rank).toBe(totalCount() - 1);
    await expectBackendRows(page);

    await page.goBack();
    await rowOfRank(page, 0).waitFor();
    await settled(page);
    await expectBackendRows(page);
    await page.goBack();
    await rowOfRank(page, middle.rank).waitFor();
    await settled(page);
    const { id, rank, topPx } = middle;
    expect(await topRow(page)).toMatchObject({ id, rank, topPx });
    await expectBackendRows(page);
    expect(problems).toEqual([]);
  });

  test('rows stay at their pixels while others come and go far above, and their numbers follow', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await dragToMiddle(page);
    await page.mouse.up();
    await waitForState(page, 'paused');
    await wheel(page, -1_013);
    await settled(page);
    const before = await screenRows(page);
    const top = await topRow(page);
    await watchRow(page, top.id);

    // Among the first rows of the timeline, which no window around its middle holds.
    const doomed = await eventsAtRank(servers.backendUrl, 50, 60);
    const timestamp = doomed[0]?.timestamp ?? NaN;
    let rank = top.rank;
    for (let round = 0; round < 12; round++) {
      const inserts = Array.from({ length: 40 }, (_, i) =>
        insertOf(eventAt(timestamp, `far_${String(round)}_${String(i)}`, 'far above')),
      );
      const deletes = doomed.slice(round * 5, (round + 1) * 5).map(({ id }) => deleteOf(id));
      servers.backend.publish([...inserts, ...deletes]);
      rank += inserts.length - deletes.length;
      await rowOfRank(page, rank)
        .and(page.locator(`[data-event-id="${top.id}"]`))
        .waitFor();
    }
    await settled(page);
    expect(await watchedTops(page)).toHaveLength(1);
    const shift = rank - top.rank;
    expect(await screenRows(page)).toEqual(
      before.map((row) => ({ ...row, rank: row.rank + shift })),
    );
    await expectBackendRows(page);
    expect(problems).toEqual([]);
  });
});
