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
  const own = files.filter((file) => !file.startsWith('dist/svelte/'));
  const modules = own.filter((file) => file.endsWith('.js') && file !== 'dist/element.js');
  expect(modules.length).toBeGreaterThan(80);
  const others = [
    'LICENSE',
    'README.md',
    'dist/element.js',
    'dist/element.js.map',
    'dist/eventglass.wasm',
    'dist/eventglass_module.mjs',
    'dist/simdjson.LICENSE',
    'package.json',
  ];
  const expected = modules.flatMap((file) => [file, `${file}.map`, file.replace(/js$/, 'd.ts')]);
  expect(own).toEqual([...others, ...expected].sort());
  for (const file of modules) {
    expect(file).toMatch(
      /^dist\/((arrow|client|client\/adapter|client\/local|internal|terminal)\/)?[a-z\d_]+\.js$/,
    );
  }
});

test('the component is there as sources, each with its types', () => {
  const parts = files.filter((file) => file.startsWith('dist/svelte/'));
  const sources = parts.filter((file) => !file.endsWith('.d.ts'));
  expect(sources).toContain('dist/svelte/theme.css');
  for (const file of sources) {
    expect(file).toMatch(/^dist\/svelte\/([a-z]+\/)?\w+(\.svelte)?(\.js|\.svelte|\.css)?$/);
    if (!file.endsWith('.css')) expect(parts).toContain(`${file.replace(/\.js$/, '')}.d.ts`);
  }
  // Of the element there are the types alone.
  expect(sources.filter((file) => file.startsWith('dist/svelte/element/'))).toEqual([]);
  expect(parts).toContain('dist/svelte/element/index.d.ts');
});

test('nothing runs when the package is installed', async () => {
  const { scripts = {} } = JSON.parse(await readFromPackage('package.json')) as {
    readonly scripts?: Readonly<Record<string, string>>;
  };
  expect(Object.keys(scripts).filter((name) => /install|prepare|prepack/.test(name))).toEqual([]);
});

test('maps hold the sources that they name', async () => {
  for (const file of files.filter((name) => name.endsWith('.map'))) {
    const map = JSON.parse(await readFromPackage(file)) as {
      readonly sources: readonly string[];
      readonly sourcesContent?: readonly unknown[];
    };
    if (file !== 'dist/element.js.map') expect(map.sources).toHaveLength(1);
    expect(map.sourcesContent?.map((source) => typeof source)).toEqual(
      map.sources.map(() => 'string'),
    );
  }
});

test('modules import nothing but each other and what the package depends on', async () => {
  const { dependencies } = JSON.parse(await readFromPackage('package.json')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  for (const file of files.filter((name) => /\.(js|d\.ts|mjs)$/.test(name))) {
    const mayDepend = /^dist\/(terminal|arrow)\//.test(file);
    // Who has the component has Svelte; who has the element need not.
    const mayHaveSvelte = file.startsWith('dist/svelte/') && !file.includes('/element/');
    for (const [, target = ''] of (await readFromPackage(file)).matchAll(/ from '([^']+)'/g)) {
      if (target.startsWith('.')) {
        const path = join(dirname(file), target);
        const types = path.replace(/\.js$/, '.d.ts');
        const found = files.includes(path) || (file.endsWith('.d.ts') && files.includes(types));
        expect(found, `${file} imports ${target}`).toBe(true);
      } else if (!mayHaveSvelte || !/^svelte(\/|$)/.test(target)) {
        expect(mayDepend, `${file} imports ${target}`).toBe(true);
        expect(target.startsWith('node:') || target in dependencies, target).toBe(true);
      }
    }
  }
});

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

test('entry points have types first, and all are there', async () => {
  const { exports } = JSON.parse(await readFromPackage('package.json')) as Manifest;
  for (const [entry, targets] of Object.entries(exports)) {
    if (typeof targets === 'object')
      expect(Object.keys(targets)).toEqual(
        entry === './svelte' ? ['types', 'svelte', 'default'] : ['types', 'default'],
      );
    const paths = typeof targets === 'object' ? Object.values(targets) : [targets];
    for (const path of paths) expect(files).toContain(path.replace('./', ''));
  }
});

test('entry points are those of the workspace, without what only its folders share', async () => {
  const { exports } = JSON.parse(await readFromPackage('package.json')) as Manifest;
  const ownManifest = await readFile(new URL('../../wasm/package.json', import.meta.url), 'utf8');
  const { './internal/*.js': internal, ...others } = (JSON.parse(ownManifest) as Manifest).exports;
  expect(internal).toBeDefined();
  expect(exports).toEqual(others);

  const code = (specifier: string) =>
    installation.runNode(
      `import('${specifier}').then(() => 'loaded', ({ code }) => code).then(console.log)`,
    );
  expect((await code('eventglass/internal/csv.js')).trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  expect((await code('eventglass/sources')).trim()).toBe('loaded');
});
