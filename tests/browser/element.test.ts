import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { plainText } from '../../table/src/timeline/cell_text.js';
import { launchBrowser } from './support/browser.js';
import { ElementHandle } from './support/element.js';
import { ElementPages } from './support/element_pages.js';
import { eventAt, eventsAtRank } from './support/events.js';
import { quietBackend } from './support/quiet_backend.js';

let browser: Browser;
let pages: ElementPages;
let backend: Backend;
let backendUrl: string;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await ElementPages.start();
  backend = await createBackend(quietBackend(pages.url, { initialCount: 1_000 }));
  backendUrl = (await backend.listen()).url;
});

afterAll(async () => {
  await browser.close();
  await backend.close();
  await pages[Symbol.asyncDispose]();
});

describe('<event-timeline> on a plain page', () => {
  test("has the backend's rows, follows the live end, and is moved by wheel and keys", async () => {
    await using opened = await pages.open(browser, {
      body: `<event-timeline backend="${backendUrl}"></event-timeline>`,
    });
    const { page, problems } = opened;
    const element = new ElementHandle(page);
    await element.waitForState('live');
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(backend.totalCount);
    const rows = await element.settled();
    const first = rows[0]?.rank ?? NaN;
    const events = await eventsAtRank(backendUrl, first, rows.length);
    expect(rows.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(rows.map(({ cells }) => cells['message'])).toEqual(
      events.map(({ message }) => plainText(message)),
    );
    expect(rows.at(-1)?.rank).toBe(backend.totalCount - 1);

    backend.publish([insertOf(eventAt(Date.now() + 60_000, 'newest', 'It has come'))]);
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('newest');

    await element.grid.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => element.topRank()).toBe(0);
    const [top] = await element.settled();
    expect(top).toMatchObject({
      rank: 0,
      topPx: 0,
      id: (await eventsAtRank(backendUrl, 0, 1))[0]?.id,
    });
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => element.topRank()).toBe(2);
    await element.grid.hover();
    await page.mouse.wheel(0, 28 * 10);
    await expect.poll(() => element.topRank()).toBe(12);
    await page.keyboard.press('PageDown');
    await expect.poll(() => element.topRank()).toBeGreaterThan(20);
    await page.keyboard.press('End');
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('newest');
    await element.waitForState('live');
    expect(problems).toEqual([]);
  });

  test('takes keys only while the focus is in it', async () => {
    await using opened = await pages.open(browser, {
      body: `<p><label>Search <input id="search"></label></p>
        <event-timeline id="a" label="First" backend="${backendUrl}"></event-timeline>
        <event-timeline id="b" label="Second" backend="${backendUrl}"></event-timeline>`,
      context: { viewport: { width: 1280, height: 1_000 } },
    });
    const { page, problems } = opened;
    const a = new ElementHandle(page, '#a');
    const b = new ElementHandle(page, '#b');
    await Promise.all([a.waitForState('live'), b.waitForState('live')]);
    await Promise.all([a.settled(), b.settled()]);
    const before = await b.rows();
    const keys = ['Home', 'j', 'j', 'k', 'PageDown', 'End', 'Enter', 'Escape', 'l', ' ', 'j'];

    await page.locator('#search').focus();
    for (const key of keys) await page.keyboard.press(key);
    expect(await page.locator('#search').inputValue()).toContain('j');
    await page.locator('#search').blur();
    for (const key of keys) await page.keyboard.press(key);
    await a.frames(5);
    expect([await a.get((it) => it.selected?.id), await b.get((it) => it.selected?.id)]).toEqual([
      undefined,
      undefined,
    ]);

    await a.get((it) => it.focus());
    await page.keyboard.press('Home');
    await expect.poll(() => a.topRank()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect.poll(() => a.get((it) => it.selected?.id)).toBe((await a.rows())[1]?.id);
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    expect((await a.fired<{ id: string }>('rowopen')).map(({ id }) => id)).toEqual([
      (await a.rows())[0]?.id,
    ]);
    await page.keyboard.press('Escape');
    await expect.poll(() => a.get((it) => it.selected)).toBe(undefined);
    expect(await b.rows()).toEqual(before);
    expect(await b.get((it) => it.selected)).toBe(undefined);
    expect(problems).toEqual([]);
  });

  test('is independent of another on its page: filter, zone, theme, names, and the selected row', async () => {
    await using opened = await pages.open(browser, {
      body: `<event-timeline id="a" label="Errors" backend="${backendUrl}" filter="severity:error" time-zone="Asia/Tokyo" theme="dark"></event-timeline>
        <event-timeline id="b" label="Warnings" backend="${backendUrl}" filter="severity:warning" times="relative" density="compact" theme="light"></event-timeline>`,
      context: { viewport: { width: 1280, height: 1_000 } },
    });
    const { page, problems } = opened;
    const a = new ElementHandle(page, '#a');
    const b = new ElementHandle(page, '#b');
    await Promise.all([a.waitForState('live'), b.waitForState('live')]);
    const [errors, warnings] = [await a.settled(), await b.settled()];
    expect(new Set(errors.map(({ cells }) => cells['severity']))).toEqual(new Set(['error']));
    expect(new Set(warnings.map(({ cells }) => cells['severity']))).toEqual(new Set(['warning']));
    expect(await a.head('timestamp').textContent()).toContain('Asia/Tokyo');
    expect(await b.head('timestamp').textContent()).not.toContain('(');
    expect((errors[1]?.topPx ?? NaN) - (errors[0]?.topPx ?? NaN)).toBe(28);
    expect((warnings[1]?.topPx ?? NaN) - (warnings[0]?.topPx ?? NaN)).toBe(22);
    expect(
      await page.getByRole('grid').evaluateAll((grids) => grids.map((grid) => grid.ariaLabel)),
    ).toEqual(['Errors', 'Warnings']);

    for (const element of [a, b]) {
      await element.grid.focus();
      await page.keyboard.press('j');
    }
    for (const element of [a, b]) {
      await expect
        .poll(() =>
          element.get(({ shadowRoot, selected }) => {
            const id = shadowRoot
              ?.querySelector('[role=grid]')
              ?.getAttribute('aria-activedescendant');
            const row = shadowRoot?.getElementById(id ?? '');
            return row?.dataset['eventId'] === selected?.id && selected !== undefined;
          }),
        )
        .toBe(true);
      expect(
        await element.get(({ shadowRoot }) => {
          const ids = [...(shadowRoot?.querySelectorAll('[id]') ?? [])].map(({ id }) => id);
          return ids.length > 5 && new Set(ids).size === ids.length;
        }),
      ).toBe(true);
    }
    // The menu of one: the other has none.
    await a.head('type').click();
    await a.host.getByRole('menu').waitFor();
    expect(await b.host.getByRole('menu').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await a.get((it) => it.selected !== undefined)).toBe(true);
    expect(problems).toEqual([]);
  });

  test('leaves an engine on its page alone, and is left alone by it, also after errors', async () => {
    await using opened = await pages.open(browser, {
      body: `<event-timeline id="a" backend="${backendUrl}"></event-timeline>`,
    });
    const { page, problems } = opened;
    const element = new ElementHandle(page);
    await element.waitForState('live');
    const values = await page.evaluate<unknown>(`(async () => {
      const { createEngine } = await import('/dist/index.js');
      const schema = [{ name: 'id', type: 'id' }, { name: 'timestamp', type: 'timestamp' }];
      const bytes = (text) => new TextEncoder().encode(text);
      const options = { cursor: { epoch: 'e', seq: 0 }, covered: { begin: undefined, end: undefined } };
      const engines = [await createEngine({ schema }), await createEngine({ schema })];
      engines[0].applyPage(bytes('[{"id":"a","timestamp":1}]'), options);
      try { engines[1].applyPage(bytes('[{'), options); } catch {}
      const counts = engines.map((engine) => engine.rowCount);
      for (const engine of engines) engine.delete();
      return counts;
    })()`);
    expect(values).toEqual([1, 0]);
    backend.publish([insertOf(eventAt(Date.now() + 70_000, 'after_engines', 'It goes on'))]);
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('after_engines');
    await page.evaluate("document.querySelector('#a').remove()");
    await expect.poll(() => page.workers().length).toBe(0);
    expect(problems).toEqual([]);
  });

  test('follows thousands of mutations, and has the rows that the backend has', async () => {
    await using opened = await pages.open(browser, {
      body: `<event-timeline backend="${backendUrl}"></event-timeline>`,
    });
    const element = new ElementHandle(opened.page);
    await element.waitForState('live');
    for (let i = 0; i < 40; i++) {
      backend.mutate(100);
      await element.frames(1);
    }
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(backend.totalCount);
    await element.grid.focus();
    await opened.page.keyboard.press('Home');
    await expect.poll(() => element.topRank()).toBe(0);
    // What is gone leaves after a while; of what comes above it the top row does not move.
    await expect
      .poll(
        async () => {
          const rows = await element.settled();
          const events = await eventsAtRank(backendUrl, rows[0]?.rank ?? 0, rows.length);
          const shown = rows.map(({ id, cells }) => [id, cells['message']]);
          const wanted = events.map(({ id, message }) => [id, plainText(message)]);
          return JSON.stringify(shown) === JSON.stringify(wanted) || { shown, wanted };
        },
        { timeout: 15_000 },
      )
      .toBe(true);
    expect(opened.problems).toEqual([]);
  });

  test('can be loaded where there is no document', async () => {
    const module = await import('eventglass/element');
    expect(module.EventTimelineElement.observedAttributes).toContain('backend');
  });
});
