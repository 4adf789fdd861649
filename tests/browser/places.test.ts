import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { settled, topRow, waitForRowCount, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** The address is written a few times a second. */
const addressDelayMs = 600;

describe('places', () => {
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
    await waitForRowCount(opened.page, servers.backend.totalCount);
    await settled(opened.page);
    return opened;
  }

  test('a URL shows the same row at the top in a second browser', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    for (const deltaY of [-200, -50_000, -150_003]) {
      await wheel(page, deltaY);
      await settled(page);
      await page.waitForTimeout(addressDelayMs);
      const top = await topRow(page);
      const url = new URL(page.url());
      expect(url.searchParams.get('e')).toBe(top.id);
      expect(Date.parse(url.searchParams.get('t') ?? '')).toBe(top.timestamp);

      await using other = await openTimeline(url.search);
      expect(await topRow(other.page)).toMatchObject({ id: top.id, topPx: top.topPx });
      expect(other.problems).toEqual([]);
    }
  });

  test('a live page has no place in its URL, and scrolling adds nothing to the history', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    expect(new URL(page.url()).search).toBe('');
    const entries = await page.evaluate(() => history.length);
    for (let i = 0; i < 30; i++) await wheel(page, -400);
    await page.waitForTimeout(addressDelayMs);
    expect(new URL(page.url()).searchParams.has('t')).toBe(true);
    expect(await page.evaluate(() => history.length)).toBe(entries);
  });

  test('back and forward go through the places that were asked for', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    let loads = 0;
    page.on('request', (request) => (loads += request.isNavigationRequest() ? 1 : 0));
    const input = page.getByLabel('Jump to time');
    const tops: string[] = [];
    for (const text of ['-3d', '-9d']) {
      await input.fill(text);
      await input.press('Enter');
      await settled(page);
      await page.waitForTimeout(addressDelayMs);
      tops.push((await topRow(page)).id);
    }
    await page.goBack();
    await settled(page);
    expect((await topRow(page)).id).toBe(tops[0]);
    await page.goBack();
    await waitForState(page, 'live');
    await page.goForward();
    await page.goForward();
    await settled(page);
    await page.waitForTimeout(addressDelayMs);
    expect((await topRow(page)).id).toBe(tops[1]);
    expect(loads).toBe(0);
  });

  test('a reload keeps the place', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -33_000);
    await settled(page);
    await page.waitForTimeout(addressDelayMs);
    const top = await topRow(page);
    await page.reload();
    await waitForState(page, 'paused');
    await settled(page);
    expect((await topRow(page)).id).toBe(top.id);
  });

  test('"copy link" copies a link to the row at the top, at the live end too', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('Copied').waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
    const top = await topRow(page);
    expect(link.searchParams.get('e')).toBe(top.id);

    await using other = await openTimeline(link.search);
    expect(await topRow(other.page)).toMatchObject({ id: top.id, topPx: top.topPx });
  });

  test('without a clipboard the link is there to be copied by hand', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      Object.defineProperty(document, 'execCommand', { value: () => false });
    });
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.getByRole('button', { name: 'Copy link' }).click();
    const field = page.getByLabel('Link to copy by hand');
    expect(await field.inputValue()).toContain('?t=');
  });

  test.each(['?t=yesterday', '?t=2026-02-30T00:00:00Z', '?e=evt_1', '?t='])(
    'a link with a bad place (%s) says so and is live',
    async (query) => {
      await using opened = await openPage(browser);
      const { page, problems } = opened;
      await page.goto(`${servers.url}/${query}`);
      await waitForState(page, 'live');
      await page.getByText('Showing the live end instead').waitFor();
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await page.getByText('Showing the live end instead').waitFor({ state: 'detached' });
      await page.waitForTimeout(addressDelayMs);
      expect(new URL(page.url()).search).toBe('');
      expect(problems).toEqual([]);
    },
  );

  test('a link to an event that has been deleted lands at its place and says that it is gone', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -40_000);
    await settled(page);
    await page.waitForTimeout(addressDelayMs);
    const top = await topRow(page);
    const { search } = new URL(page.url());
    servers.backend.publish([deleteOf(top.id)]);

    await using other = await openTimeline(search);
    await other.page.getByText('no longer there').waitFor();
    expect((await topRow(other.page)).timestamp).toBeGreaterThanOrEqual(top.timestamp);
  });

  test('a link to one of the last rows keeps it at the top', async () => {
    const answer = await fetch(`${servers.backendUrl}/data?limit=3&direction=backward`);
    const [event] = (await answer.json()) as { readonly id: string; readonly timestamp: number }[];
    if (!event) throw new Error('the backend has no events');
    const time = new Date(event.timestamp).toISOString();
    await using opened = await openTimeline(`/?t=${time}&e=${event.id}`);
    expect(await topRow(opened.page)).toMatchObject({ id: event.id, topPx: 0 });
  });

  test('a time that is none is refused at the field, and moves nothing', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const input = page.getByLabel('Jump to time');
    await input.fill('soon');
    await input.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await input.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('[role=status]').getAttribute('data-state')).toBe('live');
    await input.fill('-1d');
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('a time after the newest event is the live end, and says so', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const input = page.getByLabel('Jump to time');
    await input.fill('2100-01-01');
    await input.press('Enter');
    await page.getByText('Nothing has happened since that time').waitFor();
    await waitForState(page, 'live');
  });
});
