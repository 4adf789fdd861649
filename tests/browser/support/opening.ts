import type { Browser } from 'playwright-core';
import { openPage } from './browser.js';
import type { TimelineServers } from './timeline_servers.js';

/** How one opening of the timeline went. */
export interface Opening {
  /** First contentful paint: the server's rows are in it. */
  readonly rowsPaintedMs: number;
  /** The engine's rows have taken their place. */
  readonly engineMs: number;
  /** On the wire until the engine's rows were there. */
  readonly bytes: number;
}

/** Opens the timeline in a browser that has nothing of it yet. */
export async function measureOpening(browser: Browser, servers: TimelineServers): Promise<Opening> {
  await using opened = await openPage(browser);
  const { page } = opened;
  const bytesBefore = servers.bytes;
  // The first page of events goes through. Those after it fill the rest of the window, and would be counted by
  // chance: they get no answer.
  let pages = 0;
  await page.route(/\/data\?/, (route) => (pages++ === 0 ? route.continue() : undefined));
  await page.goto(servers.url);
  const engineMs = await page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]');
    while (
      grid?.getAttribute('aria-busy') !== 'false' ||
      !document.querySelector('[data-state=live]')
    ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now();
  });
  const bytes = servers.bytes - bytesBefore;
  const rowsPaintedMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  );
  return { rowsPaintedMs, engineMs, bytes };
}

/** The figure in the middle of several openings. */
export function median(openings: readonly Opening[], name: keyof Opening): number {
  const values = openings.map((opening) => opening[name]).sort((a, b) => a - b);
  return Math.round(values[Math.floor(values.length / 2)] ?? NaN);
}

/** The medians, as a line for people. */
export function describeOpenings(eventCount: number, openings: readonly Opening[]): string {
  return (
    `${String(eventCount)} events: rows painted after ${String(median(openings, 'rowsPaintedMs'))} ms, ` +
    `engine's rows after ${String(median(openings, 'engineMs'))} ms, ` +
    `${String(Math.round(median(openings, 'bytes') / 1_000))} kB transferred ` +
    `(medians of ${String(openings.length)})\n`
  );
}
