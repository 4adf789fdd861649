import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../browser/support/browser.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';

const runs = 9;

interface Opening {
  /** First contentful paint: the server's rows are in it. */
  readonly rowsPaintedMs: number;
  /** The engine's rows have taken their place. */
  readonly engineMs: number;
  /** On the wire until the engine's rows were there. */
  readonly bytes: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function open(browser: Browser, servers: TimelineServers): Promise<Opening> {
  await using opened = await openPage(browser);
  const { page } = opened;
  const bytesBefore = servers.bytes;
  await page.goto(servers.url);
  const engineMs = await page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]');
    while (
      grid?.getAttribute('aria-busy') !== 'false' ||
      !document.querySelector('[data-state=live]')
    ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return performance.now();
  });
  const bytes = servers.bytes - bytesBefore;
  const rowsPaintedMs = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
  );
  return { rowsPaintedMs, engineMs, bytes };
}

const backendEntry = fileURLToPath(new URL('../../backend/build/index.js', import.meta.url));

/** A backend in a process of its own, so that it does not wait for the measuring one. */
async function startBackend(servers: TimelineServers, initialCount: number): Promise<ChildProcess> {
  const process_ = spawn(process.execPath, [backendEntry], {
    env: {
      ...process.env,
      PORT: new URL(servers.backendUrl).port,
      INITIAL_COUNT: String(initialCount),
      ALLOWED_ORIGINS: servers.url,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (!(await fetch(`${servers.backendUrl}/health`).catch(() => undefined))?.ok) {
    if (process_.exitCode !== null) throw new Error('the backend has ended: is it built?');
    await sleep(100);
  }
  return process_;
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

test.each([10_000, 1_000_000])('first rows of %d events', async (initialCount) => {
  const servers = await TimelineServers.start({ withBackend: false });
  const backend = await startBackend(servers, initialCount);
  try {
    await open(browser, servers);
    const openings: Opening[] = [];
    for (let i = 0; i < runs; i++) openings.push(await open(browser, servers));
    const figure = (name: keyof Opening) => Math.round(median(openings.map((one) => one[name])));
    process.stdout.write(
      `${String(initialCount)} events: rows painted after ${String(figure('rowsPaintedMs'))} ms, ` +
        `engine's rows after ${String(figure('engineMs'))} ms, ` +
        `${String(Math.round(figure('bytes') / 1_000))} kB transferred (medians of ${String(runs)})\n`,
    );
    expect(figure('bytes')).toBeLessThan(1_000_000);
  } finally {
    backend.kill();
    await once(backend, 'exit');
    await servers.stop();
  }
});
