import { expect, test } from 'vitest';
import { blocksOf } from './support/doc_page.js';
import { ruleFor, unusedRules } from './support/rule.js';
import { commandsOf } from './support/shell.js';
import { codesIn, tableRows } from './support/table.js';

const text = `# One

    by spaces

\`\`\`sh
a # no heading
\`\`\`

## Two

- \`\`\`json
  {}
  \`\`\`

~~~
\`\`\`
~~~
`;

test('every block of a page is found, however it is written', () => {
  expect(blocksOf(text)).toEqual([
    { language: '', code: 'by spaces\n', heading: 'One', line: 3 },
    { language: 'sh', code: 'a # no heading\n', heading: 'One', line: 5 },
    { language: 'json', code: '{}\n', heading: 'Two', line: 11 },
    { language: '', code: '```\n', heading: 'Two', line: 15 },
  ]);
});

test('a block without an end is refused', () => {
  expect(() => blocksOf('```sh\nls\n')).toThrow('line 1: the block has no end');
});

test('a block for which there is no rule has none, and a rule without a block is told', () => {
  const page = { path: 'a.md', text, blocks: blocksOf(text) };
  const rule = () => undefined;
  const rules = { One: [rule], Two: [rule, rule, rule], Three: [rule] };
  expect(page.blocks.map((block) => ruleFor(rules, page, block))).toEqual([
    rule,
    undefined,
    rule,
    rule,
  ]);
  expect(unusedRules(rules, page)).toEqual(['Two, 3', 'Three, 1']);
});

test('a script is taken for its commands, of one line or several', () => {
  const script = `ls   # all\n# words\n\nsplit --filter='a \\\n  b' c\nprintf '%s' a |\n  cat\n`;
  expect(commandsOf(script)).toEqual([
    'ls   # all',
    "split --filter='a \\\n  b' c",
    "printf '%s' a |\n  cat",
  ]);
});

test('rows of tables are read without their heads', () => {
  const table = '# T\n\n| a | b |\n|---|--:|\n| `x` | 1\\|2 |\n\n| c |\n|---|\n| `y`, `z` |\n';
  expect(tableRows(table, 'T')).toEqual([['`x`', '1|2'], ['`y`, `z`']]);
  expect(codesIn('`y`, `z`')).toEqual(['y', 'z']);
});
