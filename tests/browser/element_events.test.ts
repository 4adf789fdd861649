import { createBackend, type Backend } from '@eventglass/backend/server';
import type { EventTimelineElement } from 'eventglass/element';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
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

async function open(attributes = `backend="${backendUrl}"`) {
  const opened = await pages.open(browser, {
    body: `<event-timeline id="a" ${attributes}></event-timeline>`,
  });
  await opened.page.waitForFunction(() => customElements.get('event-timeline') !== undefined);
  return { ...opened, element: new ElementHandle(opened.page, '#a') };
}

interface Detail {
  readonly id: string;
  readonly timestamp: number;
  readonly texts: Readonly<Record<string, string>>;
}

describe('<event-timeline>', () => {
  test('tells what is chosen and opened, and then what is not any more', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.waitForState('live');
    const rows = await element.settled();
    const [row] = rows;
    await element.row(row?.id ?? '').click();
    const [event] = await eventsAtRank(backendUrl, row?.rank ?? 0, 1);
    const detail = {
      id: event?.id,
      timestamp: event?.timestamp,
      texts: {
        timestamp: row?.cells['timestamp'],
        severity: event?.severity,
        source: event?.source,
        type: event?.type,
        actor: event?.actor,
        message: event?.message,
        amount: row?.cells['amount'],
      },
    };
    expect(
      await page.evaluate(() =>
        (globalThis as unknown as { fired: { type: string; detail: unknown }[] }).fired
          .filter(({ type }) => type.startsWith('row'))
          .map(({ type, detail }) => [type, detail]),
      ),
    ).toEqual([
      ['rowselect', detail],
      ['rowopen', detail],
    ]);
    expect(await element.get((it) => it.selected)).toEqual(detail);
    expect(await element.row(row?.id ?? '').getAttribute('aria-selected')).toBe('true');
    expect(await element.get((it, id = it.selected?.id ?? '') => it.readEvent(id))).toEqual(
      await (await fetch(`${backendUrl}/data/${String(event?.id)}`)).json(),
    );
    expect(await element.get((it) => it.readEvent('nobody'))).toBe(undefined);

    await element.get((it, id = it.selected?.id ?? '') => it.select(id));
    await element.get((it) => it.select(undefined));
    await expect.poll(() => element.fired('rowselect')).toEqual([detail, null]);
    const second = rows[1]?.id ?? '';
    await element.host.evaluate((host, id) => (host as EventTimelineElement).select(id), second);
    await expect.poll(async () => (await element.fired<Detail>('rowselect'))[2]?.id).toBe(second);
    expect((await element.fired('rowopen')).length).toBe(1);
    // An element that is on no page is not on the way of its events.
    await element.get((it) => {
      it.addEventListener('rowselect', ({ detail }) => Object.assign(globalThis, { detail }));
      it.remove();
    });
    await expect.poll(() => page.evaluate('globalThis.detail')).toBe(null);
    expect(problems).toEqual([]);
  });

  test('tells where the reader is, once for each place', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.waitForState('live');
    expect(await element.fired('placechange')).toEqual([{ type: 'live' }]);
    await element.grid.focus();
    await page.keyboard.press('PageUp');
    const [top] = await element.settled();
    const [event] = await eventsAtRank(backendUrl, top?.rank ?? 0, 1);
    const place = { type: 'key', key: { timestamp: event?.timestamp, id: event?.id } };
    expect((await element.fired('placechange')).at(-1)).toMatchObject(place);
    const count = (await element.fired('placechange')).length;
    for (let i = 0; i < 5; i++) {
      backend.publish([
        insertOf(eventAt(Date.now() + 60_000 + i, `place${String(i)}`, 'It comes')),
      ]);
      await element.host.getByRole('button', { name: `${String(i + 1)} new` }).waitFor();
    }
    expect((await element.fired('placechange')).length).toBe(count);

    // Kept by the page, it leads there again.
    const kept = (await element.fired('placechange')).at(-1);
    await page.keyboard.press('Home');
    await expect.poll(() => element.topRank()).toBe(0);
    await element.set({ place: kept });
    await expect.poll(() => element.topRank()).toBe(top?.rank);
    await element.host.getByRole('button', { name: 'new' }).click();
    await expect
      .poll(async () => (await element.fired('placechange')).at(-1))
      .toEqual({ type: 'live' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('a');
    expect(problems).toEqual([]);
  });

  test('tells its states', async () => {
    await using opened = await open();
    const { element, problems } = opened;
    await element.waitForState('live');
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(backend.totalCount);
    await element.frames(3);
    const states = await element.fired<{ status: { label: string }; rowCount: number }>(
      'statechange',
    );
    expect(states[0]).toEqual({
      status: { label: 'Loading', detail: '' },
      rowCount: undefined,
      error: undefined,
      filterError: undefined,
    });
    expect(states.at(-1)).toEqual({
      status: { label: 'Live', detail: '' },
      rowCount: backend.totalCount,
      error: undefined,
      filterError: undefined,
    });
    expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(states.length);
    expect(problems).toEqual([]);
  });

  test('lets columns be hidden, shown, made wider and moved, and tells it', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.waitForState('live');
    const focused = () =>
      element.get(({ shadowRoot }) => shadowRoot?.activeElement?.getAttribute('data-column'));
    const item = (name: string) => element.host.getByRole('menuitem', { name });
    const names = () => element.get((it) => it.shownColumns.map(({ name }) => name));

    await element.head('type').click();
    expect(await element.host.getByRole('menu').getAttribute('aria-label')).toBe('Column Type');
    const box = await element.host.getByRole('menu').boundingBox();
    const head = await element.head('type').boundingBox();
    expect(Math.abs((box?.x ?? 0) - (head?.x ?? NaN))).toBeLessThan(2);
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('type');

    await page.keyboard.press('Enter');
    await item('Hide').click();
    await expect
      .poll(names)
      .toEqual(['timestamp', 'severity', 'source', 'actor', 'message', 'amount']);
    await expect.poll(focused).toBe('actor');
    expect((await element.settled()).at(-1)?.cells['type']).toBe(undefined);
    await page.keyboard.press('Enter');
    await item('Show Type').click();
    await expect.poll(async () => (await names()).length).toBe(7);
    await expect.poll(focused).toBe('type');

    const widthOf = async (column: string) =>
      (await element.head(column).boundingBox())?.width ?? NaN;
    const before = await widthOf('type');
    await page.keyboard.press('Enter');
    await item('Wider').click();
    await expect.poll(() => widthOf('type')).toBe(before + 40);
    await page.keyboard.press('Escape');
    const edge = element.host.getByRole('separator', { name: 'Width of Source' });
    const edgeBox = await edge.boundingBox();
    const [x, y] = [(edgeBox?.x ?? 0) + 5, (edgeBox?.y ?? 0) + 10];
    const source = await widthOf('source');
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y);
    await page.mouse.up();
    await expect.poll(() => widthOf('source')).toBe(source + 30);
    await element.head('type').focus();
    await page.keyboard.press('Alt+ArrowRight');
    await expect
      .poll(names)
      .toEqual(['timestamp', 'severity', 'source', 'actor', 'type', 'message', 'amount']);
    expect(await focused()).toBe('type');

    const changes =
      await element.fired<readonly { name: string; widthPx?: number }[]>('columnschange');
    expect(changes.length).toBe(5);
    expect(changes.at(-1)).toEqual(await element.get((it) => it.shownColumns));
    expect(changes.at(-1)).toMatchObject([
      {},
      {},
      { widthPx: source + 30 },
      {},
      { widthPx: before + 40 },
      {},
      {},
    ]);
    // What is told can be given again.
    await using again = await open();
    await again.element.set({ columns: changes.at(-1) });
    await expect
      .poll(() => again.element.get((it) => it.shownColumns.map(({ name }) => name)))
      .toEqual(await names());
    await again.element.waitForState('live');
    expect((await again.element.head('type').boundingBox())?.width).toBe(before + 40);
    expect(problems).toEqual([]);
  });

  test('leaves marked text alone, and opens where none is marked', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.waitForState('live');
    const row = element.row((await element.settled())[2]?.id ?? '');
    const cell = await row.locator('[data-column=message]').boundingBox();
    const [x, y] = [(cell?.x ?? 0) + 5, (cell?.y ?? 0) + 12];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 80, y, { steps: 4 });
    await page.mouse.up();
    expect(await page.evaluate(() => getSelection()?.toString().length)).toBeGreaterThan(2);
    expect(await element.fired('rowopen')).toEqual([]);
    await page.mouse.click(x + 200, y);
    expect((await element.fired('rowopen')).length).toBe(1);
    expect(problems).toEqual([]);
  });
});

describe('a source of <event-timeline>', () => {
  test('may be an array, a file or an object of the page, with columns that are found or given', async () => {
    await using opened = await open('');
    const { element, page, problems } = opened;
    const texts = async () => (await element.rows()).map(({ cells }) => cells['message']);
    await page.evaluate(() => {
      const events = Array.from({ length: 50 }, (_, i) => ({
        id: `e${String(i)}`,
        timestamp: 1_700_000_000_000 + i * 1_000,
        level: i % 2 === 0 ? 'info' : 'error',
        message: `Event ${String(i)}`,
      }));
      Object.assign(document.querySelector('#a') ?? {}, { source: { type: 'events', events } });
    });
    await expect.poll(async () => (await texts()).at(-1)).toBe('Event 49');
    expect(
      await element.get((it) => it.schema?.map(({ name, type }) => `${name}:${type}`)),
    ).toContain('level:dictionary');
    await element.set({ filter: 'level:error message:7' });
    await expect.poll(texts).toEqual(['Event 7', 'Event 17', 'Event 27', 'Event 37', 'Event 47']);
    expect(await element.get((it) => it.readEvent('e7'))).toMatchObject({ message: 'Event 7' });

    await page.evaluate(() => {
      const file = new File(
        ['{"id":"f","timestamp":1700000000000,"message":"In a file"}\n'],
        'a.ndjson',
      );
      Object.assign(document.querySelector('#a') ?? {}, {
        filter: '',
        source: { type: 'file', file },
      });
    });
    await expect.poll(texts).toEqual(['In a file']);

    await page.evaluate(`(async () => {
      const { push } = await import('/dist/sources.js');
      const source = push({
        open: async (sink, signal) => {
          Object.assign(globalThis, { sink, signal });
          await sink.put([{ id: 'p', timestamp: 1e12, message: 'Pushed' }]);
        },
      });
      document.querySelector('#a').source = source;
    })()`);
    const needsSchema = 'this source needs a schema; only arrays and files at hand tell theirs';
    await element.host.getByText(needsSchema).waitFor();
    await element.set({
      schema: [
        { name: 'id', type: 'id' },
        { name: 'timestamp', type: 'timestamp' },
        { name: 'message', type: 'text' },
      ],
    });
    await expect.poll(texts).toEqual(['Pushed']);
    await page.evaluate("sink.put([{ id: 'q', timestamp: 2e12, message: 'Pushed later' }])");
    await expect.poll(texts).toEqual(['Pushed', 'Pushed later']);
    await element.get((it) => it.remove());
    await expect.poll(() => page.evaluate('signal.aborted')).toBe(true);
    await expect.poll(() => page.workers().length).toBe(0);
    expect(problems).toEqual([]);
  });

  test('that has no columns of a timeline is told', async () => {
    await using opened = await open('');
    const { element, problems } = opened;
    await element.set({ source: { type: 'events', events: [] } });
    await element.status.filter({ hasText: 'Offline' }).waitFor();
    expect((await element.status.textContent())?.length).toBeGreaterThan(20);
    await element.set({ source: { type: 'events', events: [{ a: 1 }] } });
    await element.status.filter({ hasText: 'Offline' }).waitFor();
    await element.set({ schema: [{ name: 'a', type: 'nonsense' }] });
    await element.status.filter({ hasText: 'has one id, one timestamp' }).waitFor();
    await element.frames(5);
    expect(problems).toEqual([]);
  });

  test('stands in place of a backend, whichever is told first', async () => {
    await using opened = await open();
    const { element, page, problems } = opened;
    await element.waitForState('live');
    const events = [{ id: 'own', timestamp: 1e12, message: 'Own' }];
    await element.set({ source: { type: 'events', events } });
    await expect.poll(() => element.ids()).toEqual(['own']);
    await element.set({ source: undefined });
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(backend.totalCount);
    await element.set({ source: { type: 'events', events } });
    await element.set({ backend: backendUrl });
    await expect.poll(() => element.ids()).toEqual(['own']);
    await expect.poll(() => page.workers().length).toBe(1);
    expect(problems).toEqual([]);
  });
});
