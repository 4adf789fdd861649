import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';
import { startFrameProbe, stopFrameProbe } from './support/frame_probe.js';
import { frames, topRow, waitForState, wheel } from './support/grid.js';
import { startTaskTrace, stopTaskTrace } from './support/task_trace.js';
import { TimelineServers } from './support/timeline_servers.js';

const scrollingMs = 20_000;

/** A machine that falters makes a task long now and then; what the page does in too long a task, it does each time. */
const maxScrolls = 3;

/** By the clock; of which the page gets a part on a busy machine, and more than a long task's 50 ms still. */
const busyTaskMs = 500;

/** What each page of events is held back by, where rows are to come too late: many frames long. */
const pageDelayMs = 400;

describe('frames', () => {
  let browser: Browser;
  let servers: TimelineServers;

  beforeAll(async () => {
    browser = await launchBrowser();
    servers = await TimelineServers.start({ initialCount: 100_000, mutationRate: 200 });
  });

  afterAll(async () => {
    await browser.close();
    await servers.stop();
  });

  test('20 s of scrolling at 200 mutations a second: no blank frame and no long task', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await page.waitForFunction(
      () =>
        Number(document.querySelector('[role=grid]')?.getAttribute('data-loaded-count')) > 99_000,
    );
    await wheel(page, -30_000);
    await waitForState(page, 'paused');

    let longTasksMs: readonly number[] | undefined;
    for (let scrolls = 0; scrolls < maxScrolls && longTasksMs?.length !== 0; scrolls++) {
      await startTaskTrace(page);
      await startFrameProbe(page);
      const end = performance.now() + scrollingMs;
      for (let turn = 0; performance.now() < end; turn++) {
        // Down and up by turns, as a reader who looks for something; 120 px a frame is 7,200 px/s.
        await page.mouse.wheel(0, Math.floor(turn / 150) % 3 === 2 ? 120 : -120);
      }
      const report = await stopFrameProbe(page);
      const tasks = await stopTaskTrace(page);
      longTasksMs = tasks.longTasksMs;

      expect(report.frameCount).toBeGreaterThan(200);
      expect(report.distinctPictures).toBeGreaterThan(2);
      expect(report.blankFrames).toBe(0);
      expect(report.placeholderFrames).toBeLessThan(report.frameCount / 20);
      expect(tasks.taskCount).toBeGreaterThan(report.frameCount);
    }
    expect(longTasksMs).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('scrolling faster than rows come leaves no blank frame', async () => {
    await using opened = await openPage(browser);
    const { page, problems } = opened;
    let held = 0;
    await page.route(/\/data\?/, async (route) => {
      held++;
      await new Promise((resolve) => setTimeout(resolve, pageDelayMs));
      await route.continue();
    });
    await page.goto(servers.url);
    await waitForState(page, 'live');
    const { timestamp } = await topRow(page);
    await page.locator('[role=grid]').hover();
    await startFrameProbe(page);
    for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, -5_000);
    await frames(page, 30);
    const report = await stopFrameProbe(page);
    expect(held).toBeGreaterThan(1);
    expect(report.blankFrames).toBe(0);
    expect((await topRow(page)).timestamp).toBeLessThan(timestamp);
    expect(problems).toEqual([]);
  });

  test('the probe sees rows that are hidden for a frame', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await startFrameProbe(page);
    await page.evaluate(async () => {
      const rows = document.querySelector<HTMLElement>('[role=rowgroup] > .layer');
      if (!rows) throw new Error('there are no rows');
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      await frame();
      rows.style.display = 'none';
      await frame();
      rows.style.display = '';
      await frame();
    });
    expect((await stopFrameProbe(page)).blankFrames).toBeGreaterThanOrEqual(1);
  });

  test('the probe sees rows that are only announced', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await startFrameProbe(page);
    await page.evaluate(async () => {
      const row = document.querySelector('[role=rowgroup] [role=row]');
      const announced = row?.cloneNode(true);
      if (!(announced instanceof HTMLElement)) throw new Error('there are no rows');
      announced.setAttribute('aria-busy', 'true');
      row?.after(announced);
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      for (let i = 0; i < 5; i++) await frame();
      announced.remove();
    });
    const report = await stopFrameProbe(page);
    expect(report.placeholderFrames).toBeGreaterThanOrEqual(4);
    expect(report.blankFrames).toBe(0);
  });

  test('the trace sees a task that works for long', async () => {
    await using opened = await openPage(browser);
    const { page } = opened;
    await page.goto(servers.url);
    await waitForState(page, 'live');
    await startTaskTrace(page);
    await page.evaluate(async (busyMs) => {
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          const end = performance.now() + busyMs;
          while (performance.now() < end);
          resolve();
        });
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }, busyTaskMs);
    const { longTasksMs } = await stopTaskTrace(page);
    expect(longTasksMs).not.toEqual([]);
  });
});
