import { expect } from 'vitest';
import { FilterBench } from '../support/filter_bench.js';
import type { PageRules, Rule } from '../support/rule.js';
import { blockCases } from './filter_cases.js';

/** A filter and what it means on each line. */
const filters: Rule = async ({ block }) => {
  using bench = await FilterBench.make();
  const lines = block.code.trimEnd().split('\n');
  const texts = lines.map((line) => line.split(/ {2,}/)[0] ?? '');
  expect(texts).toEqual(Object.keys(blockCases));
  for (const [text, each] of Object.entries(blockCases)) {
    expect(bench.wrong(text, each), text).toEqual([]);
  }
};

export const filter: PageRules = { 'The filter language': [filters] };
