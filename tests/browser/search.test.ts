import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Event } from '@eventglass/backend/schema';
import { deleteOf, insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import { screenRows, settled, topRow, waitForEngine, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const count = 100_000;

/** About a match in two thousand events. */
const rare = 'severity:critical amount>=60';

describe('the search', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: count });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline(path = '', { isFilled = true } = {}) {
    const opened = await openPage(browser);
    // Pages that fill the window around the screen get no answer then.
    if (!isFilled) await opened.page.route(/\/data\?.*limit=5000\b/, () => undefined);
    await opened.page.goto(`${servers.url}${path}`);
    await waitForEngine(opened.page);
    await settled(opened.page);
    return opened;
  }

  const input = (page: Page) => page.getByRole('combobox', { name: 'Search' });
  const outcome = (page: Page, text: string) =>
    page.locator('.outcome', { hasText: new RegExp(`^${text}$`) }).waitFor();
  const active = (page: Page) => page.locator('[role=row].active').getAttribute('data-event-id');
  const number = (value: number) => value.toLocaleString('en-US');

  async function openSearch(page: Page, text: string): Promise<void> {
    await page.keyboard.press('Control+f');
    await input(page).fill(text);
  }

  /** All events, the oldest first, as pages without any filter have them. */
  async function allEvents(): Promise<readonly Event[]> {
    const answer = await fetch(`${servers.backendUrl}/data`);
    return (await answer.json()) as readonly Event[];
  }

  const isRare = ({ severity, amount }: Event) => severity === 'critical' && (amount ?? 0) >= 60;

  /** Waits until this event is the active row, all of it on screen and told as match `place`. */
  async function expectAt(page: Page, id: string | undefined, place: number, of: number) {
    await outcome(page, `Match ${number(place)} of ${number(of)}`);
    await page.locator(`[role=row].active[data-event-id="${id ?? ''}"]`).waitFor();
    await settled(page);
    const body = await page.locator('[role=grid] [role=rowgroup]').boundingBox();
    const row = await page.locator('[role=row].active').boundingBox();
    if (!body || !row) throw new Error('the match is not on screen');
    expect(row.y).toBeGreaterThanOrEqual(body.y - 0.5);
    expect(row.y + row.height).toBeLessThanOrEqual(body.y + body.height + 0.5);
  }

  test('goes through all events in order, both ways, whatever is loaded, and says where they end', async () => {
    const expected = (await allEvents()).filter(isRare).map(({ id }) => id);
    expect(expected.length).toBeGreaterThan(12);
    await using opened = await openTimeline('/?t=2000-01-01T00:00:00.000Z', { isFilled: false });
    const { page, problems } = opened;
    await openSearch(page, rare);
    await outcome(page, `${number(expected.length)} matches`);
    for (const [i, id] of expected.slice(0, 4).entries()) {
      await page.keyboard.press('Enter');
      await expectAt(page, id, i + 1, expected.length);
    }
    await page.keyboard.press('Shift+Enter');
    await expectAt(page, expected[2], 3, expected.length);
    await page.keyboard.press('Shift+F3');
    await expectAt(page, expected[1], 2, expected.length);
    await page.keyboard.press('Shift+F3');
    await expectAt(page, expected[0], 1, expected.length);
    await page.keyboard.press('Shift+F3');
    await outcome(page, 'No earlier match. From the last: press again');
    expect(await active(page)).toBe(expected[0]);
    await page.keyboard.press('Shift+F3');
    await expectAt(page, expected.at(-1), expected.length, expected.length);
    await page.keyboard.press('F3');
    await outcome(page, 'No later match. From the first: press again');
    expect(await active(page)).toBe(expected.at(-1));
    await page.keyboard.press('F3');
    await expectAt(page, expected[0], 1, expected.length);
    const loaded = await page.locator('[role=grid]').getAttribute('data-loaded-count');
    expect(Number(loaded)).toBeLessThan(count / 10);
    expect(problems).toEqual([]);
  });

  test('every press of a key is a step, however fast they come', async () => {
    const expected = (await allEvents())
      .filter(({ severity }) => severity === 'critical')
      .map(({ id }) => id);
    await using opened = await openTimeline('/?t=2000-01-01T00:00:00.000Z');
    const { page } = opened;
    await openSearch(page, 'severity:critical');
    await page.keyboard.press('Enter');
    await expectAt(page, expected[0], 1, expected.length);
    await page.locator('[role=grid]').focus();
    await page.evaluate(() => {
      const press = (key: string) =>
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      for (let i = 0; i < 40; i++) press(']');
      for (let i = 0; i < 15; i++) press('[');
      for (let i = 0; i < 5; i++) press(']');
    });
    await expectAt(page, expected[30], 31, expected.length);
    for (let i = 0; i < 6; i++) await page.keyboard.press(']');
    await expectAt(page, expected[36], 37, expected.length);
  });

  test('starts at the active row, or at the top of the screen, within the filter and without another', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await wheel(page, -400_003);
    await settled(page);
    const top = await topRow(page);
    const events = await allEvents();
    const place = events.findIndex(({ id }) => id === top.id);
    const matches = events.filter(isRare);
    const next = events.slice(place).find(isRare);
    await openSearch(page, rare);
    await page.keyboard.press('Enter');
    const nextPlace = matches.findIndex(({ id }) => id === next?.id);
    await expectAt(page, next?.id, nextPlace + 1, matches.length);
    expect(new URL(page.url()).searchParams.has('q')).toBe(false);
    // A third of the screen above it.
    const rows = await screenRows(page);
    const at = rows.findIndex(({ id }) => id === next?.id);
    expect(at).toBeGreaterThan(3);
    expect(at).toBeLessThan(rows.length / 2);

    const filter = `source:${next?.source ?? ''} OR source:none`;
    await page.getByRole('combobox', { name: 'Filter' }).fill(filter);
    await page.getByRole('combobox', { name: 'Filter' }).press('Enter');
    await settled(page);
    const within = matches.filter(({ source }) => source === next?.source);
    const withinPlace = within.findIndex(({ id }) => id === next?.id);
    await outcome(page, `Match ${number(withinPlace + 1)} of ${number(within.length)}`);
    await page.keyboard.press('[');
    await expectAt(page, within[withinPlace - 1]?.id, withinPlace, within.length);
  });

  test('moves nothing where the match is on screen, and marks the rows that match', async () => {
    await using opened = await openTimeline('/?t=2000-01-01T00:00:00.000Z');
    const { page } = opened;
    const before = await screenRows(page);
    const word = 'severity:info,error';
    await openSearch(page, word);
    const expected = before
      .filter(({ cells }) => ['info', 'error'].includes(cells['severity'] ?? ''))
      .map(({ id }) => id);
    await page.locator('.row.match').first().waitFor();
    await settled(page);
    const marked = await page
      .locator('.row.match')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-event-id')));
    const onScreen = before.map(({ id }) => id).filter((id) => marked.includes(id));
    expect(onScreen).toEqual(expected);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.locator('[role=row].active').waitFor();
    await settled(page);
    expect(await active(page)).toBe(expected[1]);
    expect(await screenRows(page)).toEqual(before);
    await page.keyboard.press('Escape');
    await page.locator('.row.match').first().waitFor({ state: 'detached' });
  });

  test('marks the words that are searched for, wherever the reader goes', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const marked = () =>
      page.evaluate(() =>
        [...(CSS.highlights.get('search') ?? [])].map((range) => {
          const { startContainer, startOffset, endOffset } = range;
          return (startContainer.textContent ?? '').slice(startOffset, endOffset).toLowerCase();
        }),
      );
    const drawn = () =>
      page
        .locator(
          '[data-event-id] [role=gridcell]:not([data-column=amount], [data-column=timestamp])',
        )
        .evaluateAll((cells) =>
          cells.flatMap((cell) => cell.textContent.toLowerCase().match(/order/g) ?? []),
        );
    await openSearch(page, 'ORDER');
    await page.locator('.row.match').first().waitFor();
    for (const deltaY of [0, -5_000, -100_000]) {
      await wheel(page, deltaY);
      await settled(page);
      const words = await drawn();
      expect(words.length).toBeGreaterThan(3);
      expect(await marked()).toEqual(words);
    }
    const background = await page
      .locator('[data-event-id] [data-column=message]')
      .first()
      .evaluate((cell) => getComputedStyle(cell, '::highlight(search)').backgroundColor);
    expect(background).not.toBe('rgba(0, 0, 0, 0)');
    await input(page).fill('order OR refund');
    await expect.poll(marked).toEqual([]);
    await input(page).fill('order');
    await expect.poll(async () => (await marked()).length).toBeGreaterThan(3);
    await input(page).press('Escape');
    expect(await marked()).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('counts matches that arrive, also while one types, and one that is deleted is no problem', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const newest = (await allEvents()).at(-1)?.timestamp ?? NaN;
    await openSearch(page, 'needle');
    await outcome(page, 'No match');
    const put = (i: number) =>
      servers.backend.publish([
        insertOf(eventAt(newest + i, `n${String(i)}`, `Needle ${String(i)}`)),
      ]);
    await input(page).fill('need');
    for (let i = 1; i <= 3; i++) {
      put(i);
      await input(page).pressSequentially('l');
      await input(page).press('Backspace');
    }
    await input(page).fill('needle');
    await outcome(page, '3 matches');
    put(4);
    await outcome(page, '4 matches');
    await page.keyboard.press('Enter');
    await expectAt(page, 'n1', 1, 4);
    servers.backend.publish([deleteOf('n1'), deleteOf('n2')]);
    await outcome(page, '2 matches');
    await page.keyboard.press('Enter');
    await expectAt(page, 'n3', 1, 2);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await outcome(page, 'No later match. From the first: press again');
    // What has come meanwhile is later.
    put(5);
    await outcome(page, 'Match 2 of 3');
    await page.keyboard.press('Enter');
    await expectAt(page, 'n5', 3, 3);
    servers.backend.publish(['n3', 'n4', 'n5'].map(deleteOf));
    await outcome(page, 'No match');
    expect(problems).toEqual([]);
  });

  test('closing it gives the keyboard back to the table; a second Ctrl+F is the browser’s', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await page.keyboard.press('Control+f');
    expect(await input(page).evaluate((element) => element === document.activeElement)).toBe(true);
    const isLeft = () =>
      page.evaluate(() => {
        const event = new KeyboardEvent('keydown', {
          key: 'f',
          ctrlKey: true,
          bubbles: true,
          cancelable: true,
        });
        return (document.activeElement ?? document.body).dispatchEvent(event);
      });
    expect(await isLeft()).toBe(true);
    await page.keyboard.press('Escape');
    expect(
      await page.locator('[role=grid]').evaluate((grid) => grid === document.activeElement),
    ).toBe(true);
    expect(await isLeft()).toBe(false);
    await input(page).fill('refund');
    await page.getByRole('button', { name: 'Next match' }).click();
    await page.getByRole('button', { name: 'Close the search' }).click();
    await page.keyboard.press('Home');
    await settled(page);
    expect((await topRow(page)).rank).toBe(0);
    // What was looked for is offered again.
    await page.keyboard.press('Control+f');
    const offered = page.locator('#recent-searches option');
    expect(await offered.evaluateAll((all) => all.map((one) => one.getAttribute('value')))).toEqual(
      ['refund'],
    );
  });

  test('hostile texts find what they say, and take no filter apart', async () => {
    await using opened = await openTimeline('/?q=severity:critical');
    const { page, problems } = opened;
    const events = await allEvents();
    const critical = events.filter(({ severity }) => severity === 'critical').length;
    const faulty = async (text: string, fault: string, at: string) => {
      await input(page).fill(text);
      await page.getByRole('alert').filter({ hasText: fault }).waitFor();
      expect(await page.locator('.search mark').textContent()).toBe(at);
      expect(await page.locator('.row.match').count()).toBe(0);
    };
    await openSearch(page, '<img src=x onerror=alert(1)>');
    await page.getByRole('alert').waitFor();
    await faulty('aa) OR (severity:info', "Expected '('", ')');
    await faulty('OR severity:info', 'Expected a term', 'OR');
    await faulty('severity:info OR', 'Expected a term', ' ');
    await faulty('amount>=ten', 'Expected a number', 'ten');
    await faulty('say "hi', 'Expected', '"hi');
    await input(page).fill('severity:info OR severity:critical');
    await outcome(page, `${number(critical)} matches`);
    await input(page).fill('"<script>alert(1)</script> \\" &+%"');
    await outcome(page, 'No match');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(problems.filter((text) => !text.includes('400'))).toEqual([]);
  });

  test('says what is wrong while nobody answers, and goes on after it', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    await openSearch(page, 'severity:critical');
    await page.locator('.outcome', { hasText: 'matches' }).waitFor();
    servers.cutBackendPath();
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'The search failed' }).waitFor();
    servers.mendBackendPath();
    await page
      .getByRole('alert')
      .filter({ hasText: 'The search failed' })
      .waitFor({ state: 'detached' });
    await waitForState(page, 'live');
    await page.route(/\/data\?.*direction=forward/, (route) =>
      route.fulfill({
        status: 503,
        headers: {
          'Retry-After': '1',
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Expose-Headers': '*',
        },
        json: { error: { code: 'busy', message: 'too many' } },
      }),
    );
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'busy. Try again in 1 s' }).waitFor();
    await page.unroute(/\/data\?.*direction=forward/);
    await page.locator('.outcome', { hasText: 'matches' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: /^Match/ }).waitFor();
  });
});
