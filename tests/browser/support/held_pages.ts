import type { Page, Route } from 'playwright-core';

/** `GET /data`, and nothing else of the backend's. */
const pagesOfEvents = /\/data\?/;

/** Pages of events that are on their way. */
export interface HeldPages {
  /** Lets them arrive, and all after them. */
  release(): Promise<void>;
}

/** From now on pages of events that the browser asks for stay on their way. */
export async function holdPages(page: Page): Promise<HeldPages> {
  const held: Route[] = [];
  const hold = (route: Route): void => {
    held.push(route);
  };
  await page.route(pagesOfEvents, hold);
  return {
    async release() {
      await page.unroute(pagesOfEvents, hold);
      // What the page has given up meanwhile can't go on.
      await Promise.all(held.map((route) => route.continue().catch(() => undefined)));
    },
  };
}
