import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readPage, repository } from './support/doc_page.js';
import { codesIn, tableRows } from './support/table.js';

const headings = ['The page', 'The backend', 'Engine and client', 'The terminal', 'The package'];
const { text } = await readPage('docs/security.md');
const claims = headings.flatMap((heading) =>
  tableRows(text, heading).map(([threat = '', , shownBy = '']) => {
    const [file = ''] = codesIn(shownBy);
    return { threat, file, title: shownBy.slice(shownBy.indexOf(': ') + 2) };
  }),
);

test('every line of the page is looked at', () => {
  const rowCount = text.split('\n').filter((line) => /^\| (?!what could)/.test(line)).length;
  expect(claims).toHaveLength(rowCount);
  expect(rowCount).toBeGreaterThan(30);
});

test.each(claims)('"$threat" is answered by a test that exists', async ({ file, title }) => {
  const source = await readFile(`${repository}tests/${file}`, 'utf8');
  expect(title).not.toBe('');
  expect(source).toContain(title);
});
