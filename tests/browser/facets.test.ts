import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '@eventglass/backend/schema';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import { screenRows, settled, topRow, waitForEngine, waitForState } from './support/grid.js';
import { connectionComplaint } from './support/lost_connection.js';
import { TimelineServers } from './support/timeline_servers.js';

describe('facets', () => {
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

  async function openTimeline(path = '') {
    const opened = await openPage(browser, { viewport: { width: 1280, height: 800 } });
    await opened.page.goto(`${servers.url}${path}`);
    await waitForEngine(opened.page);
    await waitForState(opened.page, 'live');
    await settled(opened.page);
    return opened;
  }

  const panel = (page: Page) => page.getByRole('complementary', { name: 'Facets' });
  const valueOf = (page: Page, column: string, value: string) =>
    page.locator(`[data-facet="${column}"] [data-value="${value}"]`);

  /** What the panel shows of a column, from the top. */
  function shown(page: Page, column: string): Promise<readonly (readonly [string, number])[]> {
    return page.locator(`[data-facet="${column}"] [data-value]`).evaluateAll((items) =>
      items.map((item): readonly [string, number] => {
        const count = item.querySelector('.count')?.textContent ?? '';
        return [item.getAttribute('data-value') ?? '', Number(count.replaceAll(',', ''))];
      }),
    );
  }

  /** The same of the backend's events, by looking at every one. */
  async function counted(column: 'source' | 'type' | 'severity' | 'actor', filter = '') {
    const query = new URLSearchParams(filter === '' ? {} : { filter });
    const answer = await fetch(`${servers.backendUrl}/data?${query.toString()}`);
    const counts = new Map<string, number>();
    for (const event of (await answer.json()) as readonly Event[]) {
      counts.set(event[column], (counts.get(event[column]) ?? 0) + 1);
    }
    return [...counts].sort(
      ([a, m], [b, n]) => n - m || Buffer.compare(Buffer.from(a), Buffer.from(b)),
    );
  }

  async function openPanel(page: Page): Promise<void> {
    await page.keyboard.press('f');
    await panel(page).waitFor();
    await page.locator('[data-facet=type] [data-value]').first().waitFor();
  }

  const queryOf = (page: Page) => new URL(page.url()).searchParams.get('q');

  test.each([
    { width: 1280, isBeside: true },
    { width: 800, isBeside: false },
    { width: 360, isBeside: false },
  ])(
    'and details stand on their sides at $width px, or over the table',
    async ({ width, isBeside }) => {
      await using opened = await openTimeline();
      const { page } = opened;
      await page.setViewportSize({ width, height: 800 });
      await openPanel(page);
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      const detail = page.getByRole('complementary', { name: 'Event' });
      await detail.locator('[role=treeitem]').first().waitFor();
      const boxOf = async (part: ReturnType<typeof panel>) => {
        const box = await part.boundingBox();
        if (!box) throw new Error('it is not there');
        return box;
      };
      const facets = await boxOf(panel(page));
      const table = await boxOf(page.getByRole('grid'));
      const event = await boxOf(detail);
      expect(facets.x).toBe(0);
      expect(facets.width).toBeGreaterThan(200);
      expect(event.x + event.width).toBe(width);
      expect(event.width).toBeGreaterThan(290);
      expect(table.x).toBe(isBeside ? facets.width : 0);
      expect(table.width).toBe(isBeside ? width - facets.width - event.width : width);
    },
  );

  test('are the counts of the backend, beside rows that stay where they are', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const before = await topRow(page);
    await openPanel(page);
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id: before.id, topPx: before.topPx });
    for (const column of ['severity', 'source', 'type'] as const) {
      expect(await shown(page, column)).toEqual((await counted(column)).slice(0, 50));
    }
    await page.getByRole('button', { name: 'Show the most frequent ones' }).click();
    await valueOf(page, 'actor', (await counted('actor'))[0]?.[0] ?? '').waitFor();
    expect(await shown(page, 'actor')).toEqual((await counted('actor')).slice(0, 50));

    // It is there again after a reload, and gone with the same key.
    await page.reload();
    await panel(page).waitFor();
    await page.keyboard.press('f');
    await panel(page).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('a click includes a value, another one adds to it, and a third takes it back', async () => {
    await using opened = await openTimeline('?q=amount>=0');
    const { page, problems } = opened;
    await openPanel(page);
    const [first, second] = (await counted('source', 'amount>=0')).map(([value]) => value);
    if (first === undefined || second === undefined) throw new Error('there are too few sources');
    await valueOf(page, 'source', first).locator('.value').click();
    await page.waitForURL(`**q=*${first}*`);
    expect(queryOf(page)).toBe(`amount>=0 source:${first}`);
    await settled(page);
    const rows = await screenRows(page);
    expect(new Set(rows.map(({ cells }) => cells['source']))).toEqual(new Set([first]));
    // The others stay within reach, and other columns count what is left.
    await page.locator(`[data-value="${first}"][data-choice=included]`).waitFor();
    const severities = await counted('severity', `amount>=0 source:${first}`);
    await expect.poll(() => shown(page, 'severity')).toEqual(severities);
    expect(await shown(page, 'source')).toEqual(await counted('source', 'amount>=0'));

    await valueOf(page, 'source', second).locator('.value').press('Enter');
    await page.waitForURL(`**q=*${second}*`);
    expect(queryOf(page)).toBe(`amount>=0 source:${first},${second}`);
    await valueOf(page, 'source', first).locator('.value').press('Enter');
    await expect.poll(() => queryOf(page)).toBe(`amount>=0 source:${second}`);
    expect(problems).toEqual([]);
  });

  test('a value can be excluded, by a click with Shift or by its button', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openPanel(page);
    await valueOf(page, 'severity', 'info')
      .locator('.value')
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => queryOf(page)).toBe('-severity:info');
    await settled(page);
    const rows = await screenRows(page);
    expect(rows.filter(({ cells }) => cells['severity'] === 'info')).toEqual([]);
    await valueOf(page, 'severity', 'info').and(page.locator('[data-choice=excluded]')).waitFor();
    await page.getByRole('button', { name: 'Exclude info' }).click();
    await expect.poll(() => queryOf(page)).toBeNull();
  });

  test('counts follow what happens', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openPanel(page);
    const { timestamp } = (await screenRows(page)).at(-1) ?? { timestamp: Date.now() };
    servers.backend.publish(
      Array.from({ length: 3 }, (_, i) =>
        insertOf({ ...eventAt(timestamp + i, `new_${String(i)}`, 'new'), source: 'brand-new' }),
      ),
    );
    await valueOf(page, 'source', 'brand-new').waitFor({ timeout: 5_000 });
    expect(await shown(page, 'source')).toEqual(await counted('source'));
    expect((await shown(page, 'source')).at(-1)).toEqual(['brand-new', 3]);

    // They are offered to complete a filter with as well.
    await page.keyboard.press('/');
    await page.keyboard.type('source:bra');
    await page.getByRole('option', { name: 'brand-new' }).waitFor();
  });

  test('that can’t be had any more are said to be old', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await openPanel(page);
    const before = await shown(page, 'source');
    const problem = panel(page).getByText(
      'These counts are old: the event source can’t be reached',
    );
    servers.cutBackendPath();
    try {
      await problem.waitFor({ timeout: 10_000 });
      expect(await shown(page, 'source')).toEqual(before);
    } finally {
      servers.mendBackendPath();
    }
    await problem.waitFor({ state: 'detached', timeout: 10_000 });
    expect(problems.filter((text) => !connectionComplaint.test(text))).toEqual([]);
  });
});
