import type { Page } from 'playwright-core';

/** What Chromium and Firefox themselves say about connections that fail. */
export const connectionComplaint =
  /ERR_CONNECTION|ERR_EMPTY_RESPONSE|WebSocket|Failed to load resource|ERR_INCOMPLETE|can’t establish a connection|CORS request did not succeed/;

/** Presses "Try now", unless there is nothing to try any more. */
export async function tryNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try now' }).evaluateAll((buttons) => {
    for (const button of buttons) if (button instanceof HTMLElement) button.click();
  });
}
