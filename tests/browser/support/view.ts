import type { Locator, Page } from 'playwright-core';

/** The settings of the view, opened. */
export async function openView(page: Page): Promise<Locator> {
  const menu = page.getByRole('dialog', { name: 'View' });
  if (!(await menu.isVisible())) await page.getByRole('button', { name: 'View' }).click();
  await menu.waitFor();
  return menu;
}

/** Chooses one of a few words in the settings. */
export async function choose(page: Page, group: string, option: string): Promise<void> {
  const menu = await openView(page);
  await menu.getByRole('radiogroup', { name: group }).getByRole('radio', { name: option }).click();
}

/** Chooses a time zone that is looked for by `words`. */
export async function chooseZone(page: Page, words: string): Promise<void> {
  await choose(page, 'Zone', 'Other');
  const input = page.getByRole('combobox', { name: 'Time zone' });
  await input.fill(words);
  await page.getByRole('option').first().waitFor();
  await input.press('Enter');
  await page.getByRole('option').first().waitFor({ state: 'detached' });
}

export async function closeView(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'View' }).waitFor({ state: 'detached' });
}

/** The cookie that keeps the settings; `undefined` if there is none. */
export async function viewCookie(page: Page): Promise<string | undefined> {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === 'eventglass-view')?.value;
}

/** The heads of the columns that can be seen, from the left. */
export async function headColumns(page: Page): Promise<readonly string[]> {
  return page
    .locator('[role=columnheader]')
    .evaluateAll((heads) =>
      heads
        .filter((head) => head.getBoundingClientRect().width > 0)
        .map((head) => head.getAttribute('data-column') ?? ''),
    );
}

export function columnHead(page: Page, column: string): Locator {
  return page.locator(`[role=columnheader][data-column=${column}]`);
}

/** The width of a column's head, in CSS pixels. */
export async function columnWidth(page: Page, column: string): Promise<number> {
  return (await columnHead(page, column).boundingBox())?.width ?? NaN;
}
