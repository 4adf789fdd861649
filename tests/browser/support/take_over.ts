import type { Page } from 'playwright-core';

/** What happened to the rows of the server when the engine took over. */
export interface TakeOver {
  /** In words: each row in sight that was replaced, changed or moved, and each other count of rows. */
  readonly flickers: readonly string[];
  /** The browser's own measure, where it has one. */
  readonly shifts: readonly number[];
}

declare global {
  // Lives in the page between two calls.
  var takeOver: { readonly flickers: string[]; readonly shifts: number[] } | undefined;
}

/** The page notes what happens to every row of the server's, by node, with all that it shows and where. Call it before it is opened. */
export async function watchTakeOver(page: Page): Promise<void> {
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      const rows = [...document.querySelectorAll('[role=row][data-event-id]')];
      const texts = rows.map((row) => row.textContent);
      const tops = rows.map((row) => row.getBoundingClientRect().top);
      const shifts: number[] = [];
      if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) {
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries())
            shifts.push((entry as PerformanceEntry & { value: number }).value);
        }).observe({ type: 'layout-shift', buffered: true });
      }
      const flickers: string[] = [];
      const grid = document.querySelector('[role=grid]');
      const rowCount = grid?.getAttribute('aria-rowcount');
      const look = () => {
        const shownCount = grid?.getAttribute('aria-rowcount');
        if (shownCount !== rowCount) flickers.push(`row count ${shownCount ?? 'gone'}`);
        rows.forEach((row, i) => {
          const top = tops[i] ?? 0;
          if (top < 80 || top > 700) return;
          if (!row.isConnected) flickers.push(`row ${String(i)} was replaced`);
          else if (row.textContent !== texts[i]) flickers.push(`row ${String(i)} changed`);
          else if (row.getBoundingClientRect().top !== top) {
            flickers.push(
              `row ${String(i)} moved by ${String(row.getBoundingClientRect().top - top)} px`,
            );
          }
        });
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      globalThis.takeOver = { flickers, shifts };
    });
  });
}

/** What has happened so far, each flicker once. REQUIRES: watchTakeOver */
export async function takeOver(page: Page): Promise<TakeOver> {
  const { flickers, shifts } = await page.evaluate(() => {
    if (!globalThis.takeOver) throw new Error('nobody has watched');
    return globalThis.takeOver;
  });
  return { flickers: [...new Set(flickers)], shifts };
}
