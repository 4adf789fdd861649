import type { Page } from 'playwright-core';
import { settled } from '../../browser/support/grid.js';

/** Drags the table's scrollbar from its upper end to its middle. REQUIRES: it is at the upper end */
export async function dragToMiddle(page: Page): Promise<void> {
  const grid = await page.locator('[role=grid]').boundingBox();
  if (!grid) throw new Error('there is no table');
  const x = grid.x + grid.width - 6;
  await page.mouse.move(x, grid.y + 22);
  await page.mouse.down();
  await page.mouse.move(x, grid.y + grid.height / 2, { steps: 8 });
  await page.mouse.up();
  await settled(page);
}
