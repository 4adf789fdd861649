import { describe, expect, test } from 'vitest';
import { completionsAt, quoted } from '../../app/src/lib/timeline/filter_completion.js';
import { demoColumns } from './support/demo_columns.js';

const { schema } = demoColumns;

const values: Readonly<Record<string, readonly string[]>> = {
  source: ['ads', 'shop', 'stripe', 'Slow "queue"', 'OR', 'a,b'],
  severity: ['info', 'warning'],
};

/** The texts that accepting each completion makes, with `|` for the caret. */
function completed(marked: string): readonly string[] {
  const caret = marked.indexOf('|');
  const text = marked.replace('|', '');
  return completionsAt(text, caret, schema, (column) => values[column] ?? []).map(
    ({ insertion, begin, end }) => `${text.slice(0, begin)}${insertion}|${text.slice(end)}`,
  );
}

describe('what could stand at the caret', () => {
  test.each([
    ['s|', ['source:|', 'severity:|']],
    ['am|', ['amount>=|']],
    ['timeout -sev|', ['timeout -severity:|']],
    ['(sou|) x', ['(source:|) x']],
    ['source:s|', ['source:shop|', 'source:stripe|', 'source:"Slow \\"queue\\""|']],
    ['source:ads,st|', ['source:ads,stripe|']],
    ['-severity:|', ['-severity:info|', '-severity:warning|']],
    ['source:"Sl|', ['source:"Slow \\"queue\\""|']],
    ['source:o|', ['source:"OR"|']],
    ['source:a| severity:info', ['source:ads| severity:info', 'source:"a,b"| severity:info']],
    ['source:"a b" sev|', ['source:"a b" severity:|']],
    ['nothing:x|', []],
    ['message:"source:|', []],
    ['"sou|', []],
    ['zebra|', []],
    ['source:shop|', []],
  ])('%s', (text, expected) => {
    expect(completed(text)).toEqual(expected);
  });

  test('is all columns where nothing stands', () => {
    expect(completed('timeout |')).toHaveLength(schema.length);
  });
});

test('a text in quotes is exactly that text', () => {
  expect(quoted('say "hi" \\')).toBe('"say \\"hi\\" \\\\"');
});
