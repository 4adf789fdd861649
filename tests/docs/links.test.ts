import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pagePaths, readPage, repository } from './support/doc_page.js';

const pages = await Promise.all((await pagePaths()).map(readPage));

/** As GitHub makes it of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

test.each(pages)('what $path links to is there', async ({ path, text }) => {
  const prose = text.replace(/^\s*```[^]*?^\s*```/gm, '');
  const links = [...prose.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  for (const [, target = '', anchor] of links) {
    const file = target === '' ? path : join(dirname(path), target);
    await expect(access(join(repository, file)), `${path}: ${target}`).resolves.toBeUndefined();
    if (anchor === undefined) continue;
    const headings = [...(await readPage(file)).text.matchAll(/^#+ (.*)$/gm)];
    expect(headings.map(([, heading = '']) => anchorOf(heading))).toContain(anchor);
  }
});

test('the README links to every page', () => {
  const readme = pages.find(({ path }) => path === 'README.md')?.text ?? '';
  for (const { path } of pages.filter((page) => page.path.startsWith('docs/'))) {
    expect(readme).toContain(`](${path})`);
  }
});
