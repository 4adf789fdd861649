import type { Locator, Page } from 'playwright-core';

/** `aria-rowindex` of the timeline's first row: WAI-ARIA counts from 1, and the head is 1. */
const firstRowIndex = 2;

/** An event's row on screen. Pixels count from the top of the table's body. */
export interface ScreenRow {
  readonly id: string;
  readonly timestamp: number;
  /** Events before it in the whole timeline, as its `aria-rowindex` tells; NaN if it has none. */
  readonly rank: number;
  readonly topPx: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The rows that can be seen, from the top. */
export function screenRows(page: Page): Promise<readonly ScreenRow[]> {
  return page.evaluate((firstIndex) => {
    const body = document.querySelector('[role=grid] [role=rowgroup]');
    if (!body) return [];
    const { top, bottom } = body.getBoundingClientRect();
    return [...body.querySelectorAll<HTMLElement>('[role=row][data-event-id]')]
      .map((row) => ({ row, rect: row.getBoundingClientRect() }))
      .filter(({ rect }) => rect.bottom > top && rect.top < bottom)
      .map(({ row, rect }) => ({
        id: row.dataset['eventId'] ?? '',
        timestamp: Number(row.dataset['timestamp']),
        rank: Number(row.getAttribute('aria-rowindex') ?? NaN) - firstIndex,
        topPx: rect.top - top,
        cells: Object.fromEntries(
          [...row.querySelectorAll<HTMLElement>('[role=gridcell]')].map((cell) => [
            cell.dataset['column'] ?? '',
            cell.textContent,
          ]),
        ),
      }));
  }, firstRowIndex);
}

/** The event's row with this rank, once it is there. */
export function rowOfRank(page: Page, rank: number): Locator {
  return page.locator(`[data-event-id][aria-rowindex="${String(firstRowIndex + rank)}"]`);
}

/** A row on screen that is only announced. */
export interface AnnouncedRow {
  readonly rank: number;
  readonly topPx: number;
  /** About when its event happened, in ms since 1970; NaN if it does not say. */
  readonly timestamp: number;
}

/** The rows that can be seen and are only announced, from the top. */
export async function announcedRows(page: Page): Promise<readonly AnnouncedRow[]> {
  const rows = await page.evaluate(() => {
    const body = document.querySelector('[role=grid] [role=rowgroup]');
    if (!body) return [];
    const { top, bottom } = body.getBoundingClientRect();
    return [...body.querySelectorAll('[role=row][aria-busy=true]')]
      .map((row) => ({ row, rect: row.getBoundingClientRect() }))
      .filter(({ rect }) => rect.bottom > top && rect.top < bottom)
      .map(({ row, rect }) => ({
        rowIndex: Number(row.getAttribute('aria-rowindex') ?? NaN),
        topPx: rect.top - top,
        text: row.textContent,
      }));
  });
  return rows.map(({ rowIndex, topPx, text }) => {
    const time = /^\s*≈(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\s*$/.exec(text);
    const timestamp = time ? Date.parse(`${time[1] ?? ''}T${time[2] ?? ''}Z`) : NaN;
    return { rank: rowIndex - firstRowIndex, topPx, timestamp };
  });
}

/** The first row that can be seen. */
export async function topRow(page: Page): Promise<ScreenRow> {
  const [row] = await screenRows(page);
  if (!row) throw new Error('no row is on screen');
  return row;
}

/** The last row that can be seen. */
export async function lastRow(page: Page): Promise<ScreenRow> {
  const row = (await screenRows(page)).at(-1);
  if (!row) throw new Error('no row is on screen');
  return row;
}

/** Waits until the table says that it is in this state. */
export async function waitForState(page: Page, state: string, timeoutMs = 15_000): Promise<void> {
  await page.waitForFunction(
    (expected) => document.querySelector('[role=status]')?.getAttribute('data-state') === expected,
    state,
    { timeout: timeoutMs },
  );
}

/** Waits until the engine's rows are there. Those of the server come before the page hears any key. */
export async function waitForEngine(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.querySelector('[role=grid]')?.getAttribute('aria-busy') === 'false' &&
      document.querySelector('[role=status]')?.getAttribute('data-state') !== 'loading',
    undefined,
    { timeout: 30_000 },
  );
}

/** Waits until the engine holds this many rows. */
export async function waitForRowCount(page: Page, count: number): Promise<void> {
  await page.waitForFunction(
    (expected) => {
      const grid = document.querySelector('[role=grid]');
      return (
        grid?.getAttribute('aria-busy') === 'false' &&
        document.querySelector('[role=status]')?.getAttribute('data-state') !== 'loading' &&
        Number(grid.getAttribute('data-loaded-count')) === expected
      );
    },
    count,
    { timeout: 30_000 },
  );
}

/** Waits until `frames` frames have been drawn. */
export function frames(page: Page, count = 2): Promise<void> {
  return page.evaluate(async (n) => {
    for (let i = 0; i < n; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);
}

const settleTimeoutMs = 10_000;

/** Waits until no row has moved, come or gone for some frames; throws if that never happens. */
export async function settled(page: Page): Promise<void> {
  const picture = async () =>
    JSON.stringify((await screenRows(page)).map((row) => [row.id, row.topPx]));
  let stable = 0;
  let last = await picture();
  const deadline = performance.now() + settleTimeoutMs;
  while (stable < 4) {
    if (performance.now() > deadline) throw new Error(`rows do not come to rest: ${last}`);
    await frames(page, 3);
    const now = await picture();
    stable = now === last && now !== '[]' ? stable + 1 : 0;
    last = now;
  }
}

/** Turns the wheel over the table. */
export async function wheel(page: Page, deltaY: number): Promise<void> {
  await page.locator('[role=grid]').hover();
  await page.mouse.wheel(0, deltaY);
  await frames(page, 2);
}
