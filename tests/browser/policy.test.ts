import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { waitForState } from './support/grid.js';
import { TimelineServers } from './support/timeline_servers.js';

/** The directives of an answer's policy, by name. */
function policyOf(answer: Response): ReadonlyMap<string, readonly string[]> {
  const header = answer.headers.get('content-security-policy') ?? '';
  return new Map(
    header
      .split(';')
      .map((directive) => directive.trim().split(/\s+/))
      .map(([name = '', ...sources]) => [name, sources]),
  );
}

const commonHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

describe('the security policy', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 500 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  /** The timeline with its worker at work, and where the worker's script is. */
  async function openTimeline() {
    const opened = await openPage(browser);
    await opened.page.goto(servers.url);
    await waitForState(opened.page, 'live');
    const worker = opened.page.workers()[0];
    if (!worker) throw new Error('the page has no worker');
    return { ...opened, worker };
  }

  function expectStrict(answer: Response): void {
    const policy = policyOf(answer);
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('base-uri')).toEqual(["'none'"]);
    expect(policy.get('frame-ancestors')).toEqual(["'none'"]);
    const scripts = policy.get('script-src')?.filter((source) => !source.startsWith("'nonce-"));
    expect(scripts).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    const backend = servers.browserBackendUrl;
    expect(policy.get('connect-src')).toEqual(["'self'", backend, backend.replace('http', 'ws')]);
    expect(Object.fromEntries(answer.headers)).toMatchObject(commonHeaders);
  }

  test('of a page allows its own scripts, styles and backend, and nothing inline', async () => {
    const answer = await fetch(servers.url);
    expectStrict(answer);
    const policy = policyOf(answer);
    expect(policy.get('style-src')?.filter((source) => !source.startsWith("'nonce-"))).toEqual([
      "'self'",
    ]);
    const nonces = policy.get('script-src')?.filter((source) => source.startsWith("'nonce-"));
    expect(nonces).toHaveLength(1);
    const again = policyOf(await fetch(servers.url));
    expect(again.get('script-src')).not.toContain(nonces?.[0]);
  });

  test("of the worker's script, which the worker runs under, is as strict", async () => {
    await using opened = await openTimeline();
    expectStrict(await fetch(opened.worker.url()));
  });

  test.each(['/favicon.svg', '/nothing/here', '/_app/nothing.js'])(
    'is part of every other answer (%s)',
    async (path) => {
      expectStrict(await fetch(`${servers.url}${path}`));
    },
  );

  test('keeps a script without its nonce from running', async () => {
    await using opened = await openTimeline();
    const { page, problems } = opened;
    const hasRun = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.injected = true';
      document.body.append(script);
      return 'injected' in globalThis;
    });
    expect(hasRun).toBe(false);
    expect(problems.join('\n')).toContain('script-src');
  });

  test('keeps page and worker from any other address', async () => {
    let requests = 0;
    const stranger = createServer((_, answer) => {
      requests++;
      answer.setHeader('access-control-allow-origin', '*').end();
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const url = `http://127.0.0.1:${String((stranger.address() as AddressInfo).port)}`;
    try {
      await using opened = await openTimeline();
      const attempt = (address: string) =>
        fetch(address).then(
          () => 'answered',
          () => 'refused',
        );
      const { page, worker } = opened;
      expect(await page.evaluate(attempt, url)).toBe('refused');
      expect(await worker.evaluate(attempt, url)).toBe('refused');
      expect(requests).toBe(0);
      // Not for want of an answer: a page without a policy gets it.
      expect(await attemptFromElsewhere(page, attempt, url)).toBe('answered');
    } finally {
      stranger.close();
    }
  });

  async function attemptFromElsewhere(
    page: Page,
    attempt: (address: string) => Promise<string>,
    url: string,
  ): Promise<string> {
    await page.goto(`${url}/page`);
    return page.evaluate(attempt, url);
  }
});
