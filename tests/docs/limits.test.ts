import { access, readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { innerLimits } from './rules/inner_limits.js';
import { amountIn, constantIn } from './support/constants.js';
import { readPage, repository } from './support/doc_page.js';
import { codesIn, tableRows } from './support/table.js';

/** Where the files of each table are. */
const folders: Readonly<Record<string, readonly string[]>> = {
  Engine: ['wasm/src/', 'wasm/ts/'],
  Client: ['wasm/ts/', 'table/src/'],
  Backend: ['backend/src/'],
  Page: ['app/src/lib/', 'table/src/'],
  Terminal: ['wasm/ts/terminal/'],
};

interface Limit {
  readonly what: string;
  readonly limit: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly name: string;
}

async function fileIn(places: readonly string[], path: string): Promise<string> {
  for (const place of places) {
    const isThere = await access(`${repository}${place}${path}`).then(
      () => true,
      () => false,
    );
    if (isThere) return `${place}${path}`;
  }
  throw new Error(`${path} is in none of ${places.join(', ')}`);
}

const { text } = await readPage('docs/limits.md');
const limits: readonly Limit[] = (
  await Promise.all(
    Object.entries(folders).map(([heading, places]) =>
      Promise.all(
        tableRows(text, heading).map(async ([what = '', limit = '', , where = '']) => {
          const [path = '', name = ''] = codesIn(where);
          return { what, limit, file: await fileIn(places, path), name };
        }),
      ),
    ),
  )
).flat();

test('every table of the page is compared', () => {
  const rowCount = text.split('\n').filter((line) => /^\| (?!what \|)/.test(line)).length;
  expect(limits).toHaveLength(rowCount);
});

test.each(limits)('$what: $limit, as in $file', async ({ limit, file, name }) => {
  const source = await readFile(`${repository}${file}`, 'utf8');
  expect(amountIn(limit)).toBe(constantIn(source, name));
});

/** What is named as a limit: `const maxRows = …`, `kMaxRows = …`. */
const named =
  /^\s*(?:export |static |inline )*const(?:expr [\w:]+)? (kMax\w+|max[A-Z]\w*|MAX_\w+|\w*[tT]imeoutMs|\w*TIMEOUT_MS|default(?:Max|Mutation)\w+|DEFAULT_\w+)(?:: [\w<>]+)?\s*=\s/gm;
/** The members of an object of limits. */
const memberOf = /^export const default\w+Limits: \w+ = \{\n([^]*?)^\};/gm;

async function limitsIn(folder: string): Promise<readonly (readonly [string, string])[]> {
  const names = await readdir(`${repository}${folder}`, { recursive: true });
  const files = names.filter((name) => /(?<!\.d)\.(h|cc|ts|svelte)$/.test(name));
  const found = files.map(async (name) => {
    const file = `${folder}${name}`;
    const source = await readFile(`${repository}${file}`, 'utf8');
    const constants = [...source.matchAll(named)].map(([, constant = '']) => constant);
    const members = [...source.matchAll(memberOf)].flatMap(([, body = '']) =>
      [...body.matchAll(/^ {2}(\w+):/gm)].map(([, member = '']) => member),
    );
    return [...constants, ...members].map((constant): [string, string] => [file, constant]);
  });
  return (await Promise.all(found)).flat();
}

test('every limit that is named in the code is on the page, or is told to be an inner one', async () => {
  const sources = ['wasm/src/', 'wasm/ts/', 'backend/src/', 'app/src/lib/', 'table/src/'];
  const found = (await Promise.all(sources.map(limitsIn))).flat();
  expect(found.length).toBeGreaterThan(150);
  const known = new Set(limits.map(({ file, name }) => `${file} ${name.split('.')[0] ?? ''}`));
  for (const [file, names] of Object.entries(innerLimits)) {
    for (const name of names) {
      expect(known, 'on the page, and an inner one').not.toContain(`${file} ${name}`);
      known.add(`${file} ${name}`);
    }
  }
  const all = found.map(([file, name]) => `${file} ${name}`);
  expect(all.filter((limit) => !known.has(limit))).toEqual([]);
  const gone = Object.entries(innerLimits).flatMap(([file, names]) =>
    names.map((name) => `${file} ${name}`),
  );
  expect(gone.filter((limit) => !all.includes(limit))).toEqual([]);
});
