import { afterAll, describe, expect, test } from 'vitest';
import { rulesOf } from './rules/index.js';
import { pagePaths, readPage } from './support/doc_page.js';
import { ruleFor, unusedRules } from './support/rule.js';
import { Stage } from './support/stage.js';

const pages = await Promise.all((await pagePaths()).map(readPage));
const stage = new Stage();

afterAll(() => stage.end());

for (const page of pages) {
  describe(page.path, () => {
    const rules = rulesOf[page.path] ?? {};
    test.each(page.blocks)('line $line, $heading', async (block) => {
      const rule = ruleFor(rules, page, block);
      if (rule === undefined) throw new Error('no rule covers this example: see tests/docs/rules');
      await rule({ block, page, stage });
    });

    test('has an example for each rule', () => {
      expect(unusedRules(rules, page)).toEqual([]);
    });
  });
}

test('there are no rules for pages that are gone', () => {
  expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining(Object.keys(rulesOf)));
});
