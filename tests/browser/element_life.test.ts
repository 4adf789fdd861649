import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ElementHandle } from './support/element.js';
import { ElementPages } from './support/element_pages.js';
import { freePort } from './support/free_port.js';
import { connectionComplaint } from './support/lost_connection.js';
import { quietBackend } from './support/quiet_backend.js';

/** Elements that are made and removed until what is held is counted, for the first time and for the last. */
const cycles = [10, 30] as const;

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

async function open() {
  const opened = await pages.open(browser, {
    body: `<div id="one"><event-timeline id="a" backend="${backendUrl}"><event-column name="timestamp"></event-column><event-column name="type"></event-column><event-column name="message"><template><b>{message}</b></template></event-column></event-timeline></div><div id="two"></div>`,
  });
  const element = new ElementHandle(opened.page, '#a');
  await element.waitForState('live');
  await element.settled();
  return { ...opened, element };
}

/** What the reader has before them, and the scrollbar beside it. */
async function picture(element: ElementHandle) {
  const rows = await element.settled();
  return {
    rows: rows.map(({ id, topPx }) => [id, topPx]),
    columns: await element.get((it) => it.shownColumns),
    scrollTop: await element.grid.evaluate((grid) => grid.scrollTop),
  };
}

describe('<event-timeline>', () => {
  test('goes on where it is moved to, and begins again at its place where it is put back', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.grid.focus();
    await page.keyboard.press('PageUp');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('j');
    await element.head('type').click();
    await element.host.getByRole('menuitem', { name: 'Wider' }).click();
    await page.keyboard.press('Escape');
    const before = await picture(element);
    const topRank = (await element.topRank()) ?? NaN;
    expect(topRank).toBe(965);
    const selected = await element.get((it) => it.selected?.id);
    const [worker] = page.workers();

    await element.get((it) => document.querySelector('#two')?.append(it));
    expect(await picture(element)).toEqual(before);
    expect(await element.get((it) => it.selected?.id)).toBe(selected);
    expect(page.workers()).toEqual([worker]);
    // The scrollbar moves from where it is.
    await element.grid.evaluate((grid) => grid.scrollBy(0, -280));
    await expect.poll(() => element.topRank()).toBe(topRank - 10);
    await element.grid.hover();
    await page.mouse.wheel(0, -28);
    const moved = await picture(element);

    await page.evaluate(() => {
      const element = document.querySelector('#a');
      element?.remove();
      Object.assign(globalThis, { element });
    });
    await expect.poll(() => page.workers().length).toBe(0);
    await page.evaluate("document.querySelector('#one').append(element)");
    await element.waitForState('paused');
    expect(await picture(element)).toEqual(moved);
    expect(page.workers().length).toBe(1);
    expect(await element.get((it) => it.selected)).toBe(undefined);
    expect(problems).toEqual([]);
  });

  test('looks the same in another document that it is moved to', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    const look = (within: Document) => {
      const row = within.querySelector('#a')?.shadowRoot?.querySelector('.row');
      const view = within.defaultView;
      if (!row || !view) return undefined;
      const { height, display, position } = view.getComputedStyle(row);
      return { height, display, position };
    };
    await page.evaluate(`globalThis.look = ${String(look)}`);
    const before = await page.evaluate('look(document)');
    expect(before).toMatchObject({ height: '28px' });
    await element.get((it) => {
      const frame = document.createElement('iframe');
      frame.style.cssText = 'width: 1200px; height: 500px';
      document.body.append(frame);
      frame.contentDocument?.body.append(it);
    });
    await expect.poll(() => page.evaluate('look(frames[0].document)')).toEqual(before);
    expect(problems).toEqual([]);
  });

  test('holds nothing that is not there any more: neither workers nor sockets, listeners nor elements', async () => {
    await using opened = await pages.open(browser, { body: '<div id="box"></div>' });
    const { page, problems } = opened;
    await page.waitForFunction(() => customElements.get('event-timeline') !== undefined);
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const held: Held[] = [];
    for (let i = 1; i <= cycles[1]; i++) {
      // Every other one has not come to show anything.
      await makeAndRemove(page, i % 2 === 0);
      if (i === cycles[0] || i === cycles[1]) held.push(await heldOf(page, session));
    }
    const [first, last] = held;
    expect(last).toEqual({
      workers: 0,
      listeners: first?.listeners,
      nodes: expect.any(Number) as number,
    });
    expect((last?.nodes ?? NaN) - (first?.nodes ?? NaN)).toBeLessThan(50);
    // Idle connections are the browser's; none of them is a feed.
    await expect
      .poll(
        async () =>
          ((await (await fetch(`${backendUrl}/health`)).json()) as { clients: number }).clients,
      )
      .toBe(0);
    expect(problems).toEqual([]);
  });

  test('asks nobody once it is removed, whatever it was waiting for', async () => {
    const port = await freePort();
    await using opened = await pages.open(browser, {
      body: `<event-timeline id="a" backend="http://127.0.0.1:${String(port)}"></event-timeline>`,
    });
    const { page, problems } = opened;
    const element = new ElementHandle(page, '#a');
    await element.host.locator('[data-state=offline]').waitFor();
    await element.get((it) => it.remove());
    let requests = 0;
    page.on('request', () => requests++);
    await page.waitForTimeout(1_500);
    expect(requests).toBe(0);
    expect(page.workers()).toEqual([]);
    expect(problems.filter((problem) => !connectionComplaint.test(problem))).toEqual([]);
  });
});

interface Held {
  readonly workers: number;
  readonly listeners: number | undefined;
  readonly nodes: number | undefined;
}

async function makeAndRemove(page: Page, waits: boolean): Promise<void> {
  await page.evaluate(
    async ([backend, isPatient]) => {
      const element = document.createElement('event-timeline');
      element.backend = backend;
      element.columns = [{ name: 'message', cell: ({ text }) => text }];
      document.querySelector('#box')?.append(element);
      const isShown = () => element.querySelector(':scope > [slot]') !== null;
      do await new Promise(requestAnimationFrame);
      while (isPatient && !isShown());
      element.remove();
    },
    [backendUrl, waits] as const,
  );
}

async function heldOf(page: Page, session: CDPSession): Promise<Held> {
  await expect.poll(() => page.workers().length).toBe(0);
  for (let i = 0; i < 3; i++) {
    await session.send('HeapProfiler.collectGarbage');
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  const { metrics } = await session.send('Performance.getMetrics');
  const valueOf = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value;
  return {
    workers: page.workers().length,
    listeners: valueOf('JSEventListeners'),
    nodes: valueOf('Nodes'),
  };
}
