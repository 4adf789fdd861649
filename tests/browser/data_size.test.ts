import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLargeTimeline } from './support/large_timeline.js';
import { launchBrowser } from './support/browser.js';
import { describeOpenings, measureOpening, median, type Opening } from './support/opening.js';

const fewEvents = 10_000;
const manyEvents = 1_000_000;
const runs = 5;

/** What the page may transfer until the engine shows its first rows, whatever there is to show. */
const maxFirstBytes = 1_000_000;

/** Texts differ from row to row, and counts have more digits; the rest must be the same. */
const maxByteRatio = 1.1;

describe('the size of the timeline', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
  });

  async function openSeveralTimes(eventCount: number): Promise<readonly Opening[]> {
    await using timeline = await startLargeTimeline(eventCount);
    const { servers } = timeline;
    const openings: Opening[] = [];
    for (let i = 0; i < runs; i++) openings.push(await measureOpening(browser, servers));
    // Times are for people: they say more of the machine, and of what else it does, than of the page.
    process.stdout.write(describeOpenings(eventCount, openings));
    return openings;
  }

  test('does not matter for the first rows: a million events cost no more bytes than ten thousand', async () => {
    const few = median(await openSeveralTimes(fewEvents), 'bytes');
    const many = median(await openSeveralTimes(manyEvents), 'bytes');
    expect(Math.min(few, many)).toBeGreaterThan(50_000);
    expect(Math.max(few, many)).toBeLessThan(maxFirstBytes);
    expect(Math.max(few, many) / Math.min(few, many)).toBeLessThan(maxByteRatio);
  });
});
