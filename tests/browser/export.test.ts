import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@eventglass/backend/schema';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf } from '../../backend/src/store/mutation_text.js';
import { FeedReader, type FeedMutation } from '../backend/support/feed_reader.js';
import { launchBrowser, openPage } from './support/browser.js';
import { eventAt } from './support/events.js';
import {
  contentOf,
  eventsOfArrow,
  eventsOfCsv,
  eventsOfNdjson,
  exportedFile,
  openExport,
  parseCsv,
  readAll,
  withoutSavePicker,
} from './support/export_files.js';
import { screenRows, settled, waitForEngine } from './support/grid.js';
import { startTaskTrace, stopTaskTrace } from './support/task_trace.js';
import { TimelineServers } from './support/timeline_servers.js';

/** More than 100,000 of them are no critical ones. */
const eventCount = 130_000;
const filter = '-severity:critical';

/** Requests of the export: nobody else asks for pages of this length. */
const exportPages = /\/data\?limit=20000/;

const timeOf = ({ timestamp }: Event) => timestamp;

const idOf = (mutation: FeedMutation) => ('id' in mutation ? mutation.id : mutation.event.id);

describe('an export', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: eventCount });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function openTimeline(query = `?q=${filter}`) {
    const opened = await openPage(browser);
    await withoutSavePicker(opened.page);
    await opened.page.goto(`${servers.url}/${query}`);
    await waitForEngine(opened.page);
    await settled(opened.page);
    return opened;
  }

  /** Opens the dialog and chooses a format, without the guard of CSV, so that every cell is the event's. */
  async function choose(page: Page, format: string): Promise<void> {
    await page.keyboard.press('e');
    await openExport(page).getByLabel(format).check();
    if (format === 'CSV') await openExport(page).getByLabel('Keep spreadsheets').uncheck();
  }

  const ended = (page: Page, text: string) =>
    openExport(page).getByRole('status').filter({ hasText: text }).waitFor({ timeout: 60_000 });

  test.each([
    ['CSV', (file: Buffer) => eventsOfCsv(file.toString())],
    ['NDJSON', (file: Buffer) => eventsOfNdjson(file.toString())],
    ['Apache Arrow', (file: Buffer) => eventsOfArrow(new Uint8Array(file))],
  ])('as %s has every event that matches, in order and exactly', async (format, eventsOf) => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    await choose(page, format);
    await startTaskTrace(page);
    const file = await exportedFile(page);
    const { longTasksMs } = await stopTaskTrace(page);
    await ended(page, 'Done');
    const expected = await readAll(servers.backendUrl, filter);
    expect(expected.length).toBeGreaterThan(100_000);
    const events = eventsOf(file);
    expect(events.length).toBe(expected.length);
    // One by one: of two lists that differ vitest would draw a picture for minutes.
    for (const [i, event] of events.entries()) expect(event).toEqual(expected[i]);
    expect(longTasksMs).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('goes on while 1,000 mutations a second stream in, and misses nothing that stayed as it was', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const before = await readAll(servers.backendUrl, filter);
    const feed = await FeedReader.open(servers.backendUrl);
    const stream = setInterval(() => servers.backend.mutate(50), 50);
    let events: readonly Event[];
    try {
      await choose(page, 'NDJSON');
      events = eventsOfNdjson((await exportedFile(page)).toString());
      await ended(page, 'Done');
    } finally {
      clearInterval(stream);
    }
    // What was changed and changed back was another in between.
    await feed.reached(servers.backend.cursor.seq);
    const changed = new Set(feed.batches.flatMap(({ mutations }) => mutations.map(idOf)));
    expect(changed.size).toBeGreaterThan(1_000);
    const textOf = (event: Event) => JSON.stringify(Object.entries(event).sort());
    const exported = new Set(events.map(textOf));
    const lost = before.filter((event) => !changed.has(event.id) && !exported.has(textOf(event)));
    expect(lost.slice(0, 3)).toEqual([]);
    for (const [i, event] of events.entries()) {
      const next = events[i + 1];
      if (next) expect(timeOf(next)).toBeGreaterThanOrEqual(timeOf(event));
      expect(event.severity).not.toBe('critical');
    }
    expect(problems).toEqual([]);
  });

  test('of what is on screen has those rows, guarded, with CSV as it stands first', async () => {
    const { timestamp } = (await readAll(servers.backendUrl, 'severity:critical')).at(-1) ?? {
      timestamp: 0,
    };
    const formula = { ...eventAt(timestamp + 1, '=1+1', '=cmd()\r\n"x"'), severity: 'critical' };
    servers.backend.publish([insertOf({ ...formula, amount: -5 })]);
    await using opened = await openTimeline('?q=severity:critical');
    const { page } = opened;
    await page.keyboard.press('e');
    await openExport(page).getByLabel('On screen').check();
    const rows = await screenRows(page);
    const lines = parseCsv((await exportedFile(page)).toString());
    expect(lines.slice(1).map(([id]) => id)).toEqual([
      ...rows.slice(0, -1).map(({ id }) => id),
      "'=1+1",
    ]);
    const last = lines.at(-1) ?? [];
    expect(last.slice(-2)).toEqual(['\'=cmd()\r\n"x"', '-5']);
  });

  test('of a range of time has its events alone, and tells of times that are none', async () => {
    await using opened = await openTimeline('');
    const { page } = opened;
    const all = await readAll(servers.backendUrl, '');
    const [from, to] = [all[1_000], all[2_000]];
    if (!from || !to) throw new Error('there are too few events');
    await choose(page, 'NDJSON');
    const dialog = openExport(page);
    await dialog.getByLabel('A range of time').check();
    await dialog.getByLabel('From').fill(new Date(from.timestamp).toISOString());
    await dialog.getByLabel('To, not included').fill('whenever');
    await page.keyboard.press('Enter');
    await dialog.getByRole('alert').filter({ hasText: 'not a time' }).waitFor();
    await dialog.getByLabel('To, not included').fill(new Date(to.timestamp).toISOString());
    const events = eventsOfNdjson((await exportedFile(page)).toString());
    const expected = all.filter(
      ({ timestamp }) => timestamp >= from.timestamp && timestamp < to.timestamp,
    );
    expect(events).toEqual(expected);
    await ended(page, `Done: ${expected.length.toLocaleString('en-US')} of`);
  });

  test('goes straight to a file where the browser can write one', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.addInitScript(() => {
      const picker = async () =>
        (await navigator.storage.getDirectory()).getFileHandle('chosen', { create: true });
      Reflect.set(window, 'showSaveFilePicker', picker);
    });
    await page.goto(`${servers.url}/?q=${filter}`);
    await settled(page);
    await choose(page, 'NDJSON');
    await openExport(page).getByRole('button', { name: 'Export', exact: true }).press('Enter');
    await ended(page, 'Done');
    const text = await page.evaluate(async () => {
      const directory = await navigator.storage.getDirectory();
      return (await (await directory.getFileHandle('chosen')).getFile()).text();
    });
    const expected = await readAll(servers.backendUrl, filter);
    const events = eventsOfNdjson(text);
    expect(events.length).toBe(expected.length);
    for (const [i, event] of events.entries()) expect(event).toEqual(expected[i]);
    expect(problems).toEqual([]);
  });

  test('that is cancelled leaves nothing running and no file', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    let requests = 0;
    await page.route(exportPages, (route) => (++requests === 1 ? route.continue() : undefined));
    let downloads = 0;
    page.on('download', () => downloads++);
    const workers = page.workers().length;
    await choose(page, 'CSV');
    await openExport(page).getByRole('button', { name: 'Export', exact: true }).press('Enter');
    await openExport(page)
      .getByText(/^20,000 of/)
      .waitFor();
    expect(page.workers()).toHaveLength(workers + 1);
    await openExport(page).getByRole('button', { name: 'Cancel the export' }).press('Enter');
    await ended(page, 'Cancelled');
    await expect.poll(() => page.workers().length).toBe(workers);
    await page.unroute(exportPages);
    const asked = requests;
    await sleep(1_500);
    expect(requests).toBe(asked);
    expect(downloads).toBe(0);
    // The next one is as any other.
    const file = await exportedFile(page);
    expect(file.byteLength).toBeGreaterThan(1_000_000);
  });

  /** Keeps the second page of an export back; what it gives has what lets it go, once it has been asked for. */
  async function holdSecondPage(page: Page): Promise<readonly (() => void)[]> {
    const held: (() => void)[] = [];
    let requests = 0;
    await page.route(exportPages, async (route) => {
      if (++requests === 2) await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    return held;
  }

  test('goes on with its dialog closed: the page tells how far it is and how it ended, and has the way back', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const footer = page.locator('footer');
    const heightPx = async () => (await footer.boundingBox())?.height;
    const quietPx = await heightPx();
    const held = await holdSecondPage(page);
    await choose(page, 'NDJSON');
    const download = page.waitForEvent('download', { timeout: 60_000 });
    await openExport(page).getByRole('button', { name: 'Export', exact: true }).press('Enter');
    await openExport(page)
      .getByText(/^20,000 of/)
      .waitFor();
    await page.keyboard.press('Escape');
    await openExport(page).waitFor({ state: 'hidden' });
    const chip = footer.getByRole('button');
    await expect.poll(() => chip.textContent()).toMatch(/^Exporting: 20,000 of [\d,]+ rows/);
    expect(await heightPx()).toBe(quietPx);
    await chip.click();
    await openExport(page)
      .getByText(/^20,000 of/)
      .waitFor();
    expect(await chip.count()).toBe(0);
    await page.keyboard.press('Escape');
    await chip.waitFor();
    for (const resume of held) resume();
    await download;
    await footer.getByRole('status').filter({ hasText: 'Export: Done' }).waitFor();
    await chip.click();
    await ended(page, 'Done');
    await page.keyboard.press('Escape');
    await openExport(page).waitFor({ state: 'hidden' });
    expect(await chip.count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('says so when the event source starts anew, and keeps the rows so far', async () => {
    await using opened = await openTimeline();
    const { page } = opened;
    const held = await holdSecondPage(page);
    await choose(page, 'NDJSON');
    const download = page.waitForEvent('download', { timeout: 60_000 });
    await openExport(page).getByRole('button', { name: 'Export', exact: true }).press('Enter');
    await expect.poll(() => held.length).toBe(1);
    const first = await readAll(servers.backendUrl, filter);
    await servers.stopBackend();
    // The page is asked for while nobody answers, and again until somebody does.
    for (const resume of held) resume();
    await openExport(page).getByText('Trying again').waitFor();
    await servers.startBackend();
    await ended(page, 'Stopped after 20,000');
    await ended(page, 'Export again');
    const events = eventsOfNdjson((await contentOf(await download)).toString());
    expect(events.length).toBe(20_000);
    for (const [i, event] of events.entries()) expect(event).toEqual(first[i]);
  });
});
