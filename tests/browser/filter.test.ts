import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '@eventglass/backend/schema';
import { insertOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  lastRow,
  screenRows,
  settled,
  topRow,
  waitForEngine,
  waitForState,
  wheel,
} from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** The address is written a few times a second. */
const addressDelayMs = 600;

describe('filters', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 20_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline(path = '') {
    const opened = await openPage(browser);
    await opened.page.goto(`${servers.url}${path}`);
    await waitForEngine(opened.page);
    await settled(opened.page);
    return opened;
  }

  const filterInput = (page: Page) => page.getByRole('combobox', { name: 'Filter' });

  async function showFilter(page: Page, filter: string): Promise<void> {
    await filterInput(page).fill(filter);
    await filterInput(page).press('Enter');
    await settled(page);
  }

  /** The backend's events that match, the oldest first. */
  async function matching(filter: string): Promise<readonly Event[]> {
    const query = new URLSearchParams({ filter, limit: '50000' });
    const answer = await fetch(`${servers.backendUrl}/data?${query.toString()}`);
    return (await answer.json()) as readonly Event[];
  }

  const footer = (page: Page, text: string) => page.locator('footer', { hasText: text }).waitFor();

  test('a filter shows the newest events that match, live, and the address names it', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const filter = 'severity:error amount>=10';
    await showFilter(page, filter);
    const expected = await matching(filter);
    const shown = await screenRows(page);
    expect(shown.map(({ id }) => id)).toEqual(expected.slice(-shown.length).map(({ id }) => id));
    await footer(page, `of ${expected.length.toLocaleString('en-US')} that match, of 20,0`);
    await waitForState(page, 'live');
    expect(new URL(page.url()).searchParams.get('q')).toBe(filter);

    const { timestamp } = expected.at(-1) ?? { timestamp: Date.now() };
    const event = { ...eventAt(timestamp + 1, 'matches', 'matches'), severity: 'error' };
    servers.backend.publish([
      insertOf(eventAt(timestamp + 2, 'matches_not', 'does not match')),
      insertOf({ ...event, amount: 10 }),
    ]);
    await page.locator('[data-event-id=matches]').waitFor();
    expect((await lastRow(page)).id).toBe('matches');
    servers.backend.publish([updateOf('matches', { amount: 9 })]);
    await page.locator('[data-event-id=matches]').waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('a reader of the past stays at their time, with a filter and without it again', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -150_003);
    await settled(page);
    const before = await topRow(page);
    const filter = `source:${before.cells['source'] ?? ''}`;
    await showFilter(page, filter);
    expect(await topRow(page)).toMatchObject({ id: before.id, topPx: before.topPx });
    const expected = await matching(filter);
    const place = expected.findIndex(({ id }) => id === before.id);
    const shown = await screenRows(page);
    expect(shown.map(({ id }) => id)).toEqual(
      expected.slice(place, place + shown.length).map(({ id }) => id),
    );
    await waitForState(page, 'paused');

    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id: before.id, rank: before.rank });
    await page.waitForTimeout(addressDelayMs);
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
  });

  test('a link shows its filter in another browser from the first rows on; back takes it off', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await showFilter(page, 'severity:critical');
    await wheel(page, -1_000);
    await settled(page);
    await page.waitForTimeout(addressDelayMs);
    const { search } = new URL(page.url());
    const rows = await screenRows(page);
    const html = await (await fetch(`${servers.url}/${search}`)).text();
    for (const { id } of rows) expect(html).toContain(`data-event-id="${id}"`);
    expect(html).not.toContain('data-severity="info"');

    await using other = await openTimeline(`/${search}`);
    expect(await filterInput(other.page).inputValue()).toBe('severity:critical');
    expect((await topRow(other.page)).id).toBe(rows[0]?.id);

    await page.goBack();
    await settled(page);
    expect(await filterInput(page).inputValue()).toBe('');
    await footer(page, `of ${servers.backend.totalCount.toLocaleString('en-US')}`);
  });

  test('a faulty filter is told at its place, and the rows stay', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const before = await screenRows(page);
    await filterInput(page).fill('timeout amount>=ten');
    await filterInput(page).press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/Expected a number after '>='.*16–19/);
    expect(await page.locator('form mark').textContent()).toBe('ten');
    expect(await screenRows(page)).toEqual(before);

    await showFilter(page, 'amount>=10');
    await alert.waitFor({ state: 'detached' });
    expect(await filterInput(page).getAttribute('aria-invalid')).toBe('false');
  });

  test('a filter that nothing matches says so', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await filterInput(page).fill('severity:none');
    await filterInput(page).press('Enter');
    await footer(page, 'no event matches the filter');
    expect(await screenRows(page)).toEqual([]);
    await showFilter(page, '');
    expect((await screenRows(page)).length).toBeGreaterThan(20);
  });

  test('a reader who goes on while a filter is on its way is where they went', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await filterInput(page).fill('-severity:info');
    await filterInput(page).press('Enter');
    await page.keyboard.press('PageUp');
    await settled(page);
    await waitForState(page, 'paused');
    const expected = await matching('-severity:info');
    const shown = await screenRows(page);
    const place = expected.findIndex(({ id }) => id === shown[0]?.id);
    expect(place).toBeGreaterThan(0);
    expect(shown.map(({ id }) => id)).toEqual(
      expected.slice(place, place + shown.length).map(({ id }) => id),
    );
  });

  test('a filter is written with the keyboard alone, with completion', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('/');
    await page.keyboard.type('sev');
    const completions = page.getByRole('listbox', { name: 'Completions' }).getByRole('option');
    expect(await completions.allTextContents()).toEqual(['severity:']);
    for (const key of ['ArrowDown', 'Tab']) await page.keyboard.press(key);
    await page.keyboard.type('wa');
    await page.keyboard.press('ArrowDown');
    const chosen = page.getByRole('option', { selected: true });
    expect(await chosen.textContent()).toBe('warning');
    expect(await filterInput(page).getAttribute('aria-activedescendant')).toBe(
      await chosen.getAttribute('id'),
    );
    await page.keyboard.press('Enter');
    expect(await filterInput(page).inputValue()).toBe('severity:warning ');
    await page.keyboard.press('Enter');
    await settled(page);
    expect(new Set((await screenRows(page)).map(({ cells }) => cells['severity']))).toEqual(
      new Set(['warning']),
    );
    // The keyboard is the timeline's again.
    await page.keyboard.press('Home');
    await settled(page);
    expect((await topRow(page)).rank).toBe(0);
    expect(problems).toEqual([]);
  });

  test('the sheet of keys opens and closes, and the timeline behind it stays', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'hidden' });
    await waitForState(page, 'live');
    await page.keyboard.press('g');
    await page.keyboard.type('-2d');
    await page.keyboard.press('Enter');
    await waitForState(page, 'paused');
    await page.keyboard.press('l');
    await waitForState(page, 'live');
  });
});
