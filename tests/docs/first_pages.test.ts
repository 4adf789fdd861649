import { expect, test } from 'vitest';
import { rulesOf } from './rules/index.js';
import { pagePaths } from './support/doc_page.js';
import { readPages, runExamples } from './support/run_examples.js';

runExamples(await readPages('first'));

test('there are no rules for pages that are gone', async () => {
  expect(await pagePaths()).toEqual(expect.arrayContaining(Object.keys(rulesOf)));
});
