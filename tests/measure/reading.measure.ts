import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { updateOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser, openPage } from '../browser/support/browser.js';
import { DelayingProxy } from '../browser/support/delaying_proxy.js';
import { startFrameProbe, stopFrameProbe } from '../browser/support/frame_probe.js';
import { screenRows, settled, waitForState, wheel } from '../browser/support/grid.js';
import { KillableBackend } from '../browser/support/killable_backend.js';
import { startTaskTrace, stopTaskTrace } from '../browser/support/task_trace.js';
import { TimelineServers } from '../browser/support/timeline_servers.js';

const mutationRate = 5_000;
const scrollingMs = 60_000;
const scrollPxPerS = 8_000;
const markerCount = 100;
const jumpCount = 40;
const keyCount = 200;

/** Each way: a round trip of 20 ms. */
const oneWayMs = 10;

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? NaN) * 10) / 10;
}

function print(what: string, values: readonly number[]): void {
  const [p50, p95, p98] = [0.5, 0.95, 0.98].map((part) => String(quantile(values, part)));
  process.stdout.write(
    `${what}: p50 ${p50 ?? ''} ms, p95 ${p95 ?? ''} ms, p98 ${p98 ?? ''} ms (${String(values.length)})\n`,
  );
}

/** A timeline that changes 5,000 times a second, its backend in a process of its own. */
async function startBusyTimeline() {
  const servers = await TimelineServers.start({
    withBackend: false,
    initialCount: 100_000,
    mutationRate,
  });
  const backend = await KillableBackend.start(servers);
  return {
    servers,
    backend,
    [Symbol.asyncDispose]: async () => {
      await backend.kill();
      await servers.stop();
    },
  };
}

async function openLive(servers: TimelineServers) {
  const opened = await openPage(browser);
  const { page } = opened;
  await page.goto(servers.url);
  await waitForState(page, 'live');
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid]')?.getAttribute('data-loaded-count')) > 90_000,
  );
  return opened;
}

test('scrolling, and mutations painted, at 5,000 mutations a second', async () => {
  await using busy = await startBusyTimeline();
  const { servers, backend } = busy;
  await using opened = await openLive(servers);
  const { page, problems } = opened;

  await wheel(page, -30_000);
  await waitForState(page, 'paused');
  await startTaskTrace(page);
  await startFrameProbe(page);
  const begin = performance.now();
  let scrolledPx = 0;
  for (let now = begin; now < begin + scrollingMs; now = performance.now()) {
    const px = Math.round(((now - begin) * scrollPxPerS) / 1_000) - scrolledPx;
    scrolledPx += px;
    // Down and up by turns, as a reader who looks for something.
    const isDown = Math.floor((now - begin) / 2_500) % 3 === 2;
    await page.mouse.wheel(0, isDown ? px : -px);
  }
  const frames = await stopFrameProbe(page);
  const { taskCount, longTasksMs } = await stopTaskTrace(page);
  process.stdout.write(
    `scrolling ${String(scrolledPx)} px in ${String(scrollingMs / 1_000)} s: ${String(frames.frameCount)} frames, ` +
      `${String(frames.blankFrames)} blank, ${String(frames.placeholderFrames)} with rows only announced; ` +
      `${String(taskCount)} tasks, long ones: ${JSON.stringify(longTasksMs)} ms\n`,
  );
  expect(frames.blankFrames).toBe(0);

  await page.keyboard.press('End');
  await waitForState(page, 'live');
  await wheel(page, -300);
  await waitForState(page, 'paused');
  await settled(page);
  const painted: number[] = [];
  for (let i = 0; i < markerCount; i++) {
    const rows = await screenRows(page);
    const id = rows[3 + (i % 10)]?.id ?? '';
    const message = `painted ${String(i)}`;
    const seen = page.evaluate(
      async ({ id, message }) => {
        for (;;) {
          const cell = document.querySelector(`[data-event-id="${id}"] [data-column=message]`);
          if (cell?.textContent === message) return performance.timeOrigin + performance.now();
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      },
      { id, message },
    );
    const sentMs = performance.timeOrigin + performance.now();
    await backend.publish([updateOf(id, { message })]);
    const seenMs = await Promise.race([
      seen,
      new Promise<undefined>((resolve) => setTimeout(resolve, 5_000, undefined)),
    ]);
    // Where the event was deleted meanwhile nobody sees it.
    if (seenMs !== undefined) painted.push(seenMs - sentMs);
  }
  print('from publishing to painted', painted);
  expect(problems).toEqual([]);
});

/** Milliseconds from Enter in the field of times until the rows of that time are drawn. */
async function jumpMs(page: Page, timestamp: number): Promise<number> {
  const input = page.getByLabel('Jump to time');
  await input.fill(new Date(timestamp).toISOString());
  const ms = page.evaluate(async (wantedMs) => {
    const entered = new Promise<number>((resolve) => {
      addEventListener('keydown', () => resolve(performance.now()), { once: true, capture: true });
    });
    const begin = await entered;
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const body = document.querySelector('[role=grid] [role=rowgroup]');
      const top = body?.getBoundingClientRect().top ?? 0;
      const rows = [...(body?.querySelectorAll<HTMLElement>('[data-event-id]') ?? [])];
      const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1);
      const at = Number(first?.dataset['timestamp'] ?? NaN);
      const isThere = at >= wantedMs && at < wantedMs + 3_600_000;
      if (isThere && !body?.querySelector('[aria-busy=true]')) return performance.now() - begin;
    }
  }, timestamp);
  await input.press('Enter');
  return ms;
}

test('jumps with a round trip of 20 ms', async () => {
  let port = 0;
  using proxy = await DelayingProxy.start(() => port, oneWayMs);
  const servers = await TimelineServers.start({
    initialCount: 1_000_000,
    browserBackendUrl: proxy.url,
  });
  port = servers.backendSettings.port;
  await using opened = await openPage(browser);
  const { page } = opened;
  await page.goto(servers.url);
  await waitForState(page, 'live');
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid]')?.getAttribute('data-loaded-count')) > 90_000,
  );
  const timestampAt = async (rank: number) => {
    const answer = await fetch(`${servers.backendUrl}/data?rank=${String(rank)}&limit=1`);
    const [event] = (await answer.json()) as readonly { timestamp: number }[];
    return event?.timestamp ?? NaN;
  };
  const inside: number[] = [];
  for (let i = 0; i < jumpCount; i++) {
    inside.push(await jumpMs(page, await timestampAt(940_000 + ((i * 17) % 40) * 1_000)));
  }
  print('jump inside the window', inside);
  const outside: number[] = [];
  for (let i = 0; i < jumpCount; i++) {
    outside.push(await jumpMs(page, await timestampAt((50_000 + i * 411_000) % 950_000)));
    await settled(page);
  }
  print('jump outside the window', outside);
  await servers.stop();
});

test('interactions while live at 5,000 mutations a second', async () => {
  await using busy = await startBusyTimeline();
  await using opened = await openLive(busy.servers);
  const { page } = opened;
  await page.evaluate(() => {
    const durations = new Map<number, number>();
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as PerformanceEventTiming[]) {
        if (entry.interactionId === 0) continue;
        const known = durations.get(entry.interactionId) ?? 0;
        durations.set(entry.interactionId, Math.max(known, entry.duration));
      }
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    Object.assign(globalThis, { durations });
  });
  const keys = ['j', 'k', 'Enter', 'Escape', 'f', 'f', 'PageUp', 'PageDown', 'ArrowUp', 'l'];
  for (let i = 0; i < keyCount; i++) {
    await page.keyboard.press(keys[i % keys.length] ?? 'j');
    await page.waitForTimeout(50);
  }
  const durations = await page.evaluate(() => [
    ...(globalThis as unknown as { durations: Map<number, number> }).durations.values(),
  ]);
  // Those of less than 16 ms are not told of.
  const all = [...durations, ...Array<number>(Math.max(0, keyCount - durations.length)).fill(16)];
  print('interaction to next paint', all);
});
