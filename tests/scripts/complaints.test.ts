import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const complaints = await readFile(new URL('../../docs/complaints.md', import.meta.url), 'utf8');

/** The rows of the table, without its head: their first cell, and their last one. */
const rows = [...complaints.matchAll(/^\| (?!complaint|---)([^|]+) \|.*\|([^|]*)\|$/gm)].map(
  ([, complaint = '', shownBy = '']) => ({ complaint, shownBy: shownBy.trim() }),
);

test('every complaint is there', () => {
  expect(rows).toHaveLength(20);
});

test.each(rows)(
  '"$complaint" is answered by a test that exists, or told to be open',
  async (row) => {
    if (row.shownBy === '') {
      expect(complaints.split('\n').find((line) => line.includes(row.complaint))).toContain(
        '**Not yet**',
      );
      return;
    }
    const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(row.shownBy) ?? [];
    const source = await readFile(new URL(`../${file}`, import.meta.url), 'utf8');
    expect(source).toContain(title);
  },
);
