import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deleteOf, insertOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  frames,
  lastRow,
  screenRows,
  settled,
  topRow,
  waitForRowCount,
  waitForState,
  wheel,
} from './support/grid.js';
import {
  canHoldBlocks,
  holdBlocks,
  releaseBlocks,
  waitForHeldBlock,
} from './support/held_blocks.js';
import { watchedTops, watchRow } from './support/row_watch.js';
import { TimelineServers } from './support/timeline_servers.js';

describe('the live timeline', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start();
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  const count = () => servers.backend.totalCount;

  test('shows inserts, updates and deletes as they happen', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    const { timestamp } = await lastRow(page);

    const event = eventAt(timestamp + 1_000, 'live_1', 'just now');
    servers.backend.publish([insertOf(event)]);
    const row = page.locator('[data-event-id=live_1]');
    await row.waitFor();
    expect((await lastRow(page)).id).toBe('live_1');

    servers.backend.publish([updateOf('live_1', { message: 'changed since', amount: 12.5 })]);
    await page.waitForFunction(
      () =>
        document.querySelector('[data-event-id=live_1] [data-column=message]')?.textContent ===
        'changed since',
    );
    expect(await row.locator('[data-column=amount]').textContent()).toBe('12.50');
    expect(await row.getAttribute('data-change')).not.toBeNull();

    servers.backend.publish([deleteOf('live_1')]);
    await row.waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  test('only the cells that changed are written', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    await settled(page);
    const { id } = await lastRow(page);
    await page.evaluate(() => {
      const written: string[] = [];
      const body = document.querySelector('[role=rowgroup]');
      if (!body) return;
      new MutationObserver((records) => {
        for (const { target, type } of records) {
          const element = target instanceof Element ? target : target.parentElement;
          if (type !== 'attributes')
            written.push(element?.getAttribute('data-column') ?? element?.className ?? '');
        }
      }).observe(body, { subtree: true, childList: true, characterData: true });
      Object.assign(globalThis, { written });
    });
    servers.backend.publish([updateOf(id, { severity: 'critical' })]);
    await page.waitForFunction(
      (rowId) =>
        document.querySelector(`[data-event-id="${rowId}"]`)?.getAttribute('data-severity') ===
        'critical',
      id,
    );
    const written = await page.evaluate(
      () => (globalThis as unknown as { written: string[] }).written,
    );
    expect(written).toEqual(['severity']);
  });

  test('pauses when the reader scrolls away, counts what is new, and returns on click and on End', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    const { timestamp } = await lastRow(page);

    for (const [round, back] of (['click', 'End'] as const).entries()) {
      await wheel(page, -300);
      await waitForState(page, 'paused');
      await settled(page);
      const before = await screenRows(page);

      const base = timestamp + 10_000 * (round + 1);
      servers.backend.publish(
        [1, 2, 3].map((n) => insertOf(eventAt(base + n, `new_${back}_${String(n)}`, 'new'))),
      );
      const button = page.getByRole('button', { name: '3 new' });
      await button.waitFor();
      expect(await screenRows(page)).toEqual(before);

      if (back === 'click') await button.click();
      else await page.keyboard.press('End');
      await waitForState(page, 'live');
      await page.locator(`[data-event-id=new_${back}_3]`).waitFor();
      expect((await lastRow(page)).id).toBe(`new_${back}_3`);
      expect(new URL(page.url()).search).toBe('');
    }
  });

  test('is live again once the reader has scrolled down to the end', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    await wheel(page, -1_000);
    await waitForState(page, 'paused');
    await wheel(page, 990);
    expect(await page.locator('[role=status]').getAttribute('data-state')).toBe('paused');
    await wheel(page, 50);
    await waitForState(page, 'live');
  });

  test('moves by no pixel when rows come and go above, below and among those on screen', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    await wheel(page, -10_013);
    await waitForState(page, 'paused');
    await settled(page);
    const before = await screenRows(page);
    const top = await topRow(page);
    await watchRow(page, top.id);

    for (let round = 0; round < 20; round++) {
      const above = Array.from({ length: 30 }, (_, i) =>
        insertOf(eventAt(top.timestamp - 1 - i, `above_${String(round)}_${String(i)}`, 'above')),
      );
      const goneAbove =
        round === 0
          ? []
          : Array.from({ length: 11 }, (_, i) =>
              deleteOf(`above_${String(round - 1)}_${String(i * 2)}`),
            );
      const below = insertOf(
        eventAt((before.at(-1)?.timestamp ?? 0) + 1, `below_${String(round)}`, 'below'),
      );
      servers.backend.publish([...above, ...goneAbove, below]);
      await page.waitForTimeout(60);
    }
    await waitForRowCount(page, count());
    await settled(page);

    expect(await watchedTops(page)).toHaveLength(1);
    const after = await screenRows(page);
    const stayed = before.filter((row) => after.some(({ id }) => id === row.id));
    expect(stayed.length).toBeGreaterThan(10);
    expect(after.map(({ id, topPx }) => ({ id, topPx }))).toEqual(
      before.map(({ id, topPx }) => ({ id, topPx })),
    );
    const answer = await fetch(
      `${servers.backendUrl}/data?stop=${String(top.timestamp)},${top.id}`,
    );
    const backendRank = ((await answer.json()) as unknown[]).length;
    expect((await topRow(page)).rank).toBe(backendRank);
  });

  test('rows of the live end that arrive after the reader has left it take nobody back there', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await canHoldBlocks(page);
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    await settled(page);
    const { rank } = await topRow(page);
    const { timestamp } = await lastRow(page);

    await holdBlocks(page);
    servers.backend.publish([insertOf(eventAt(timestamp + 1, 'on_its_way', 'on its way'))]);
    await waitForHeldBlock(page);
    await wheel(page, -28_000);
    await releaseBlocks(page);
    await waitForState(page, 'paused');
    await frames(page, 2);
    await settled(page);
    expect((await topRow(page)).rank).toBe(rank - 1_000);
    expect(problems).toEqual([]);
  });

  test('an answer that arrives after the reader has left its place does not move them', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await canHoldBlocks(page);
    const answer = await fetch(`${servers.backendUrl}/data`);
    const events = (await answer.json()) as { readonly id: string; readonly timestamp: number }[];
    const { id = '', timestamp = 0 } = events[99] ?? {};
    await page.goto(`${servers.url}/?t=${new Date(timestamp).toISOString()}&e=${id}`);
    await waitForRowCount(page, count());
    // Back to the link from the other end: its row is far from the row that it is asked from.
    await page.keyboard.press('End');
    await waitForState(page, 'live');
    await page.goBack();
    await page.locator(`[data-event-id="${id}"]`).waitFor();
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id, rank: 99 });

    await holdBlocks(page);
    servers.backend.publish([updateOf(id, { message: 'on its way' })]);
    await waitForHeldBlock(page);
    await wheel(page, 28_000);
    await releaseBlocks(page);
    await frames(page, 2);
    await settled(page);
    expect((await topRow(page)).rank).toBe(1_099);
    expect(problems).toEqual([]);
  });

  test('keeps the next row in place when the one at the top is deleted', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, count());
    await wheel(page, -7_000);
    await waitForState(page, 'paused');
    await settled(page);
    const [first, second, third] = await screenRows(page);
    servers.backend.publish([deleteOf(first?.id ?? '')]);
    await page.locator(`[data-event-id="${first?.id ?? ''}"]`).waitFor({ state: 'detached' });
    await settled(page);
    const after = await screenRows(page);
    for (const row of [second, third]) {
      expect(after.find(({ id }) => id === row?.id)?.topPx).toBe(row?.topPx);
    }
  });
});
