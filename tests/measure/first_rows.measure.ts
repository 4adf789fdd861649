import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLargeTimeline } from '../browser/support/large_timeline.js';
import { launchBrowser } from '../browser/support/browser.js';
import {
  describeOpenings,
  measureOpening,
  median,
  type Opening,
} from '../browser/support/opening.js';

const runs = 9;

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
});

test.each([10_000, 1_000_000])('first rows of %d events', async (eventCount) => {
  await using timeline = await startLargeTimeline(eventCount);
  const { servers } = timeline;
  await measureOpening(browser, servers);
  const openings: Opening[] = [];
  for (let i = 0; i < runs; i++) openings.push(await measureOpening(browser, servers));
  process.stdout.write(describeOpenings(eventCount, openings));
  expect(median(openings, 'bytes')).toBeLessThan(1_000_000);
});
