/** @import { Options } from '../options.mjs' */
/** @import { PageFigures } from '../browser/messages.js' */
import { chromium } from 'playwright-core';
import { chromiumFlags, chromiumPath } from '../browser/chromium.mjs';
import { runInPage } from '../browser/run.mjs';
import { ensureDataset } from '../data/dataset.mjs';
import { formatNumber, formatTable } from '../report/format.mjs';

/** 20 ms of mutations. */
const BATCH_SIZE = 1_000;
const BATCHES_PER_SECOND = 50;

/** @type {readonly [name: string, value: (figures: PageFigures) => number, goal: string][]} */
const ROWS = [
  ['instantiate, ms', ({ instantiateMs }) => instantiateMs, ''],
  ['load to a sorted store, ms', ({ loadMs }) => loadMs, ''],
  ['mutations a second', ({ mutationsPerSecond }) => mutationsPerSecond, '50,000'],
  ['batch of 1,000: p50, ms', ({ batch }) => batch.p50, ''],
  ['batch of 1,000: p99, ms', ({ batch }) => batch.p99, ''],
  ['viewports answered', ({ answer }) => answer.count, ''],
  ['viewport read alone: p50, ms', ({ read }) => read.p50, ''],
  ['viewport read alone: p99, ms', ({ read }) => read.p99, ''],
  ['viewport answer: p50, ms', ({ answer }) => answer.p50, 'under 0.2'],
  ['viewport answer: p99, ms', ({ answer }) => answer.p99, 'under 2'],
  ['main thread and back: p50, ms', ({ roundTrip }) => roundTrip.p50, ''],
  ['main thread and back: p99, ms', ({ roundTrip }) => roundTrip.p99, ''],
  ['wasm heap, MB', ({ heapBytes }) => heapBytes / 1e6 || NaN, ''],
];

/**
 * Measures stores in a worker of a page in Chromium.
 * @param {Options} options
 */
export async function measureInBrowser({ only, eventCount, seconds }) {
  const adapters = only ?? ['eventglass', 'plainjs-typed'];
  const dataset = ensureDataset({
    eventCount,
    batchCount: seconds * BATCHES_PER_SECOND,
    batchSize: BATCH_SIZE,
    mix: 'growing',
  });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumFlags });
  try {
    /** @type {PageFigures[]} */
    const measured = [];
    for (const adapter of adapters) {
      console.error(`${adapter}: in Chromium, ${eventCount.toLocaleString('en')} events`);
      const page = await browser.newPage();
      measured.push(await runInPage(page, adapter, dataset));
      await page.close();
    }
    const table = ROWS.map(([name, value, goal]) => [
      name,
      ...measured.map((figures) => formatNumber(value(figures))),
      goal,
    ]);
    console.log(formatTable([['', ...adapters, 'goal'], ...table]));
    const failures = measured.flatMap(({ verdict }) => verdict.failures);
    for (const failure of failures) console.log(failure);
    return failures.length === 0;
  } finally {
    await browser.close();
  }
}
