import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import { lastRow, screenRows, settled, waitForRowCount } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const messages = [
  '<script>globalThis.hostile = 1</script>',
  '<img src=x onerror="globalThis.hostile = 1">',
  '"><svg onload=globalThis.hostile=1>',
  '</div></div><style>*{display:none}</style>',
  'javascript:globalThis.hostile=1',
  '{{constructor.constructor("globalThis.hostile = 1")()}}',
  '\u202Eesrever\u202C and \u2067more\u2069 and \u202D',
  'zero\u200Bwidth\u200D\uFEFF',
  `tab\tline\nnull\u0000bell\u0007`,
  'Z\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u030a'.repeat(20),
  'שלום "עולם" <b>',
  '😀'.repeat(200),
  'x'.repeat(200_000),
];

const ids = [
  '__proto__',
  'constructor',
  'toString',
  '<b>id</b>',
  '"quoted\'',
  'a b&c=d?e#f%',
  '\u202E',
];

describe('hostile events', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 100 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  test('are shown as text by server and browser, keep the layout, and execute nothing', async () => {
    const now = Date.now() + 60_000;
    servers.backend.publish([
      ...messages.map((message, i) => insertOf(eventAt(now + i, `hostile_${String(i)}`, message))),
      ...ids.map((id, i) =>
        insertOf({
          ...eventAt(now + 100 + i, id, 'hostile id'),
          actor: messages[i] ?? '',
          severity: '<i>',
        }),
      ),
    ]);

    for (const javaScriptEnabled of [false, true]) {
      await using opened = await openPage(browser, {
        javaScriptEnabled,
        viewport: { width: 1280, height: 900 },
      });
      const { page, problems } = opened;
      await page.goto(servers.url);
      if (javaScriptEnabled) {
        await waitForRowCount(page, servers.backend.totalCount);
        await settled(page);
        expect(await page.evaluate(() => 'hostile' in globalThis)).toBe(false);
        const shown = await screenRows(page);
        expect(shown.slice(-ids.length).map((row) => row.id)).toEqual(ids);
        const first = shown.find((row) => row.id === 'hostile_0');
        expect(first?.cells['message']).toBe(messages[0]);
      }
      expect(await page.locator('[role=grid] :is(script, img, svg, style, b, i)').count()).toBe(0);
      const heights = await page
        .locator('[role=row][data-event-id]')
        .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().height));
      expect(new Set(heights)).toEqual(new Set([28]));
      const control = page.locator('[data-event-id=hostile_8] [data-column=message]');
      expect(await control.textContent()).toBe('tab␉line␊null␀bell␇');
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(overflow).toBe(false);
      expect(problems).toEqual([]);
    }
  });

  test('right-to-left overrides stay within their cell', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    const cell = page.locator('[data-event-id=hostile_6] [data-column=message]');
    expect(await cell.evaluate((element) => getComputedStyle(element).unicodeBidi)).toMatch(
      /isolate/,
    );
    expect(await cell.getAttribute('dir')).toBe('ltr');
    const hebrew = page.locator('[data-event-id=hostile_10] [data-column=message]');
    expect(await hebrew.getAttribute('dir')).toBe('rtl');
  });

  test('with hostile ids can be linked to', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForRowCount(page, servers.backend.totalCount);
    const { timestamp } = await lastRow(page);
    for (const [i, id] of ids.entries()) {
      const time = new Date(timestamp - (ids.length - 1 - i)).toISOString();
      await page.goto(`${servers.url}/?t=${time}&e=${encodeURIComponent(id)}`);
      await waitForRowCount(page, servers.backend.totalCount);
      await settled(page);
      expect((await screenRows(page))[0]?.id).toBe(id);
    }
  });
});
