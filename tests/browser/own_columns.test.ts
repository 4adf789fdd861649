import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend } from '@eventglass/backend/server';
import { launchBrowser, openPage } from './support/browser.js';
import { settled, waitForRowCount, waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const rowCount = 300;

/** Strikes of birds, as a file of somebody has them. */
function csv(): string {
  const head = 'Flight Date,Airport <Name>,Level,Cost: Total $,Seen';
  const levels = ['info', 'WARN', 'fatal'];
  const rows = Array.from({ length: rowCount }, (_, i) => {
    const date = new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
    return `${date},"Airport ${String(i % 3)}",${levels[i % 3] ?? ''},${String(i)}.5,${String(i % 2 === 0)}`;
  });
  return [head, ...rows].join('\r\n');
}

function heads(page: Page): Promise<(string | null)[]> {
  return page
    .locator('[role=columnheader]')
    .evaluateAll((elements) => elements.map((element) => element.getAttribute('aria-label')));
}

describe('a page of own events', () => {
  let browser: Browser;
  let servers: TimelineServers;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'own-'));
    const data = join(folder, 'strikes.csv');
    await writeFile(data, csv());
    browser = await launchBrowser();
    servers = await TimelineServers.start({ dataFile: data });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
    await rm(folder, { recursive: true });
  });

  test('has their columns, in the first HTML already', async () => {
    const html = await (await fetch(servers.url)).text();
    for (const label of ['Time (UTC)', 'Level', 'Cost Total $', 'Seen'])
      expect(html).toContain(label);
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, rowCount);
    await settled(page);
    expect(await heads(page)).toEqual([
      'Time (UTC)',
      'Level',
      'Airport Name',
      'Cost Total $',
      'Seen',
    ]);
    const last = page.locator('[role=row][data-event-id]').last();
    expect(await last.locator('[role=gridcell]').allTextContents()).toEqual([
      '2020-10-26 00:00:00.000',
      'fatal',
      'Airport 2',
      '299.5',
      'no',
    ]);
    expect(await last.getAttribute('data-severity')).toBe('critical');
    const time = last.locator('[data-type=timestamp]');
    expect(await time.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0);
    expect(problems).toEqual([]);
  });

  test('has those of the backend that there is now, however soon', async () => {
    expect(await (await fetch(servers.url)).text()).toContain('Cost Total $');
    await servers.stopBackend();
    const demo = await createBackend({ ...servers.backendSettings, dataFile: undefined });
    try {
      await demo.listen();
      const html = await (await fetch(servers.url)).text();
      expect(html).toContain('Actor');
      expect(html).not.toContain('Cost Total $');
    } finally {
      await demo.close();
      await servers.startBackend();
    }
    expect(await (await fetch(servers.url)).text()).toContain('Cost Total $');
  });

  test('can be filtered, searched, looked at and shared by any of them', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.getByRole('button', { name: 'Facets' }).click();
    await page.locator('[data-facet="Level"] [data-value="fatal"] .value').click();
    await page.waitForFunction(() => location.search.includes('Level:fatal'));
    await waitForRowCount(page, rowCount / 3);
    const filter = page.getByRole('combobox', { name: 'Filter' });
    await filter.fill('Cost_Total_$>=290 Seen:true');
    await filter.press('Enter');
    await waitForRowCount(page, 5);
    await page.goto(`${servers.url}/?q=Seen:true&cols=Cost_Total_$:200,time`);
    await waitForRowCount(page, rowCount / 2);
    expect(await heads(page)).toEqual(['Cost Total $', 'Time (UTC)']);
    await page.locator('[role=row][data-event-id]').last().click();
    await page.getByText('Airport 1').first().waitFor();
    expect(problems).toEqual([]);
  });
});
