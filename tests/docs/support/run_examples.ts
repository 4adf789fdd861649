import { afterAll, describe, expect, test } from 'vitest';
import { rulesOf } from '../rules/index.js';
import { type DocPage, pagePaths, readPage } from './doc_page.js';
import { ruleFor, unusedRules } from './rule.js';
import { Stage } from './stage.js';

/** Pages that one begins with: they have most of the examples that need a browser. All others are the reference. */
const firstPages = [
  'README.md',
  'wasm/README.md',
  'docs/concepts.md',
  'docs/embedding.md',
  'docs/quick_start.md',
];

/** The pages of one kind: they are executed side by side with those of the other. */
export async function readPages(kind: 'first' | 'reference'): Promise<readonly DocPage[]> {
  const paths = await pagePaths();
  return Promise.all(
    paths.filter((path) => firstPages.includes(path) === (kind === 'first')).map(readPage),
  );
}

/** A test for each example of some pages. */
export function runExamples(pages: readonly DocPage[]): void {
  const stage = new Stage();
  afterAll(() => stage.end());

  for (const page of pages) {
    describe(page.path, () => {
      const rules = rulesOf[page.path] ?? {};
      test.each(page.blocks)('line $line, $heading', async (block) => {
        const rule = ruleFor(rules, page, block);
        if (rule === undefined) {
          throw new Error('no rule covers this example: see tests/docs/rules');
        }
        await rule({ block, page, stage });
      });

      test('has an example for each rule', () => {
        expect(unusedRules(rules, page)).toEqual([]);
      });
    });
  }
}
