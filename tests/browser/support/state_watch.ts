import type { Page } from 'playwright-core';

declare global {
  // Lives in the page between two calls.
  var watchedStates: string[] | undefined;
}

/** From now on the page notes every state that it says it is in. */
export async function watchState(page: Page): Promise<void> {
  await page.evaluate(() => {
    const status = document.querySelector('[role=status]');
    if (!status) throw new Error('the page says no state');
    const states: string[] = [];
    const note = (): void => {
      const state = status.getAttribute('data-state') ?? '';
      if (state !== states.at(-1)) states.push(state);
    };
    note();
    new MutationObserver(note).observe(status, { attributeFilter: ['data-state'] });
    globalThis.watchedStates = states;
  });
}

/** The states one after the other, with spaces between them. REQUIRES: watchState */
export async function stateSequence(page: Page): Promise<string> {
  return (await page.evaluate(() => globalThis.watchedStates ?? [])).join(' ');
}
