import { chromiumFlags, headlessShellPath } from '@eventglass/bench/browser/chromium.mjs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export function launchBrowser(): Promise<Browser> {
  // Scrollbars are part of what is tested.
  return chromium.launch({
    executablePath: headlessShellPath,
    args: chromiumFlags,
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
}

/** A page in a context of its own, with everything that it complains about. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the console, uncaught exceptions and violations of the Content-Security-Policy. */
  readonly problems: readonly string[];
}

const desktop = { viewport: { width: 1280, height: 800 } } as const;

/** Opens a page that has not been anywhere yet. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ ...desktop, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      // eslint-disable-next-line no-console -- in the page, from where it comes back as a problem
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}
