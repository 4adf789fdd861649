import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateOf } from '../../backend/src/store/mutation_text.js';
import { violations } from './support/axe.js';
import { launchBrowser } from './support/browser.js';
import { ElementHandle } from './support/element.js';
import { ElementPages } from './support/element_pages.js';
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

async function open(css: string, attributes = '', context: BrowserContextOptions = {}) {
  const opened = await pages.open(browser, {
    body: `<div id="box"><event-timeline id="a" backend="${backendUrl}" ${attributes}></event-timeline></div>`,
    css,
    context,
  });
  const element = new ElementHandle(opened.page, '#a');
  await element.host.locator('[role=grid][aria-busy=false]').waitFor();
  await element.settled();
  return { ...opened, element };
}

function style(element: ElementHandle, selector: string, property: string): Promise<string> {
  return element.host
    .locator(selector)
    .last()
    .evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), property);
}

describe('the look of <event-timeline>', () => {
  test('is set by custom properties, on it or around it, and by parts', async () => {
    await using opened = await open(
      `body { font: 20px/2 serif; text-align: right; text-transform: uppercase; --eventglass-ink: rgb(1, 2, 3); --eventglass-font: monospace }
       #a { --eventglass-paper: rgb(240, 250, 240); height: 300px }
       #a::part(row) { border-bottom-color: rgb(9, 9, 9) }
       #a::part(row-selected) { outline: 2px solid rgb(0, 0, 255) }
       #a::part(cell-actor) { color: rgb(200, 0, 0) }
       #a::part(head) { background: rgb(10, 20, 30) }
       #a::part(status) { border-top-width: 5px }
       #a::part(error) { font-style: italic }`,
    );
    const { element, page, problems } = opened;
    expect(await style(element, '.frame', 'color')).toBe('rgb(1, 2, 3)');
    expect(await style(element, '.row', 'font-family')).toBe('monospace');
    expect(await style(element, '.row', 'font-size')).toBe('13px');
    expect(await style(element, '[data-column=message]', 'text-align')).toBe('left');
    expect(await style(element, '[data-column=message]', 'text-transform')).toBe('none');
    expect(await style(element, '.row', 'background-color')).toBe('rgb(240, 250, 240)');
    expect(await style(element, '.row', 'border-bottom-color')).toBe('rgb(9, 9, 9)');
    expect(await style(element, '[data-column=actor]', 'color')).toBe('rgb(200, 0, 0)');
    expect(await style(element, '.head', 'background-color')).toBe('rgb(10, 20, 30)');
    expect(await style(element, '.foot', 'border-top-width')).toBe('5px');
    expect(await style(element, '[data-severity=error]', 'font-style')).toBe('italic');
    await element.grid.focus();
    await page.keyboard.press('k');
    await expect.poll(() => style(element, '.row.active', 'outline-color')).toBe('rgb(0, 0, 255)');
    expect((await element.host.boundingBox())?.height).toBe(300);
    expect(problems).toEqual([]);
  });

  test('is light or dark by its theme, or else by what the reader wants', async () => {
    await using opened = await open('', '', { colorScheme: 'dark' });
    const { element } = opened;
    const paper = () => style(element, '.frame', 'background-color');
    const dark = 'rgb(19, 21, 23)';
    const light = 'rgb(251, 251, 249)';
    expect(await paper()).toBe(dark);
    await element.set({ theme: 'light' });
    await expect.poll(paper).toBe(light);
    await element.set({ theme: 'dark' });
    await opened.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(paper).toBe(dark);
    await element.set({ theme: 'system' });
    await expect.poll(paper).toBe(light);
  });

  test('is that of its own width: in a narrow box of a wide page rows have two lines', async () => {
    await using opened = await open('#box { width: 300px }');
    const { element, page, problems } = opened;
    const rowHeight = async () => {
      const [first, second] = await element.rows();
      return (second?.topPx ?? NaN) - (first?.topPx ?? NaN);
    };
    expect(await rowHeight()).toBe(48);
    const cellTop = async (column: string) =>
      (await element.host.locator(`[role=gridcell][data-column=${column}]`).last().boundingBox())
        ?.y ?? NaN;
    expect((await cellTop('message')) - (await cellTop('timestamp'))).toBeGreaterThan(15);
    await element.head('timestamp').click();
    const items = element.host.getByRole('menuitem');
    await items.first().waitFor();
    expect((await items.allTextContents()).map((text) => text.trim())).toEqual([
      expect.stringContaining('Hide'),
      expect.stringContaining('Move left'),
      expect.stringContaining('Move right'),
    ]);
    // The only head on screen: without it there would be no way back.
    expect(await items.filter({ hasText: 'Hide' }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await page.evaluate(() =>
      document.querySelector<HTMLElement>('#box')?.style.setProperty('width', '900px'),
    );
    await expect.poll(rowHeight).toBe(28);
    await element.waitForState('live');
    expect((await element.settled()).at(-1)?.rank).toBe(999);
    expect(problems).toEqual([]);
  });

  test.each([
    ['zoom', '#box { zoom: 1.5 }'],
    ['a transform', '#box { transform: scale(0.5); transform-origin: 0 0 }'],
    ['a device pixel ratio', '', { deviceScaleFactor: 1.25 }],
  ])(
    'fills its height, to the pixel, under %s',
    async (_, css, context: BrowserContextOptions = {}) => {
      await using opened = await open(`${css} #a { height: 400px }`, '', context);
      const { element, page, problems } = opened;
      await element.waitForState('live');
      const gaps = () =>
        element.get(({ shadowRoot }) => {
          const body = shadowRoot?.querySelector('[role=rowgroup]')?.getBoundingClientRect();
          const rows = [...(shadowRoot?.querySelectorAll('[data-event-id]') ?? [])]
            .map((row) => row.getBoundingClientRect())
            .sort((a, b) => a.top - b.top);
          return {
            top: (rows[0]?.top ?? 0) - (body?.top ?? 0),
            bottom: (rows.at(-1)?.bottom ?? 0) - (body?.bottom ?? 0),
          };
        });
      // The newest row ends where the table does.
      expect(Math.abs((await gaps()).bottom)).toBeLessThan(1.1);
      await element.grid.focus();
      await page.keyboard.press('Home');
      await expect.poll(() => element.topRank()).toBe(0);
      await element.settled();
      expect(Math.abs((await gaps()).top)).toBeLessThan(0.6);
      expect((await gaps()).bottom).toBeGreaterThan(0);
      // A key goes exactly one row.
      await page.keyboard.press('ArrowDown');
      await expect.poll(async () => (await element.rows())[0]?.rank).toBe(1);
      expect(Math.abs((await element.settled())[0]?.topPx ?? NaN)).toBeLessThan(0.6);
      const before = (await element.head('type').boundingBox())?.width ?? NaN;
      const edge = await element.host
        .getByRole('separator', { name: 'Width of Type' })
        .boundingBox();
      const [x, y] = [(edge?.x ?? 0) + (edge?.width ?? 0) / 2, (edge?.y ?? 0) + 5];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 30, y);
      await page.mouse.up();
      // The edge stays below the pointer.
      await expect
        .poll(async () =>
          Math.abs(((await element.head('type').boundingBox())?.width ?? NaN) - before - 30),
        )
        .toBeLessThan(1.5);
      expect(problems).toEqual([]);
    },
  );

  test('has its rows where it is shown later, or made higher', async () => {
    await using opened = await pages.open(browser, {
      body: `<event-timeline id="a" backend="${backendUrl}" hidden></event-timeline>`,
    });
    const { page, problems } = opened;
    const element = new ElementHandle(page, '#a');
    await page.waitForTimeout(500);
    await element.get((it) => (it.hidden = false));
    await element.waitForState('live');
    expect((await element.settled()).at(-1)?.rank).toBe(999);
    const { length } = await element.rows();
    await element.get((it) => (it.style.height = '700px'));
    await expect.poll(async () => (await element.rows()).length).toBeGreaterThan(length + 8);
    expect((await element.settled()).at(-1)?.rank).toBe(999);
    expect(problems).toEqual([]);
  });

  test('tells changes by a fading colour, unless the reader wants less motion', async () => {
    await using opened = await open('', '', { reducedMotion: 'reduce' });
    const { element, page } = opened;
    const animationName = async (message: string) => {
      const id = (await element.settled())[3]?.id ?? '';
      backend.publish([updateOf(id, { message })]);
      const row = element.host.locator(`[data-event-id="${id}"][data-change]`);
      await row.waitFor();
      return row.evaluate((node) => getComputedStyle(node).animationName);
    };
    expect(await animationName('less motion')).toBe('none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await animationName('more motion')).toMatch(/changed-(?:odd|even)/);
  });

  test('is accessible, narrow and wide, light and dark, with its menu open and a row chosen', async () => {
    await using opened = await open(
      'body { margin: 0 } #a { height: 220px } .dark { background: #000; color: #fff }',
      'label="Events of the shop"',
      { viewport: { width: 1300, height: 800 } },
    );
    const { element, page } = opened;
    await element.waitForState('live');
    for (const theme of ['light', 'dark'] as const) {
      await element.set({ theme });
      await page.evaluate((name) => (document.body.className = name), theme);
      for (const width of [360, 1280]) {
        await page.evaluate((px) => {
          const box = document.querySelector<HTMLElement>('#box');
          if (box) box.style.width = `${String(px)}px`;
        }, width);
        await element.settled();
        expect(await violations(page), `${theme}, ${String(width)} pixels`).toEqual([]);
      }
      await element.grid.focus();
      await page.keyboard.press('k');
      await element.head('timestamp').click();
      await element.host.getByRole('menu').waitFor();
      expect(await violations(page), `${theme}, with a menu`).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });
});
