import { runInPage } from '@eventglass/bench/browser/run.mjs';
import { ensureDataset } from '@eventglass/bench/data/dataset.mjs';
import { expect, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.js';

const dataset = ensureDataset({
  eventCount: 3_000,
  batchCount: 20,
  batchSize: 200,
  mix: 'growing',
});

test.each(['eventglass', 'plainjs-typed'])(
  'the benchmark page reads %s while mutations stream in, and finds its answers right',
  async (adapter) => {
    await using browser = await launchBrowser();
    await using opened = await openPage(browser);
    const figures = await runInPage(opened.page, adapter, dataset);
    expect(figures.verdict.failures).toEqual([]);
    expect(figures.answer.count).toBeGreaterThan(0);
    expect(figures.batch.count).toBe(dataset.batchCount);
    expect(opened.problems).toEqual([]);
  },
);
