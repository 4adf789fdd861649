import type { Page } from 'playwright-core';

declare global {
  // Lives in the page between two calls; `undefined` while blocks pass.
  var heldBlocks: (() => void)[] | undefined;
}

/** Makes `holdBlocks` possible. Call it before the page is opened. */
export async function canHoldBlocks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const NativeWorker = globalThis.Worker;
    globalThis.Worker = class extends NativeWorker {
      override addEventListener(type: string, listener: (event: Event) => void): void {
        super.addEventListener(type, (event) => {
          const isBlock =
            event instanceof MessageEvent &&
            (event.data as { readonly type?: string }).type === 'block';
          if (isBlock && globalThis.heldBlocks) {
            globalThis.heldBlocks.push(() => listener(event));
          } else {
            listener(event);
          }
        });
      }
    };
  });
}

/** From now on rows stay on their way to the screen. */
export async function holdBlocks(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.heldBlocks = [];
  });
}

/** Waits until rows are on their way to the screen. REQUIRES: holdBlocks */
export async function waitForHeldBlock(page: Page): Promise<void> {
  await page.waitForFunction(() => (globalThis.heldBlocks?.length ?? 0) > 0);
}

/** Lets the rows arrive that were on their way, and all after them. */
export async function releaseBlocks(page: Page): Promise<void> {
  await page.evaluate(() => {
    const held = globalThis.heldBlocks ?? [];
    globalThis.heldBlocks = undefined;
    for (const deliver of held) deliver();
  });
}
