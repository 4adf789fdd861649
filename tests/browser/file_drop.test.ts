import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Papa from 'papaparse';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellText } from '../../table/src/timeline/cell_text.js';
import { launchBrowser, openPage } from './support/browser.js';
import { waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

const dataFolder = fileURLToPath(new URL('../node_modules/vega-datasets/data', import.meta.url));

type Row = Readonly<Record<string, unknown>>;

/** On a loaded machine. */
const rowHeightPx = 28;
const eventually = { timeout: 20_000 };

/** Many rows to a screen. */
const tall = { viewport: { width: 1_600, height: 3_000 } };

async function drop(
  page: Page,
  files: readonly { readonly name: string; readonly text: string }[],
) {
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const { name, text } of given) made.items.add(new File([text], name));
    return made;
  }, files);
  for (const type of ['dragover', 'drop'])
    await page.dispatchEvent('main', type, { dataTransfer: transfer });
}

const fileView = (page: Page) => page.getByRole('dialog', { name: /Events of the file/ });

/** The texts of all rows, screen by screen, by the names of their columns. */
async function allRows(page: Page, count: number): Promise<readonly Record<string, string>[]> {
  const grid = fileView(page).getByRole('grid');
  await expect.poll(() => grid.getAttribute('aria-rowcount'), eventually).toBe(String(count + 1));
  const rows = new Map<number, Record<string, string>>();
  const read = () =>
    grid.evaluate((element, rowHeightPx) => {
      const body = element.querySelector('[role=rowgroup]')?.getBoundingClientRect();
      const drawn = [...element.querySelectorAll<HTMLElement>('[role=row][data-event-id]')];
      const top = drawn.at(0)?.getBoundingClientRect().top ?? Infinity;
      const bottom = drawn.at(-1)?.getBoundingClientRect().bottom ?? -Infinity;
      return {
        isCovered: body !== undefined && top <= body.top && bottom >= body.bottom,
        /** Where the screen begins. */
        begin: Math.round((body?.top ?? 0) - top) + Number(drawn.at(0)?.ariaRowIndex) * rowHeightPx,
        rows: drawn.map((row) => ({
          index: Number(row.ariaRowIndex),
          cells: [...row.querySelectorAll<HTMLElement>('[data-column]')].map((cell) => [
            cell.dataset['column'] ?? '',
            cell.textContent.trim(),
          ]),
        })),
      };
    }, rowHeightPx);
  await grid.press('Home');
  let begin = -Infinity;
  while (rows.size < count) {
    const before = begin;
    // Some rows of the next screen are drawn before all are, and more of this one after all are.
    await expect
      .poll(async () => {
        const screen = await read();
        for (const { index, cells } of screen.rows)
          rows.set(index, Object.fromEntries(cells) as Record<string, string>);
        if (screen.isCovered) ({ begin } = screen);
        return begin;
      }, eventually)
      .toBeGreaterThan(before);
    await grid.press('PageDown');
  }
  return [...rows].sort(([a], [b]) => a - b).map(([, cells]) => cells);
}

const timeText = (ms: number) => new Date(ms).toISOString().slice(0, -1).replace('T', ' ');

/** As the table writes a value. */
function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string')
    return cellText(value, false, false);
  return JSON.stringify(value);
}

/** What an independent reader makes of a file: a time, and fields by column. */
interface Expected {
  readonly ms: number;
  readonly fields: Row;
}

/** Rows in any order of those that happened at the same time. */
function comparable(rows: readonly Record<string, string>[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
}

function expectSame(rows: readonly Record<string, string>[], expected: readonly Expected[]): void {
  const times = Object.keys(rows[0] ?? {});
  const wanted = expected.map(({ ms, fields }) =>
    Object.fromEntries(
      times.map((name) => [name, name in fields ? textOf(fields[name]) : timeText(ms)]),
    ),
  );
  const shown = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, text]) => [name, text])),
  );
  expect(comparable(shown)).toEqual(comparable(wanted));
}

const readData = (name: string) => readFileSync(join(dataFolder, name), 'utf8');

describe('a file that is dropped on the page', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 1_000 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  async function opened() {
    const page = await openPage(browser, tall);
    await page.page.goto(servers.url);
    await waitForState(page.page, 'live');
    return page;
  }

  const weather = (): readonly Expected[] =>
    Papa.parse<Record<string, string>>(readData('seattle-weather.csv'), {
      header: true,
      skipEmptyLines: true,
    }).data.map(({ date = '', weather: kind, ...numbers }) => ({
      ms: Date.parse(date.replaceAll('/', '-')),
      fields: {
        weather: kind,
        ...Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, Number(text)])),
      },
    }));

  const movies = (): readonly Expected[] =>
    (JSON.parse(readData('movies.json')) as Row[]).map(({ 'Release Date': date, ...rest }) => ({
      ms: Date.parse(`${String(date)} UTC`),
      // Titles such as 300 are numbers in the file.
      fields: {
        ...rest,
        Title: typeof rest['Title'] === 'number' ? String(rest['Title']) : rest['Title'],
      },
    }));

  const earthquakes = (): readonly Expected[] => {
    const { features } = JSON.parse(readData('earthquakes.json')) as {
      readonly features: readonly {
        readonly properties: Row & { readonly time: number; readonly type: string };
      }[];
    };
    return features.map(({ properties: { time, type, ...rest } }) => ({
      ms: time,
      fields: { ...rest, 'properties.type': type, type: 'Feature' },
    }));
  };

  test.each([
    ['seattle-weather.csv', weather],
    ['movies.json', movies],
    ['earthquakes.json', earthquakes],
  ])('is shown row by row as an independent reader has it: %s', async (name, read) => {
    await using page = await opened();
    await drop(page.page, [{ name, text: readData(name) }]);
    await fileView(page.page).waitFor();
    const expected = read();
    const rows = await allRows(page.page, expected.length);
    expect(Object.keys(rows[0] ?? {}).length).toBeGreaterThan(4);
    expectSame(rows, expected);
    expect(page.problems).toEqual([]);
  });

  test('is filtered, read, and left again; the timeline goes on behind it', async () => {
    await using page = await opened();
    const text = ['a', 'b', 'c']
      .map((id, i) =>
        JSON.stringify({
          id,
          time: `2024-01-0${String(i + 1)}`,
          level: i === 1 ? 'error' : 'info',
          list: [1],
        }),
      )
      .join('\r\n');
    await page.page.locator('input[name=file]').setInputFiles({
      name: 'lines.ndjson',
      mimeType: 'application/x-ndjson',
      buffer: Buffer.from(`\uFEFF${text}\n`),
    });
    const view = fileView(page.page);
    const rows = view.locator('[role=row][data-event-id]');
    await expect.poll(() => rows.count()).toBe(3);
    await view.locator('input[name=file-filter]').fill('level:error');
    await view.locator('input[name=file-filter]').press('Enter');
    await expect.poll(() => rows.count()).toBe(1);
    await rows.first().click();
    await expect.poll(() => view.locator('aside').textContent()).toContain('2024-01-02');
    await page.page.keyboard.press('Escape');
    await view.getByRole('button', { name: 'Back to the timeline' }).click();
    await expect.poll(() => view.count()).toBe(0);
    await waitForState(page.page, 'live');
    expect(page.problems).toEqual([]);
  });

  test.each([
    [
      'a.ndjson',
      '{"id":"a","time":"2024-01-01"}\n{"id":\n[1]\n{"id":"b","time":"2024-01-02"}\n',
      /2 rows are left out: line 2: .*; line 3: it is no object/,
    ],
    ['a.json', '[{"id":"a","time":"2024-01-01"},7,{"id":"b","time":"2024-01-02"}]', /entry 2/],
    [
      'a.csv',
      'id,time\na,2024-01-01\nx,2024-01-01,more\nb,2024-01-02\n',
      /1 row is left out: row 2/,
    ],
  ])('has all but its faulty rows, which are told: %s', async (name, text, told) => {
    await using page = await opened();
    await drop(page.page, [{ name, text }]);
    const view = fileView(page.page);
    await expect.poll(() => view.locator('[role=row][data-event-id]').count()).toBe(2);
    expect(await view.locator('header').textContent()).toMatch(told);
    expect(page.problems).toEqual([]);
  });

  test.each([
    ['nothing', [{ name: 'a.json', text: '' }], '“a.json” is empty.'],
    ['bytes', [{ name: 'a.bin', text: 'PK\u0003\u0004\0\0' }], '“a.bin” is no text'],
    ['no times', [{ name: 'a.json', text: '[{"id":1,"x":"y"}]' }], '“a.json” has no times'],
    ['no events', [{ name: 'a.json', text: '[]' }], '“a.json” has no events.'],
    ['a cut list', [{ name: 'a.json', text: '[{"id":1},' }], 'is not the JSON of events'],
    ['prose', [{ name: 'a.txt', text: 'just words\nand more' }], 'neither JSON nor CSV'],
    [
      'two files',
      [
        { name: 'a', text: 'x' },
        { name: 'b', text: 'y' },
      ],
      'One file can be shown',
    ],
  ])('that can’t be had is told, and the page stays: %s', async (_, files, message) => {
    await using page = await opened();
    await drop(page.page, files);
    await expect.poll(() => page.page.locator('.notices').first().textContent()).toContain(message);
    expect(await fileView(page.page).count()).toBe(0);
    expect(page.problems).toEqual([]);
  });
});
