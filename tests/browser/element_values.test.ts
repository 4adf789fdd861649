import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { launchBrowser } from './support/browser.js';
import { ElementHandle } from './support/element.js';
import { ElementPages } from './support/element_pages.js';
import { eventsAtRank } from './support/events.js';
import { freePort } from './support/free_port.js';
import { connectionComplaint } from './support/lost_connection.js';
import { quietBackend, type BackendSettings } from './support/quiet_backend.js';

let browser: Browser;
let pages: ElementPages;
let backendUrl: string;
let otherUrl: string;
const backends: Backend[] = [];

async function start(settings: Partial<BackendSettings>): Promise<string> {
  const backend = await createBackend(quietBackend(pages.url, settings));
  backends.push(backend);
  return (await backend.listen()).url;
}

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await ElementPages.start();
  backendUrl = await start({ initialCount: 2_000 });
  otherUrl = await start({ initialCount: 300, seed: 7 });
});

afterAll(async () => {
  await browser.close();
  await Promise.all(backends.map((backend) => backend.close()));
  await pages[Symbol.asyncDispose]();
});

async function open(attributes: string) {
  const opened = await pages.open(browser, {
    body: `<event-timeline id="a" ${attributes}></event-timeline>`,
  });
  await opened.page.waitForFunction(() => customElements.get('event-timeline') !== undefined);
  return { ...opened, element: new ElementHandle(opened.page, '#a') };
}

const ownComplaints = (problems: readonly string[]) =>
  problems.filter((problem) => !connectionComplaint.test(problem));

describe('attributes of <event-timeline>', () => {
  test('say what is shown, also while it runs', async () => {
    await using opened = await open(
      `backend="${backendUrl}/" filter="severity:error" place="first" time-zone="Asia/Tokyo" times="relative" density="compact" theme="dark" label="Errors" capacity-rows="5000"`,
    );
    const { element, page, problems } = opened;
    await element.waitForState('paused');
    const rows = await element.settled();
    const all = await eventsAtRank(backendUrl, 0, 2_000);
    const errors = all.filter(({ severity }) => severity === 'error');
    expect(rows.map(({ id }) => id)).toEqual(errors.slice(0, rows.length).map(({ id }) => id));
    expect(rows[0]).toMatchObject({ rank: 0, topPx: 0 });
    expect(rows[0]?.cells['timestamp']).toMatch(/ ago$/);
    expect(await element.grid.getAttribute('aria-label')).toBe('Errors');
    expect(await element.host.getByText('The event of this link').count()).toBe(0);
    expect(
      await element.get((it) => [
        it.filter,
        it.timeZone,
        it.times,
        it.density,
        it.theme,
        it.label,
        it.capacityRows,
        it.rowCount,
      ]),
    ).toEqual([
      'severity:error',
      'Asia/Tokyo',
      'relative',
      'compact',
      'dark',
      'Errors',
      5000,
      errors.length,
    ]);
    const worker = page.workers()[0];

    const set = (name: string, value: string) =>
      element.host.evaluate((host, [n, v]) => host.setAttribute(n ?? '', v ?? ''), [name, value]);
    const unset = (name: string) =>
      element.host.evaluate((host, n) => host.removeAttribute(n), name);
    await set('times', 'absolute');
    const [first] = await element.rows();
    const iso = new Date((errors[0]?.timestamp ?? 0) + 9 * 3_600_000).toISOString();
    expect(first?.cells['timestamp']).toBe(iso.replace('T', ' ').replace('Z', ''));
    await set('density', 'comfortable');
    await expect.poll(async () => (await element.rows())[1]?.topPx).toBe(28);
    await unset('filter');
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(2_000);
    await unset('place');
    await element.waitForState('live');
    const wanted = all[700];
    await set('place', new Date(wanted?.timestamp ?? 0).toISOString());
    await expect.poll(() => element.topRank()).toBe(700);
    expect(await element.host.getByText('The event of this link').count()).toBe(0);
    await unset('time-zone');
    expect(await element.head('timestamp').textContent()).toContain('(UTC)');
    await set('label', 'All');
    await expect.poll(() => element.grid.getAttribute('aria-label')).toBe('All');
    await set('no-status', '');
    await expect.poll(() => element.status.count()).toBe(0);
    await unset('no-status');
    await element.waitForState('paused');
    expect(page.workers()).toEqual([worker]);
    expect(problems).toEqual([]);
  });

  test('lead from one backend to another, and to none', async () => {
    await using opened = await open(`backend="${backendUrl}"`);
    const { element, page, problems } = opened;
    await element.waitForState('live');
    await element.grid.focus();
    await page.keyboard.press('k');
    await expect.poll(async () => (await element.fired('rowselect')).length).toBe(1);
    await element.set({ backend: otherUrl });
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(300);
    await element.waitForState('live');
    expect((await element.settled()).at(-1)?.id).toBe(
      (await eventsAtRank(otherUrl, 299, 1))[0]?.id,
    );
    // What was chosen is not there.
    expect((await element.fired('rowselect')).length).toBe(2);
    expect((await element.fired('rowselect')).at(-1)).toBe(null);
    await expect.poll(() => page.workers().length).toBe(1);
    await element.host.evaluate((host) => host.removeAttribute('backend'));
    await element.set({ backend: undefined });
    await expect.poll(() => element.grid.count()).toBe(0);
    await expect.poll(() => page.workers().length).toBe(0);
    await element.set({ backend: backendUrl });
    await expect.poll(() => element.get((it) => it.rowCount)).toBe(2_000);
    expect(problems).toEqual([]);
  });

  test('that are wrong are reported, and leave things as they were', async () => {
    await using opened = await open(
      `backend="${backendUrl}" time-zone="Mars/Olympus" place="yesterday" capacity-rows="many" theme="pink" density="none" times="never"`,
    );
    const { element, page, problems } = opened;
    await element.waitForState('live');
    expect(
      await element.get((it) => [
        it.timeZone,
        it.place.type,
        it.capacityRows,
        it.theme,
        it.density,
        it.times,
      ]),
    ).toEqual(['UTC', 'live', undefined, 'system', 'comfortable', 'absolute']);
    expect(problems.length).toBe(3);
    expect(problems.join('\n')).toMatch(/“Mars\/Olympus” is not a known time zone/);
    expect(problems.join('\n')).toMatch(/a place is live, first or a time .* not "yesterday"/);
    expect(problems.join('\n')).toMatch(/capacity-rows is a whole number above 0, not "many"/);

    // A property tells whoever sets it.
    for (const [name, value, message] of [
      ['timeZone', 'Nowhere', 'is not a known time zone'],
      ['place', 'soon', 'a place is live'],
      ['place', { type: 'key' }, 'a place is live'],
      ['columns', 'actor,message', 'columns is a list'],
      ['columns', [{ label: 'x' }], 'lacks its name'],
      ['capacityRows', -1, 'capacityRows is a whole number'],
    ] as const) {
      const thrown = await page.evaluate(
        ([n, v]) => {
          try {
            Object.assign(document.querySelector('#a') ?? {}, { [n as string]: v });
          } catch (error) {
            return String(error);
          }
          return undefined;
        },
        [name, value],
      );
      expect(thrown, name).toContain(message);
    }
    await element.settled();
    expect(problems.length).toBe(3);

    await element.set({ filter: 'severity:(' });
    await element.host.locator('.notices p').waitFor();
    expect(await element.get((it) => it.rowCount)).toBe(2_000);
    const states = await element.fired<{ filterError?: { message: string } }>('statechange');
    const told = states.at(-1)?.filterError?.message;
    expect(told).toBeTruthy();
    expect(await element.host.locator('.notices p').textContent()).toContain(told);
    await element.set({ filter: 'severity:error' });
    await expect.poll(() => element.host.locator('.notices p').count()).toBe(0);
    expect(problems.length).toBe(3);
  });
});

describe('properties of <event-timeline>', () => {
  test('that were set before the element was known hold, before what attributes say', async () => {
    await using opened = await pages.open(browser, {
      body: '<event-timeline id="a" label="By attribute" filter="severity:error"></event-timeline>',
      hasElement: false,
    });
    const { page, problems } = opened;
    await page.evaluate((backend) => {
      Object.assign(document.querySelector('#a') ?? {}, {
        backend,
        filter: 'severity:warning',
        timeZone: 'Nowhere',
        columns: [{ name: 'severity' }, { name: 'message', cell: () => 'made' }],
        theme: 'dark',
      });
    }, backendUrl);
    await page.evaluate("import('/dist/element.js')");
    const element = new ElementHandle(page, '#a');
    await element.waitForState('live');
    const rows = await element.settled();
    expect(new Set(rows.map(({ cells }) => JSON.stringify(cells)))).toEqual(
      new Set([JSON.stringify({ severity: 'warning', message: 'made' })]),
    );
    expect(await element.get((it) => [it.label, it.theme, Object.keys(it)])).toEqual([
      'By attribute',
      'dark',
      [],
    ]);
    expect(problems).toEqual(['eventglass: “Nowhere” is not a known time zone']);
  });

  test('are there before it is on a page', async () => {
    await using opened = await pages.open(browser, { body: '<div id="box"></div>' });
    const { page, problems } = opened;
    await page.waitForFunction(() => customElements.get('event-timeline') !== undefined);
    await page.evaluate((backend) => {
      const element = document.createElement('event-timeline');
      element.id = 'a';
      element.backend = backend;
      element.filter = 'severity:error';
      element.place = 'first';
      if (element.filter !== 'severity:error' || element.place.type !== 'key')
        throw new Error('it does not tell');
      document.querySelector('#box')?.append(element);
    }, backendUrl);
    const element = new ElementHandle(page, '#a');
    await element.waitForState('paused');
    expect((await element.settled())[0]).toMatchObject({ rank: 0, cells: { severity: 'error' } });
    expect(problems).toEqual([]);
  });
});

describe('a backend of <event-timeline>', () => {
  test('that does not answer is told, and is there when it comes up', async () => {
    const port = await freePort();
    await using opened = await open(`backend="http://127.0.0.1:${String(port)}"`);
    const { element, problems } = opened;
    await element.host.locator('[role=status][data-state=offline]').waitFor();
    const message = `http://127.0.0.1:${String(port)}/data/schema does not answer`;
    expect(await element.status.textContent()).toContain(message);
    expect(
      (await element.fired<{ status: { detail: string } }>('statechange')).at(-1)?.status.detail,
    ).toBe(message);
    await element.set({ hasStatus: false });
    await element.host.locator('.notices').getByText(message).waitFor();
    await element.set({ hasStatus: true });
    await start({ port, initialCount: 400 });
    await element.host.getByRole('button', { name: 'Try now' }).click();
    await element.waitForState('live');
    expect(await element.get((it) => it.rowCount)).toBe(400);
    expect(ownComplaints(problems)).toEqual([]);
  });

  test('that is none is told', async () => {
    await using opened = await open(`backend="${pages.url}"`);
    await opened.element.host.getByText('/data/schema answered with status 404').waitFor();
    await opened.element.set({ backend: `${pages.url}/page0?` });
    await opened.element.host
      .getByText('answered something else than the columns of a timeline')
      .waitFor();
    await opened.element.set({ backend: 'no address at all' });
    await opened.element.host.getByText('no address at all').waitFor();
    expect(ownComplaints(opened.problems)).toEqual([]);
  });

  test('that has other columns in its next life is shown with these', async () => {
    const port = await freePort();
    const settings = quietBackend(pages.url, { port, initialCount: 100 });
    const first = await createBackend(settings);
    await first.listen();
    await using opened = await pages.open(browser, {
      body: `<event-timeline id="a" backend="http://127.0.0.1:${String(port)}"><event-column name="actor"></event-column><event-column name="message"></event-column></event-timeline>`,
    });
    const element = new ElementHandle(opened.page, '#a');
    await element.waitForState('live');
    await first.close();
    const folder = await mkdtemp(join(tmpdir(), 'eventglass-element-'));
    await writeFile(
      `${folder}/own.ndjson`,
      '{"id":"one","timestamp":1700000000000,"actor":"Ada","place":"here"}\n',
    );
    const second = await createBackend({
      ...settings,
      dataFile: `${folder}/own.ndjson`,
    });
    onTestFinished(async () => {
      await second.close();
      await rm(folder, { recursive: true });
    });
    await second.listen();
    await element.get((it) => it.retry());
    await expect.poll(() => element.ids(), { timeout: 20_000 }).toEqual(['one']);
    expect((await element.rows())[0]?.cells).toEqual({ actor: 'Ada' });
    await element.host.getByText('The events have no column “message”').waitFor();
    expect(ownComplaints(opened.problems)).toEqual([]);
  });
});
