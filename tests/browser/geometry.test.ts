import type { Event } from '@eventglass/backend/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { ComputedBackend } from './support/computed_backend.js';
import type { ComputedTimeline } from './support/computed_timeline.js';
import { frames, screenRows, settled, topRow, waitForState, wheel } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const rounds = 8;

/** At every ratio tested it is a whole number of device pixels. */
const rowHeightPx = 28;

/** Mulberry32: numbers that are the same in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

describe.each([1_000, 10_000_000, 1_000_000_000])('the geometry of %d rows', (count) => {
  let browser: Browser;
  let servers: TimelineServers;
  let backend: ComputedBackend;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ withBackend: false });
    backend = await ComputedBackend.start(count, servers.backendSettings.port);
  });

  afterAll(async () => {
    await browser.close();
    await backend[Symbol.asyncDispose]();
    await servers.stop();
  });

  async function openTimeline(path = '', deviceScaleFactor = 1) {
    const opened = await openPage(browser, { deviceScaleFactor });
    const { page } = opened;
    await page.goto(`${servers.url}${path}`);
    await page.waitForFunction(
      () => document.querySelector('[role=grid]')?.getAttribute('aria-busy') === 'false',
    );
    await settled(page);
    return opened;
  }

  function linkTo({ timestamp, id }: Event): string {
    return `?t=${new Date(timestamp).toISOString()}&e=${id}`;
  }

  /** Every row on screen that is not gone is the timeline's of that rank. */
  async function expectRows(page: Page, timeline: ComputedTimeline): Promise<void> {
    const rows = (await screenRows(page)).filter(({ rank }) => !Number.isNaN(rank));
    const first = rows[0]?.rank ?? NaN;
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.map(({ id, rank }) => ({ id, rank }))).toEqual(
      timeline.slice(first, first + rows.length).map(({ id }, i) => ({ id, rank: first + i })),
    );
  }

  test('whatever comes, goes, changes and moves around it, the row being read keeps its pixel', async () => {
    const seed = Number(process.env['EVENTGLASS_SEED'] ?? 7);
    const random = randomFrom(seed);
    const { timeline } = backend;
    let made = 0;

    /** Something that happens within some screens of the row `rank`, to another than that. */
    function change(kept: Event): void {
      const rank = timeline.rankOf(kept);
      const at = Math.min(Math.max(rank - 60 + random(120), 0), timeline.count - 1);
      const event = timeline.at(at);
      made++;
      const timestamp = event.timestamp - 1 - random(900);
      switch (random(4)) {
        case 0:
          backend.insert({ ...event, id: `come_${String(count)}_${String(made)}`, timestamp });
          break;
        case 1:
          if (event.id !== kept.id) backend.delete(event);
          break;
        case 2:
          if (event.id !== kept.id)
            backend.replace(event, { ...event, message: `changed ${String(made)}` });
          break;
        default:
          if (event.id !== kept.id)
            backend.replace(event, {
              ...event,
              timestamp: timeline.at(Math.max(0, at - random(80))).timestamp - 1 - random(900),
            });
      }
    }

    for (const place of [0.5, 0.93]) {
      const start = timeline.at(Math.floor(timeline.count * place));
      await using opened = await openTimeline(linkTo(start));
      const { page, problems } = opened;
      await wheel(page, -137 - random(300));
      await settled(page);
      for (let round = 0; round < rounds; round++) {
        // One that is gone already is on its way out.
        const top = (await screenRows(page)).find(({ rank }) => !Number.isNaN(rank));
        if (!top) throw new Error('there are no rows');
        const kept = timeline.at(top.rank);
        expect(kept.id).toBe(top.id);
        for (let left = 1 + random(8); left > 0; left--) change(kept);
        const message = `round ${String(round)} of ${String(place)}`;
        backend.replace(kept, { ...kept, message });
        backend.publish();
        // What has happened is on screen with it.
        await page.waitForFunction(
          ({ id, message }) =>
            document.querySelector(`[data-event-id="${id}"] [data-column=message]`)?.textContent ===
            message,
          { id: kept.id, message },
        );
        await frames(page, 3);
        const row = (await screenRows(page)).find(({ id }) => id === kept.id);
        expect(row?.topPx, `seed ${String(seed)}, round ${String(round)}`).toBe(top.topPx);
        await page.waitForFunction(
          ({ id, rowIndex }) =>
            document.querySelector(`[data-event-id="${id}"]`)?.getAttribute('aria-rowindex') ===
            rowIndex,
          { id: kept.id, rowIndex: String(timeline.rankOf(kept) + 2) },
        );
        await expectRows(page, timeline);
        if (round % 4 === 3) {
          await wheel(page, random(2) === 0 ? 97 : -97);
          await settled(page);
        }
      }
      expect(problems).toEqual([]);
    }
  });

  test.each(count === 10_000_000 ? [1] : [1, 2, 3])(
    'at device pixel ratio %d the first, the last and any other row can be reached, and one arrow key is one row',
    async (ratio) => {
      const { timeline } = backend;
      await using opened = await openTimeline('', ratio);
      const { page, problems } = opened;
      await waitForState(page, 'live');
      const isLastShown = async () => {
        const last = (await screenRows(page)).at(-1);
        return last?.id === timeline.at(timeline.count - 1).id;
      };
      expect(await isLastShown()).toBe(true);
      await page.keyboard.press('Home');
      await settled(page);
      expect(await topRow(page)).toMatchObject({ rank: 0, topPx: 0, id: timeline.at(0).id });
      for (let i = 1; i <= 3; i++) {
        await page.keyboard.press('ArrowDown');
        await frames(page);
        expect(await topRow(page)).toMatchObject({ rank: i, topPx: 0 });
      }
      for (const part of [0.25, 0.5, 0.8]) {
        const rank = Math.floor(timeline.count * part);
        const event = timeline.at(rank);
        await page.goto(`${servers.url}${linkTo(event)}`);
        await page.waitForFunction(
          (id) => document.querySelector(`[data-event-id="${id}"]`) !== null,
          event.id,
        );
        await settled(page);
        expect(await topRow(page)).toMatchObject({ rank, topPx: 0, id: event.id });
        await page.keyboard.press('ArrowUp');
        await frames(page);
        expect(await topRow(page)).toMatchObject({ rank: rank - 1, topPx: 0 });
        // The wheel is turned in device pixels here.
        await wheel(page, ratio * (2 * rowHeightPx + 7));
        await settled(page);
        expect(await topRow(page)).toMatchObject({ rank: rank + 1, topPx: -7 });
        await expectRows(page, timeline);
      }
      await page.keyboard.press('End');
      await waitForState(page, 'live');
      await settled(page);
      expect(await isLastShown()).toBe(true);
      expect(problems).toEqual([]);
    },
  );
});
