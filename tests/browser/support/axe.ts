import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const sourcePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let source: string | undefined;

/** What axe-core finds wrong with the page as it is, in a line each: the rule, the element and what is to be done. */
export async function violations(page: Page): Promise<readonly string[]> {
  source ??= await readFile(sourcePath, 'utf8');
  // Evaluated by the debugger, not by the page: its policy stays as it is.
  await page.evaluate(source);
  const results = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: (context: Document, options: RunOptions) => Promise<AxeResults> };
    };
    // A rule of WCAG 2.2, which is off unless it is asked for.
    return axe.run(document, { rules: { 'target-size': { enabled: true } } });
  });
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')}: ${(failureSummary ?? '').replaceAll(/\s+/g, ' ')}`,
    ),
  );
}
