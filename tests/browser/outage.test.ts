import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type MutationText,
  deleteOf,
  insertOf,
  updateOf,
} from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt, eventsAtRank } from './support/events.js';
import { GarbageSocketProxy } from './support/garbage_socket_proxy.js';
import {
  type ScreenRow,
  lastRow,
  rowOfRank,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
} from './support/grid.js';
import { KillableBackend } from './support/killable_backend.js';
import { connectionComplaint, tryNow } from './support/lost_connection.js';
import { watchedTops, watchRow } from './support/row_watch.js';
import { stateSequence, watchState } from './support/state_watch.js';
import { TimelineServers } from './support/timeline_servers.js';

/** Events of a timeline that the window holds whole, and in which a reader can be far from the end. */
const pastCount = 20_000;

/** What a reader of the past sees before an outage, and what changes there meanwhile. */
interface Past {
  readonly top: ScreenRow;
  readonly rows: readonly ScreenRow[];
  readonly changes: readonly MutationText[];
  /** Events that come before the rows on screen. Among these one comes and one goes. */
  readonly aboveCount: number;
  readonly updatedId: string;
  readonly deletedId: string;
  readonly insertedId: string;
}

/** Scrolls into the past, and watches the row at the top and the state from then on. */
async function openPast(page: Page, url: string): Promise<Past> {
  await page.goto(url);
  await waitForRowCount(page, pastCount);
  await wheel(page, -280_009);
  await waitForState(page, 'paused');
  await settled(page);
  const rows = await screenRows(page);
  const top = await topRow(page);
  const [updated, deleted, neighbor] = rows.slice(5, 8);
  if (!updated || !deleted || !neighbor) throw new Error('there are too few rows');
  await watchRow(page, top.id);
  await watchState(page);

  const above = Array.from({ length: 50 }, (_, i) =>
    insertOf(eventAt(top.timestamp - 1, `above_${String(i)}`, 'above')),
  );
  const insertedId = `${neighbor.id}_`;
  return {
    top,
    rows,
    changes: [
      ...above,
      updateOf(updated.id, { message: 'changed during the outage' }),
      deleteOf(deleted.id),
      insertOf(eventAt(neighbor.timestamp, insertedId, 'came during the outage')),
    ],
    aboveCount: above.length,
    updatedId: updated.id,
    deletedId: deleted.id,
    insertedId,
  };
}

/** The outage ends: the rows on screen are those of the backend, and none of those that stayed has moved. */
async function expectChangedPast(page: Page, backendUrl: string, past: Past): Promise<void> {
  const { top, aboveCount } = past;
  await waitForState(page, 'paused', 60_000);
  await rowOfRank(page, top.rank + aboveCount).waitFor();
  await waitForRowCount(page, pastCount + aboveCount);
  // The deleted one stays for a moment.
  await page.waitForFunction(() => !document.querySelector('.row.gone'));
  await settled(page);

  expect(await topRow(page)).toEqual({ ...top, rank: top.rank + aboveCount });
  expect(await watchedTops(page)).toHaveLength(1);
  expect(await stateSequence(page)).toMatch(/^paused( reconnecting| offline| stale)+ paused$/);
  const rows = await screenRows(page);
  const events = await eventsAtRank(backendUrl, rows[0]?.rank ?? NaN, rows.length);
  expect(rows.map(({ id, timestamp }) => ({ id, timestamp }))).toEqual(
    events.map(({ id, timestamp }) => ({ id, timestamp })),
  );
  const messageOf = (id: string) => rows.find((row) => row.id === id)?.cells['message'];
  expect(messageOf(past.updatedId)).toBe('changed during the outage');
  expect(messageOf(past.deletedId)).toBeUndefined();
  expect(messageOf(past.insertedId)).toBe('came during the outage');
}

describe('outages', () => {
  let browser: Browser;
  let servers: TimelineServers | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterEach(async () => {
    await servers?.stop();
    servers = undefined;
  });

  afterAll(async () => {
    await browser.close();
  });

  test('a backend that stops under the reader: rows stay, the state says so, and all recovers', async () => {
    servers = await TimelineServers.start();
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    await wheel(page, -4_000);
    await waitForState(page, 'paused');
    await settled(page);
    const before = await screenRows(page);

    await servers.stopBackend();
    await page.waitForFunction(() =>
      ['reconnecting', 'offline'].includes(
        document.querySelector('[role=status]')?.getAttribute('data-state') ?? '',
      ),
    );
    expect(await page.locator('[role=status]').textContent()).toContain('out of date');
    expect(await screenRows(page)).toEqual(before);

    // The same history in a new life: what was on screen is there again.
    await servers.startBackend();
    await tryNow(page);
    await waitForState(page, 'paused', 60_000);
    await settled(page);
    expect((await screenRows(page)).map((row) => row.id)).toEqual(before.map((row) => row.id));
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);

    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await settled(page);
    const { timestamp } = await lastRow(page);
    servers.backend.publish([insertOf(eventAt(timestamp + 1_000, 'after_outage', 'back'))]);
    await page.locator('[data-event-id=after_outage]').waitFor();
  });

  test('the network breaks under a reader of the past: their place is kept, and nothing that changed is missed', async () => {
    servers = await TimelineServers.start({ initialCount: pastCount });
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    const past = await openPast(page, servers.url);
    servers.cutBackendPath();
    await page.getByText('out of date').waitFor();
    expect(await screenRows(page)).toEqual(past.rows);
    servers.backend.publish(past.changes);
    expect(await screenRows(page)).toEqual(past.rows);

    servers.mendBackendPath();
    await tryNow(page);
    await expectChangedPast(page, servers.backendUrl, past);
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });

  test('the backend is killed under a reader of the past, and started again: their place is kept, and nothing that changed is missed', async () => {
    servers = await TimelineServers.start({
      initialCount: pastCount,
      withBackend: false,
      isDirect: true,
    });
    await using killed = await KillableBackend.start(servers);
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    const past = await openPast(page, servers.url);

    await killed.kill();
    await page.getByText('out of date').waitFor();
    await waitForState(page, 'offline', 60_000);
    expect(await screenRows(page)).toEqual(past.rows);

    // The same history in a new life, of which the changes are the first.
    await using restarted = await KillableBackend.start(servers, past.changes);
    await tryNow(page);
    await expectChangedPast(page, servers.backendUrl, past);
    expect(await stateSequence(page)).toMatch(/^paused reconnecting /);

    const rows = await screenRows(page);
    const [, changed, gone] = rows;
    if (!changed || !gone) throw new Error('there are too few rows');
    await restarted.publish([
      updateOf(changed.id, { message: 'changed in the new life' }),
      deleteOf(gone.id),
    ]);
    const row = page.locator(`[data-event-id="${changed.id}"] [data-column=message]`);
    await row.getByText('changed in the new life').waitFor();
    await page.locator(`[data-event-id="${gone.id}"]`).waitFor({ state: 'detached' });
    await settled(page);
    expect(await topRow(page)).toEqual(rows[0]);
    expect(await watchedTops(page)).toHaveLength(1);
    await waitForRowCount(page, pastCount + past.aboveCount - 1);
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });

  test('a backend that is down when the page is opened: the page says so, and fills once it is up', async () => {
    servers = await TimelineServers.start({ withBackend: false });
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await page.getByText('the event source does not answer').first().waitFor();
    expect(await page.getByText('no events yet').count()).toBe(0);
    await waitForState(page, 'offline', 60_000);

    await servers.startBackend();
    await tryNow(page);
    await waitForState(page, 'live', 60_000);
    await settled(page);
    expect((await screenRows(page)).length).toBeGreaterThan(20);
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });

  test('an empty timeline says that there are no events yet, and shows the first one', async () => {
    servers = await TimelineServers.start({ initialCount: 0 });
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.getByText('no events yet').waitFor();
    servers.backend.publish([insertOf(eventAt(Date.now(), 'first', 'the first event'))]);
    await page.locator('[data-event-id=first]').waitFor();
    expect(await page.getByText('no events yet').count()).toBe(0);
  });

  test('a socket that sends garbage: rows stay, the error is shown, and it recovers', async () => {
    const proxy = await GarbageSocketProxy.start();
    try {
      servers = await TimelineServers.start({ browserBackendUrl: proxy.url });
      proxy.forwardTo(servers.backendUrl);
      await using opened = await openPage(browser);
      const { page, problems } = opened;
      await page.goto(servers.url);
      await waitForRowCount(page, servers.backend.totalCount);
      await settled(page);
      const before = await screenRows(page);
      expect(before.length).toBeGreaterThan(20);

      for (const garbage of [
        'no json',
        '{"type":"batch","epoch":',
        '[]',
        '{"type":"batch"}',
        Buffer.from([0xff, 0xfe, 0]),
      ]) {
        // One at a time: the client leaves a feed at the first thing in it that it can't read.
        const closed = proxy.nextClose();
        proxy.send(garbage);
        await closed;
        await page.locator('.notices .error').waitFor();
        expect((await screenRows(page)).map((row) => row.id)).toEqual(before.map((row) => row.id));
        await waitForState(page, 'live', 60_000);
        await page.locator('.notices .error').waitFor({ state: 'detached' });
      }
      const { timestamp } = await lastRow(page);
      servers.backend.publish([insertOf(eventAt(timestamp + 1_000, 'after_garbage', 'sense'))]);
      await page.locator('[data-event-id=after_garbage]').waitFor();
      expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
    } finally {
      await proxy.stop();
    }
  });
});
