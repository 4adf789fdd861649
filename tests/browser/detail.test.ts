import type { Browser, Locator, Page } from 'playwright-core';
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
import { watchedTops, watchRow } from './support/row_watch.js';
import { TimelineServers } from './support/timeline_servers.js';

describe('the detail panel', () => {
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

  async function openTimeline(options: Parameters<typeof openPage>[1] = {}) {
    const opened = await openPage(browser, options);
    await opened.page.goto(servers.url);
    await waitForRowCount(opened.page, servers.backend.totalCount);
    await settled(opened.page);
    return opened;
  }

  /** Whether an address is that of an event. */
  const isEventOf =
    (id: string) =>
    (url: URL): boolean =>
      url.searchParams.get('id') === id;

  const rowOf = (page: Page, id: string): Locator =>
    page.locator(`[role=row][data-event-id="${id}"]`);
  const panelOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Event' });
  const lineOf = (page: Page, path: string): Locator =>
    panelOf(page).locator(`[role=treeitem][data-path="${path}"]:not([data-kind=more])`);

  /** The event of the active row; `undefined` if there is none. */
  const activeId = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => {
      const selected = [
        ...document.querySelectorAll<HTMLElement>('[aria-selected=true][role=row]'),
      ];
      const named = document.querySelector('[role=grid]')?.getAttribute('aria-activedescendant');
      if (selected.length > 1 || selected[0]?.id !== (named ?? undefined))
        throw new Error('the grid names another row');
      return selected[0]?.dataset['eventId'];
    });

  const focusedRole = (page: Page): Promise<string | null | undefined> =>
    page.evaluate(() => document.activeElement?.getAttribute('role'));

  /** The last row whose event has a payload: what tests send has none. */
  async function lastMadeUp(page: Page) {
    const row = (await screenRows(page)).filter(({ id }) => id.startsWith('evt_')).at(-1);
    if (!row) throw new Error('no row of the history is on screen');
    return row;
  }

  /** Waits until the panel shows this event as it is now. */
  async function waitForEvent(page: Page, id: string): Promise<void> {
    const panel = page.locator('aside[data-condition=current]');
    await panel.and(page.locator(`[data-detail-id="${id}"]`)).waitFor();
  }

  interface Leaf {
    readonly path: string;
    readonly text: string;
  }

  function leavesOf(value: unknown, path = ''): readonly Leaf[] {
    if (typeof value !== 'object' || value === null) return [{ path, text: String(value) }];
    return Object.entries(value).flatMap(([name, member]) => leavesOf(member, `${path}/${name}`));
  }

  test('opens by a click on a row, without moving one, and closes by Escape', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await wheel(page, -1_013);
    await settled(page);
    const before = await screenRows(page);
    const { id = '' } = before[7] ?? {};
    await watchRow(page, before[12]?.id ?? '');

    await rowOf(page, id).locator('[data-column=timestamp]').click();
    await waitForEvent(page, id);
    expect(await activeId(page)).toBe(id);
    expect(await focusedRole(page)).toBe('grid');
    await settled(page);
    const places = (rows: typeof before) => rows.map((row) => [row.id, row.topPx]);
    expect(places(await screenRows(page))).toEqual(places(before));
    const table = await page.locator('[role=grid]').boundingBox();
    const panel = await panelOf(page).boundingBox();
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual(panel?.x ?? 0);
    const message = rowOf(page, id).locator('[data-column=message]');
    expect((await message.boundingBox())?.width).toBeGreaterThan(200);

    await page.keyboard.press('Escape');
    await panelOf(page).waitFor({ state: 'detached' });
    expect(await focusedRole(page)).toBe('grid');
    expect(places(await screenRows(page))).toEqual(places(before));
    expect(await watchedTops(page)).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  test('does not open for who marks text with the mouse', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const box = await page.locator('[data-column=message]').nth(-3).boundingBox();
    if (!box) throw new Error('there is no message');
    await page.mouse.move(box.x + 2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 8, { steps: 4 });
    await page.mouse.up();
    expect(await page.evaluate(() => getSelection()?.toString())).not.toBe('');
    await frames(page, 3);
    expect(await activeId(page)).toBeUndefined();
    expect(await panelOf(page).count()).toBe(0);
  });

  test('opens by keys alone, and its tree is the event that the backend has', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const id = (await activeId(page)) ?? '';
    await waitForEvent(page, id);
    const event: unknown = await (await fetch(`${servers.backendUrl}/data?id=${id}`)).json();
    const shown = await panelOf(page)
      .locator('[role=treeitem]:not([aria-expanded])')
      .evaluateAll((lines) =>
        lines
          .filter(
            (line) => !['object', 'array'].includes((line as HTMLElement).dataset['kind'] ?? ''),
          )
          .map((line) => ({
            path: (line as HTMLElement).dataset['path'],
            text: line.querySelector('.value')?.textContent,
          })),
      );
    expect(leavesOf(event).length).toBeGreaterThan(25);
    expect(shown).toEqual(leavesOf(event));

    // Enter goes on into the tree, whose keys leave the table where it is.
    const rows = await screenRows(page);
    await page.keyboard.press('Enter');
    expect(await focusedRole(page)).toBe('treeitem');
    const focused = () =>
      page.evaluate(() => (document.activeElement as HTMLElement).dataset['path']);
    expect(await focused()).toBe('/id');
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('/timestamp');
    for (let i = 0; i < 40 && (await focused()) !== '/payload'; i++)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    expect(await lineOf(page, '/payload').getAttribute('aria-expanded')).toBe('false');
    expect(await lineOf(page, '/payload/source').count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await lineOf(page, '/payload/source').count()).toBe(1);
    await page.keyboard.press('End');
    expect(await focused()).not.toBe('/payload');
    await page.keyboard.press('PageUp');
    await settled(page);
    expect(await screenRows(page)).toEqual(rows);
    await page.keyboard.press('Escape');
    expect(await focusedRole(page)).toBe('grid');
    expect(problems).toEqual([]);
  });

  test('follows j and k and its own buttons, which scroll by as much as shows the row', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -5_007);
    await settled(page);
    const rows = await screenRows(page);
    const places = async () => (await screenRows(page)).map((row) => [row.id, row.topPx]);
    const start = await places();
    const whole = rows.findIndex(({ topPx }) => topPx >= 0);
    await page.keyboard.press('j');
    expect(await activeId(page)).toBe(rows[whole]?.id);
    await page.keyboard.press('j');
    expect(await activeId(page)).toBe(rows[whole + 1]?.id);
    await page.keyboard.press('k');
    await frames(page);
    expect(await places()).toEqual(start);

    // The row above is cut off by so much.
    await page.keyboard.press('k');
    await settled(page);
    expect(await activeId(page)).toBe(rows[whole - 1]?.id);
    expect(await topRow(page)).toMatchObject({ id: rows[whole - 1]?.id, topPx: 0 });
    await page.keyboard.press('k');
    await settled(page);
    const top = await topRow(page);
    expect(await activeId(page)).toBe(top.id);
    expect(top).toMatchObject({ rank: (rows[whole - 1]?.rank ?? 0) - 1, topPx: 0 });

    await page.keyboard.press('Enter');
    await waitForEvent(page, top.id);
    await page.getByRole('button', { name: 'Next event' }).click();
    await waitForEvent(page, rows[whole - 1]?.id ?? '');
    await page.getByRole('button', { name: 'Previous event' }).click();
    await waitForEvent(page, top.id);
    expect(await activeId(page)).toBe(top.id);

    // Arrows move the table as ever.
    await page.locator('[role=grid]').focus();
    await page.keyboard.press('ArrowDown');
    await settled(page);
    expect((await topRow(page)).rank).toBe(top.rank + 1);
    expect(await activeId(page)).toBe(top.id);
  });

  test('the active row stays on its event, and is gone on from wherever the reader is', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -3_000);
    await settled(page);
    const rows = await screenRows(page);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const id = (await activeId(page)) ?? '';
    const index = rows.findIndex((row) => row.id === id);
    const timestamp = rows[0]?.timestamp ?? 0;
    servers.backend.publish(
      [1, 2, 3].map((n) => insertOf(eventAt(timestamp - n, `before_${String(n)}`, 'before'))),
    );
    await waitForRowCount(page, servers.backend.totalCount);
    await settled(page);
    expect(await activeId(page)).toBe(id);

    await page.keyboard.press('Home');
    await settled(page);
    expect(await activeId(page)).toBeUndefined();
    await page.keyboard.press('j');
    await rowOf(page, rows[index + 1]?.id ?? '').waitFor();
    await settled(page);
    expect(await activeId(page)).toBe(rows[index + 1]?.id);

    const gone = rows[index + 1]?.id ?? '';
    servers.backend.publish([deleteOf(gone)]);
    await rowOf(page, gone).waitFor({ state: 'detached' });
    expect(await activeId(page)).toBeUndefined();
    await page.keyboard.press('k');
    expect(await activeId(page)).toBe(id);
    await page.keyboard.press('j');
    expect(await activeId(page)).toBe(rows[index + 2]?.id);
  });

  test('moving through rows at the live end leaves it live', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { id, timestamp } = await lastRow(page);
    await rowOf(page, id).click();
    await waitForEvent(page, id);
    await page.keyboard.press('k');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await settled(page);
    expect(await activeId(page)).toBe(id);
    servers.backend.publish([insertOf(eventAt(timestamp + 1, 'after_active', 'after'))]);
    await rowOf(page, 'after_active').waitFor();
    await waitForState(page, 'live');
    expect((await lastRow(page)).id).toBe('after_active');
    expect(await activeId(page)).toBe(id);
    await page.keyboard.press('j');
    expect(await activeId(page)).toBe('after_active');
    servers.backend.publish([deleteOf('after_active')]);
  });

  test('marks what changes under the reader, lists it, and says when the event is deleted', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const { id } = await lastMadeUp(page);
    servers.backend.publish([updateOf(id, { message: 'before', severity: 'info', amount: 1 })]);
    await rowOf(page, id).getByText('before').click();
    await waitForEvent(page, id);
    expect(await panelOf(page).locator('[data-changed]').count()).toBe(0);
    await lineOf(page, '/payload/source').click();
    const lineCount = await panelOf(page).locator('[role=treeitem]').count();

    servers.backend.publish([updateOf(id, { message: '<b>after</b>', amount: undefined })]);
    await lineOf(page, '/message').and(page.locator('[data-changed]')).waitFor();
    const history = panelOf(page).getByRole('region', { name: 'Changes seen here' });
    const entries = async () =>
      (await history.getByRole('listitem').allTextContents()).map((text) =>
        text.replace(/\s+/g, ' ').trim(),
      );
    const texts = await entries();
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} message before → <b>after<\/b>$/);
    expect(texts[1]).toMatch(/ amount 1 → nothing$/);
    // What was open or closed stays so; the amount's line is gone.
    expect(await panelOf(page).locator('[role=treeitem]').count()).toBe(lineCount - 1);

    servers.backend.publish([updateOf(id, { severity: 'error' })]);
    await lineOf(page, '/severity').and(page.locator('[data-changed]')).waitFor();
    expect(await lineOf(page, '/message').getAttribute('data-changed')).toBeNull();
    expect((await entries())[0]).toMatch(/ severity info → error$/);
    expect(await entries()).toHaveLength(3);

    servers.backend.publish([deleteOf(id)]);
    await panelOf(page).getByText('Deleted. This is what was known of the event.').waitFor();
    expect(await lineOf(page, '/message').locator('.value').textContent()).toBe('<b>after</b>');
    expect(await entries()).toHaveLength(3);
    expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
  });

  test('says so when the event can’t be had, and has it as soon as it can', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { id } = await lastRow(page);
    let status = 500;
    await page.route(isEventOf(id), (route) =>
      status === 200 ? route.continue() : route.fulfill({ status, body: '<h1>no</h1>' }),
    );
    await rowOf(page, id).click();
    await panelOf(page).getByText('The event can’t be shown: the answer has status 500.').waitFor();
    expect(await panelOf(page).getByRole('tree').count()).toBe(0);
    status = 200;
    await panelOf(page).getByRole('button', { name: 'Try again' }).click();
    await waitForEvent(page, id);
    status = 404;
    servers.backend.publish([updateOf(id, { message: 'not read' })]);
    await panelOf(page)
      .getByText(/^\s*As it was at \d\d:\d\d:\d\d UTC: the answer has status 404\./)
      .waitFor();
    expect(await panelOf(page).getByRole('tree').count()).toBe(1);
  });

  test('copies the event as JSON', async () => {
    await using opened = await openTimeline({ permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = opened;
    const { id } = await lastMadeUp(page);
    await rowOf(page, id).click();
    await waitForEvent(page, id);
    await panelOf(page).getByRole('button', { name: 'Copy JSON' }).click();
    await panelOf(page).getByText('Copied').waitFor();
    const event: unknown = await (await fetch(`${servers.backendUrl}/data?id=${id}`)).json();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(JSON.parse(copied)).toEqual(event);
    expect(copied).toContain('\n  "payload": {');
  });

  test('leads to the events of its actor, and back to those around it', async () => {
    const actor = 'Ada "the \\ first"';
    const base = Date.now() - 86_400_000;
    servers.backend.publish(
      [1, 2, 3].map((n) =>
        insertOf({ ...eventAt(base + n * 9_000_000, `actor_${String(n)}`, 'of hers'), actor }),
      ),
    );
    await using opened = await openTimeline();
    const { page } = opened;
    await page.goto(`${servers.url}/?t=${new Date(base + 18_000_000).toISOString()}&e=actor_2`);
    await waitForRowCount(page, servers.backend.totalCount);
    await settled(page);
    await rowOf(page, 'actor_2').click();
    await waitForEvent(page, 'actor_2');
    await panelOf(page).getByRole('button', { name: 'This actor' }).click();
    await waitForRowCount(page, 3);
    await settled(page);
    expect((await screenRows(page)).map(({ id }) => id)).toEqual(['actor_2', 'actor_3']);
    expect(await activeId(page)).toBe('actor_2');

    await panelOf(page).getByRole('button', { name: 'Around this moment' }).click();
    await waitForRowCount(page, servers.backend.totalCount);
    await settled(page);
    expect(await topRow(page)).toMatchObject({ id: 'actor_2', topPx: 0 });
    expect(await activeId(page)).toBe('actor_2');
  });

  test('keeps the width that it was given', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const { id } = await lastRow(page);
    await rowOf(page, id).click();
    await waitForEvent(page, id);
    const width = async () => (await panelOf(page).boundingBox())?.width;
    expect(await width()).toBe(420);
    const handle = page.getByRole('separator', { name: 'Width of the event' });
    await handle.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await width()).toBe(440);
    expect(await handle.getAttribute('aria-valuenow')).toBe('440');
    await page.keyboard.press('Home');
    expect(await width()).toBe(300);
    const box = await handle.boundingBox();
    if (!box) throw new Error('there is no handle');
    await page.mouse.move(box.x + 4, box.y + 200);
    await page.mouse.down();
    await page.mouse.move(box.x - 96, box.y + 200, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBe(400);
    await page.reload();
    await waitForRowCount(page, servers.backend.totalCount);
    await page.keyboard.press('Enter');
    await panelOf(page).waitFor();
    expect(await width()).toBe(400);
  });

  test('lies over the lower half of a phone, and keeps the active row above it', async () => {
    await using opened = await openTimeline({ viewport: { width: 360, height: 640 } });
    const { page, problems } = opened;
    await wheel(page, -4_000);
    await settled(page);
    const before = await screenRows(page);
    const { id = '' } = before[1] ?? {};
    await rowOf(page, id).click();
    await waitForEvent(page, id);
    await settled(page);
    const places = (rows: typeof before) => rows.map((row) => [row.id, row.topPx]);
    expect(places(await screenRows(page))).toEqual(places(before));
    const panel = await panelOf(page).boundingBox();
    if (!panel) throw new Error('there is no panel');
    expect([panel.x, panel.width]).toEqual([0, 360]);
    expect(panel.height).toBeGreaterThanOrEqual(200);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    for (const name of ['Previous event', 'Next event', 'Close the event', 'Copy JSON']) {
      const button = await page.getByRole('button', { name }).boundingBox();
      expect((button?.x ?? 0) + (button?.width ?? Infinity)).toBeLessThanOrEqual(360);
    }
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('j');
      await settled(page);
      const row = await rowOf(page, (await activeId(page)) ?? '').boundingBox();
      expect((row?.y ?? 0) + (row?.height ?? 0)).toBeLessThanOrEqual(panel.y + 0.5);
    }
    expect((await topRow(page)).id).not.toBe(before[0]?.id);
    await page.getByRole('button', { name: 'Close the event' }).click();
    expect(await focusedRole(page)).toBe('grid');
    expect(problems).toEqual([]);
  });

  test.each(['..', 'a/b', '%2e'])('shows the event %j', async (id) => {
    servers.backend.publish([insertOf(eventAt(Date.now() + 60_000, id, 'of this id'))]);
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await rowOf(page, id).click();
    await waitForEvent(page, id);
    expect(await lineOf(page, '/message').locator('.value').textContent()).toBe('of this id');
    servers.backend.publish([deleteOf(id)]);
    expect(problems).toEqual([]);
  });

  test('shows a hostile event as text, and stays quick', async () => {
    const timestamp = Date.now() + 60_000;
    const message = '<img src=x onerror="globalThis.hostile = 1">\u202Eesrever';
    servers.backend.publish([
      insertOf({ ...eventAt(timestamp, '__proto__', message), actor: '<b>א</b>' }),
    ]);
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const payload =
      `{"id":"__proto__","timestamp":${String(timestamp)},"actor":"<b>א</b>","__proto__":{"x":"<i>"},` +
      `"message":${JSON.stringify(message)},"text":${JSON.stringify('<p>\u0000\n'.repeat(60_000))},` +
      `"many":[${Array.from({ length: 100_000 }, () => '1').join()}],` +
      `"<script>globalThis.hostile=1</script>":"\u202Ekey","deep":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    expect(payload.length).toBeGreaterThan(500_000);
    await page.route(isEventOf('__proto__'), (route) =>
      route.fulfill({
        contentType: 'application/json',
        headers: { 'access-control-allow-origin': '*' },
        body: payload,
      }),
    );
    await page.evaluate(() => {
      const longTasks: number[] = [];
      new PerformanceObserver((list) => {
        longTasks.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ entryTypes: ['longtask'] });
      Object.assign(globalThis, { longTasks });
    });
    await rowOf(page, '__proto__').click();
    await waitForEvent(page, '__proto__');
    const panel = panelOf(page);
    expect(await panel.locator('[role=treeitem]').count()).toBeLessThan(200);
    expect(await lineOf(page, '/message').locator('.value').textContent()).toBe(message);
    expect(await lineOf(page, '/__proto__/x').locator('.value').textContent()).toBe('<i>');
    expect((await lineOf(page, '/text').locator('.value').textContent())?.length).toBeLessThan(500);
    await lineOf(page, '/text').locator('.rest').click();
    expect((await lineOf(page, '/text').locator('.value').textContent())?.length).toBeGreaterThan(
      20_000,
    );
    await lineOf(page, '/many').click();
    expect(await panel.locator('[data-path^="/many/"]').count()).toBe(100);
    await panel.locator('[data-kind=more]').click();
    expect(await panel.locator('[data-path^="/many/"]').count()).toBe(200);
    const longTasks = await page.evaluate(
      () => (globalThis as unknown as { longTasks: number[] }).longTasks,
    );
    expect(Math.max(0, ...longTasks)).toBeLessThan(1_500);
    expect(await panel.locator(':is(script, img, svg, style, b, i, p.x)').count()).toBe(0);
    expect(await page.evaluate(() => 'hostile' in globalThis)).toBe(false);
    const bidi = await panel
      .locator('.name, .value, .message')
      .evaluateAll((texts) => texts.map((text) => getComputedStyle(text).unicodeBidi));
    expect(new Set(bidi)).toEqual(new Set(['isolate']));
    expect(
      await panel.evaluate((element) => element.scrollWidth - element.clientWidth),
    ).toBeLessThanOrEqual(0);
    await page.keyboard.press('k');
    await frames(page);
    expect(await activeId(page)).not.toBe('__proto__');
    expect(problems).toEqual([]);
  });
});
