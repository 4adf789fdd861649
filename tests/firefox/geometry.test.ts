import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage } from '../browser/support/browser.js';
import { ComputedBackend } from '../browser/support/computed_backend.js';
import {
  frames,
  screenRows,
  settled,
  topRow,
  waitForState,
  wheel,
} from '../browser/support/grid.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';
import { launchFirefox } from './support/firefox.js';
import { dragToMiddle } from './support/scrollbar.js';

const count = 1_000_000_000;

const rowHeightPx = 28;

describe('the geometry of 1,000,000,000 rows, in Firefox', () => {
  let browser: Browser;
  let servers: TimelineServers;
  let backend: ComputedBackend;

  beforeAll(async () => {
    browser = await launchFirefox();
    servers = await TimelineServers.start({ withBackend: false });
    backend = await ComputedBackend.start(count, servers.backendSettings.port);
  });

  afterAll(async () => {
    await browser.close();
    await backend[Symbol.asyncDispose]();
    await servers.stop();
  });

  test('the first, the last and any row between can be reached, and one arrow key is one row', async () => {
    const { timeline } = backend;
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    // Pages that fill the window around the screen get no answer: this process would have to compute them.
    await page.route(/\/data\?.*limit=5000\b/, () => undefined);
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await settled(page);
    expect((await screenRows(page)).at(-1)?.id).toBe(timeline.at(count - 1).id);
    await page.keyboard.press('Home');
    await settled(page);
    expect(await topRow(page)).toMatchObject({ rank: 0, topPx: 0, id: timeline.at(0).id });

    await dragToMiddle(page);
    const dragged = await topRow(page);
    expect(dragged.rank).toBeGreaterThan(count * 0.3);
    expect(dragged.rank).toBeLessThan(count * 0.7);
    expect(dragged.id).toBe(timeline.at(dragged.rank).id);

    for (const rank of [500_000_000, 876_543_210]) {
      const event = timeline.at(rank);
      await page.goto(`${servers.url}?t=${new Date(event.timestamp).toISOString()}&e=${event.id}`);
      await page.locator(`[role=grid][aria-busy=false] [data-event-id="${event.id}"]`).waitFor();
      await settled(page);
      expect(await topRow(page)).toMatchObject({ rank, topPx: 0, id: event.id });
      await page.keyboard.press('ArrowUp');
      await frames(page);
      expect(await topRow(page)).toMatchObject({ rank: rank - 1, topPx: 0 });
      await wheel(page, 2 * rowHeightPx + 7);
      await settled(page);
      expect(await topRow(page)).toMatchObject({ rank: rank + 1, topPx: -7 });
      const rows = await screenRows(page);
      expect(rows.map(({ id }) => id)).toEqual(
        timeline.slice(rank + 1, rank + 1 + rows.length).map(({ id }) => id),
      );
    }
    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await settled(page);
    expect((await screenRows(page)).at(-1)?.id).toBe(timeline.at(count - 1).id);
    expect(problems).toEqual([]);
  });
});
