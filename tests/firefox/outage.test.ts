import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { openPage } from '../browser/support/browser.js';
import { eventAt } from '../browser/support/events.js';
import {
  lastRow,
  screenRows,
  settled,
  waitForRowCount,
  waitForState,
  wheel,
} from '../browser/support/grid.js';
import { KillableBackend } from '../browser/support/killable_backend.js';
import { connectionComplaint, tryNow } from '../browser/support/lost_connection.js';
import { watchedTops, watchRow } from '../browser/support/row_watch.js';
import { stateSequence, watchState } from '../browser/support/state_watch.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';
import { launchFirefox } from './support/firefox.js';

const count = 5_000;

describe('outages, in Firefox', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchFirefox();
    servers = await TimelineServers.start({
      initialCount: count,
      withBackend: false,
      isDirect: true,
    });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  test('the backend is killed and comes back: rows stay, the state says so, and all is live again', async () => {
    await using killed = await KillableBackend.start(servers);
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count);
    await wheel(page, -4_007);
    await waitForState(page, 'paused');
    await settled(page);
    const rows = await screenRows(page);
    await watchRow(page, rows[3]?.id ?? '');
    await watchState(page);

    await killed.kill();
    await page.getByText('out of date').waitFor();
    expect(await screenRows(page)).toEqual(rows);

    // The same history in a new life.
    await using restarted = await KillableBackend.start(servers);
    await tryNow(page);
    await waitForState(page, 'paused', 60_000);
    await settled(page);
    expect(await screenRows(page)).toEqual(rows);
    expect(await watchedTops(page)).toHaveLength(1);
    expect(await stateSequence(page)).toMatch(
      /^paused reconnecting( reconnecting| offline| stale)* paused$/,
    );

    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await settled(page);
    const { timestamp } = await lastRow(page);
    await restarted.publish([insertOf(eventAt(timestamp + 1, 'after_outage', 'back'))]);
    await page.locator('[data-event-id=after_outage]').waitFor();
    expect((await lastRow(page)).id).toBe('after_outage');
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });
});
