import type { Page } from 'playwright-core';

declare global {
  // Lives in the page between two calls.
  var watchedTops: Set<number | undefined> | undefined;
}

/** From now on the page notes at every frame how far down the row of this event is. */
export async function watchRow(page: Page, id: string): Promise<void> {
  await page.evaluate((eventId) => {
    const tops = new Set<number | undefined>();
    const selector = `[data-event-id="${CSS.escape(eventId)}"]`;
    const look = (): void => {
      if (globalThis.watchedTops !== tops) return;
      tops.add(document.querySelector(selector)?.getBoundingClientRect().top);
      requestAnimationFrame(look);
    };
    globalThis.watchedTops = tops;
    look();
  }, id);
}

/** Every place that the row was at, in px; `undefined` among them if it was gone. REQUIRES: watchRow */
export function watchedTops(page: Page): Promise<readonly (number | undefined)[]> {
  return page.evaluate(() => [...(globalThis.watchedTops ?? [])]);
}
