import type { Event } from '@eventglass/backend/schema';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { openPage } from '../browser/support/browser.js';
import { eventAt } from '../browser/support/events.js';
import { lastRow, screenRows, settled, topRow, waitForState } from '../browser/support/grid.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';
import { launchFirefox } from './support/firefox.js';

/** About a match in two thousand events. */
const rare = 'severity:critical amount>=60';

/** A time is told by the counts of its bar's events: those of a burst are that many. */
const rankPrecision = 150;

describe('finding, in Firefox', () => {
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

  async function openTimeline() {
    const opened = await openPage(browser);
    await opened.page.goto(servers.url);
    await opened.page.locator('[role=grid][aria-busy=false]').waitFor();
    await settled(opened.page);
    return opened;
  }

  /** The backend's events that match, the oldest first. */
  async function matching(filter: string): Promise<readonly Event[]> {
    const query = new URLSearchParams({ filter });
    const answer = await fetch(`${servers.backendUrl}/data?${query.toString()}`);
    return (await answer.json()) as readonly Event[];
  }

  test('a faulty filter is told at its place and moves nothing; one without fault is applied, live', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const before = await screenRows(page);
    const field = page.getByRole('combobox', { name: 'Filter' });
    await page.keyboard.press('/');
    await page.keyboard.type('timeout amount>=ten');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/Expected a number after '>='.*16–19/);
    expect(await page.locator('form mark').textContent()).toBe('ten');
    expect(await screenRows(page)).toEqual(before);

    const filter = 'severity:error amount>=10';
    await field.fill(filter);
    await field.press('Enter');
    await alert.waitFor({ state: 'detached' });
    await settled(page);
    const expected = await matching(filter);
    const shown = await screenRows(page);
    expect(shown.map(({ id }) => id)).toEqual(expected.slice(-shown.length).map(({ id }) => id));
    expect(new URL(page.url()).searchParams.get('q')).toBe(filter);
    await waitForState(page, 'live');
    const timestamp = (expected.at(-1)?.timestamp ?? NaN) + 1;
    const event = { ...eventAt(timestamp, 'matches', 'matches'), severity: 'error', amount: 10 };
    servers.backend.publish([
      insertOf(event),
      insertOf(eventAt(timestamp + 1, 'matches_not', 'does not match')),
    ]);
    await page.locator('[data-event-id=matches]').waitFor();
    expect((await lastRow(page)).id).toBe('matches');
    expect(problems).toEqual([]);
  });

  test('Ctrl+F searches all events, with next and previous match', async () => {
    const expected = await matching(rare);
    expect(expected.length).toBeGreaterThan(4);
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const expectAt = async (place: number) => {
      const outcome = `Match ${String(place + 1)} of ${String(expected.length)}`;
      await page.locator('.outcome', { hasText: outcome }).waitFor();
      const { id = '' } = expected[place] ?? {};
      await page.locator(`[role=row].active[data-event-id="${id}"]`).waitFor();
      await settled(page);
      expect((await screenRows(page)).map((row) => row.id)).toContain(id);
    };
    await page.keyboard.press('Home');
    await settled(page);
    await page.keyboard.press('Control+f');
    await page.keyboard.type(rare);
    await page.locator('.outcome', { hasText: `${String(expected.length)} matches` }).waitFor();
    for (const place of [0, 1, 2]) {
      await page.keyboard.press('Enter');
      await expectAt(place);
    }
    await page.keyboard.press('Shift+Enter');
    await expectAt(1);
    await page.keyboard.press('F3');
    await expectAt(2);
    await page.keyboard.press('Escape');
    expect(
      await page.locator('[role=grid]').evaluate((grid) => grid === document.activeElement),
    ).toBe(true);
    expect(problems).toEqual([]);
  });

  test('a facet is included by a click, and its rows are those of the backend', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('f');
    const value = page.locator('[data-facet=severity] [data-value=warning]');
    await value.locator('.value').click();
    await value.and(page.locator('[data-choice=included]')).waitFor();
    await settled(page);
    const filter = 'severity:warning';
    expect(new URL(page.url()).searchParams.get('q')).toBe(filter);
    const expected = await matching(filter);
    expect(await value.locator('.count').textContent()).toBe(
      expected.length.toLocaleString('en-US'),
    );
    const shown = await screenRows(page);
    expect(shown.map(({ id }) => id)).toEqual(expected.slice(-shown.length).map(({ id }) => id));
    expect(problems).toEqual([]);
  });

  test('a click opens the details of an event, and the button goes on to the next', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('PageUp');
    await waitForState(page, 'paused');
    await settled(page);
    const before = await screenRows(page);
    const [, , , event, next] = before;
    if (!event || !next) throw new Error('there are too few rows');
    const panel = page.locator('aside[data-condition=current]');
    const cell = page.locator(`[data-event-id="${event.id}"] [data-column=timestamp]`);
    const box = await cell.boundingBox();
    if (!box) throw new Error('there is no row');
    // Not by `cell.click()`, which brings rows to the middle of the screen here.
    await page.mouse.click(box.x + 9, box.y + 9);
    await panel.and(page.locator(`[data-detail-id="${event.id}"]`)).waitFor();
    await page.getByRole('button', { name: 'Next event' }).click();
    await panel.and(page.locator(`[data-detail-id="${next.id}"]`)).waitFor();
    expect(await panel.locator('[data-path="/message"] .value').textContent()).toBe(
      (await matching(`id:${next.id}`))[0]?.message,
    );
    await settled(page);
    const places = (rows: typeof before) => rows.map(({ id, topPx }) => ({ id, topPx }));
    expect(places(await screenRows(page))).toEqual(places(before));
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('a click on the counts over time shows what happened then', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.locator('[data-state=ready]:has([role=slider])').waitFor();
    const strip = page.getByRole('slider', { name: 'Time' });
    const box = await strip.boundingBox();
    if (!box) throw new Error('there is no minimap');
    const [begin = NaN, end = NaN] = await Promise.all(
      ['aria-valuemin', 'aria-valuemax'].map(async (name) =>
        Number(await strip.getAttribute(name)),
      ),
    );
    const x = Math.floor(box.width * 0.4);
    await page.mouse.click(box.x + x, box.y + 16);
    await waitForState(page, 'paused');
    await settled(page);
    const start = Math.round(begin + (x / box.width) * (end - begin));
    const answer = await fetch(`${servers.backendUrl}/data?start=${String(start)}&limit=1`);
    const rows = await screenRows(page);
    const middle = rows[Math.floor(rows.length / 2)]?.rank ?? NaN;
    const expected = Number(answer.headers.get('Eventglass-First-Rank') ?? NaN);
    expect(Math.abs(middle - expected)).toBeLessThanOrEqual(rankPrecision);
    expect(problems).toEqual([]);
  });

  test('Ctrl+K opens the palette, which does what is found by typing', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'All commands' });
    await palette.waitFor();
    await page.keyboard.type('first event');
    await page.keyboard.press('Enter');
    await palette.waitFor({ state: 'detached' });
    await waitForState(page, 'paused');
    await settled(page);
    expect((await topRow(page)).rank).toBe(0);
    expect(problems).toEqual([]);
  });
});
