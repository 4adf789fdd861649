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
