import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './support/installation.js';

let installation: Installation;
let files: readonly string[];

beforeAll(async () => {
  installation = await Installation.make();
  const entries = await readdir(installation.packageFolder, {
    recursive: true,
    withFileTypes: true,
  });
  files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installation.packageFolder.length + 1))
    .sort();
});

afterAll(() => installation[Symbol.asyncDispose]());

const readFromPackage = (file: string) => readFile(join(installation.packageFolder, file), 'utf8');

test('the package has modules with types and maps, the binary, and what one reads first', () => {
  const modules = files.filter((file) => file.endsWith('.js'));
  expect(modules.length).toBeGreaterThan(80);
  const others = [
    'LICENSE',
    'README.md',
    'dist/eventglass.wasm',
    'dist/eventglass_module.mjs',
    'dist/simdjson.LICENSE',
    'package.json',
  ];
  const expected = modules.flatMap((file) => [file, `${file}.map`, file.replace(/js$/, 'd.ts')]);
  expect(files).toEqual([...others, ...expected].sort());
  for (const file of modules) {
    expect(file).toMatch(
      /^dist\/((client|client\/adapter|client\/local|internal|terminal)\/)?[a-z\d_]+\.js$/,
    );
  }
});

test('maps hold the sources that they name', async () => {
  for (const file of files.filter((name) => name.endsWith('.map'))) {
    const map = JSON.parse(await readFromPackage(file)) as {
      readonly sources: readonly string[];
      readonly sourcesContent?: readonly unknown[];
    };
    expect(map.sources).toHaveLength(1);
    expect(map.sourcesContent?.map((source) => typeof source)).toEqual(['string']);
  }
});

test('modules import nothing but each other and what the package depends on', async () => {
  const { dependencies } = JSON.parse(await readFromPackage('package.json')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const file of files.filter((name) => /\.(js|d\.ts|mjs)$/.test(name))) {
    const isTerminal = file.startsWith('dist/terminal/');
    for (const [, target = ''] of (await readFromPackage(file)).matchAll(/ from '([^']+)'/g)) {
      if (target.startsWith('.')) {
        const path = join(dirname(file), target);
        expect(files, `${file} imports ${target}`).toContain(path);
      } else {
        expect(isTerminal, `${file} imports ${target}`).toBe(true);
        expect(target.startsWith('node:') || target in dependencies, target).toBe(true);
      }
    }
  }
});

test('entry points have types first, and all are there', async () => {
  const { exports } = JSON.parse(await readFromPackage('package.json')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  for (const [entry, targets] of Object.entries(exports)) {
    if (typeof targets === 'object') expect(Object.keys(targets)).toEqual(['types', 'default']);
    const paths = typeof targets === 'object' ? Object.values(targets) : [targets];
    if (!entry.includes('*')) {
      for (const path of paths) expect(files).toContain(path.replace('./', ''));
    }
  }
});
