import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults, ContextObject, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const sourcePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

let source: string | undefined;

/**
 * What axe-core finds wrong with the page as it is, in a line each: the rule, the element and what is to be done. Of the rows that are
 * ready above and below those on screen it would take as long as of all the rest.
 */
export async function violations(
  page: Page,
  rules: 'all' | 'of colours' = 'all',
): Promise<readonly string[]> {
  source ??= await readFile(sourcePath, 'utf8');
  // Evaluated by the debugger, not by the page: its policy stays as it is.
  await page.evaluate(source);
  const results = await page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as {
      axe: { run: (context: ContextObject, options: RunOptions) => Promise<AxeResults> };
    };
    const outside = [...document.querySelectorAll('[role=grid] [role=row]')].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      const body = row.closest('[role=rowgroup]')?.getBoundingClientRect();
      return body !== undefined && (bottom <= body.top || top >= body.bottom);
    });
    return axe.run(
      { include: [document], exclude: outside },
      rules === 'all'
        ? // A rule of WCAG 2.2, which is off unless it is asked for.
          { rules: { 'target-size': { enabled: true } } }
        : { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
    );
  }, rules);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')}: ${(failureSummary ?? '').replaceAll(/\s+/g, ' ')}`,
    ),
  );
}
