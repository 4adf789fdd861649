import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { ElementHandle } from '../browser/support/element.js';
import { ElementPages } from '../browser/support/element_pages.js';
import { eventAt, eventsAtRank } from '../browser/support/events.js';
import { quietBackend } from '../browser/support/quiet_backend.js';
import { launchFirefox } from './support/firefox.js';

describe('<event-timeline>, in Firefox', () => {
  let browser: Browser;
  let pages: ElementPages;
  let backend: Backend;
  let backendUrl: string;

  beforeAll(async () => {
    browser = await launchFirefox();
    pages = await ElementPages.start();
    backend = await createBackend(quietBackend(pages.url, { initialCount: 1_000 }));
    backendUrl = (await backend.listen()).url;
  });

  afterAll(async () => {
    await browser.close();
    await backend.close();
    await pages[Symbol.asyncDispose]();
  });

  test('has its rows, keys, cells, parts, menus and marked text', async () => {
    await using opened = await pages.open(browser, {
      body: `<div id="one"><event-timeline id="a" backend="${backendUrl}" theme="dark"><event-column name="timestamp"></event-column><event-column name="actor"><template><a class="who" href="#{id}">{actor}</a></template></event-column><event-column name="type"></event-column><event-column name="message"></event-column></event-timeline></div><div id="two"></div>`,
      css: '#a::part(cell-type) { color: rgb(1, 2, 3) } .who { color: rgb(4, 5, 6) }',
    });
    const { page, problems } = opened;
    const element = new ElementHandle(page, '#a');
    await element.waitForState('live');
    const rows = await element.settled();
    const events = await eventsAtRank(backendUrl, rows[0]?.rank ?? NaN, rows.length);
    expect(rows.map(({ id, cells }) => [id, cells['actor']])).toEqual(
      events.map(({ id, actor }) => [id, actor]),
    );
    backend.publish([insertOf(eventAt(Date.now() + 60_000, 'newest', 'It has come just now'))]);
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('newest');
    const colourOf = (selector: string) =>
      element.host
        .locator(selector)
        .last()
        .evaluate((node) => getComputedStyle(node).color);
    expect(await colourOf('[role=gridcell][data-column=type]')).toBe('rgb(1, 2, 3)');
    expect(await colourOf('.who')).toBe('rgb(4, 5, 6)');

    // Marked text opens nothing.
    const cell = await element.row('newest').locator('[data-column=message]').boundingBox();
    const [x, y] = [(cell?.x ?? 0) + 5, (cell?.y ?? 0) + 12];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 80, y, { steps: 4 });
    await page.mouse.up();
    expect(await element.fired('rowopen')).toEqual([]);
    await page.mouse.click(x + 250, y);
    await expect.poll(async () => (await element.fired('rowopen')).length).toBe(1);
    await element.host.locator('.who').last().click();
    expect((await element.fired('rowopen')).length).toBe(1);
    expect(new URL(page.url()).hash).toBe('#newest');

    await element.head('type').click();
    await element.host.getByRole('menuitem', { name: 'Wider' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(() =>
        element.get(({ shadowRoot }) => shadowRoot?.activeElement?.getAttribute('data-column')),
      )
      .toBe('type');

    await element.grid.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => element.topRank()).toBe(0);
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => element.topRank()).toBeGreaterThan(10);
    const before = await element.settled();
    const scrollTop = () => element.grid.evaluate((grid) => grid.scrollTop);
    const beforePx = await scrollTop();
    await element.get((it) => document.querySelector('#two')?.append(it));
    expect(await element.settled()).toEqual(before);
    expect(await scrollTop()).toBe(beforePx);
    expect(problems).toEqual([]);
  });
});
