import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './support/installation.js';

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make();
});

afterAll(() => installation[Symbol.asyncDispose]());

/** Modules of the package of which something is in the bundle of a script, without their folder. */
async function modulesIn(script: string): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: script, resolveDir: installation.folder, loader: 'ts' },
    absWorkingDir: installation.folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    // Importing what has no effects and no names draws a warning, which is what is wanted here.
    logLevel: 'error',
  });
  return Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([file]) => file.replace('node_modules/eventglass/dist/', ''))
    .filter((file) => file !== '<stdin>')
    .sort();
}

test.each([
  [`import 'eventglass';`, []],
  [`import 'eventglass/client';`, []],
  [`import type { Schema } from 'eventglass'; export const schema: Schema = [];`, []],
  [`export { RowBlock } from 'eventglass';`, ['row_block.js', 'string_table.js', 'utf8.js']],
  [`export { FilterError } from 'eventglass';`, ['filter_error.js']],
  [`export { RowBlock } from 'eventglass/client';`, ['row_block.js', 'string_table.js', 'utf8.js']],
])('%s takes only what it names', async (script, modules) => {
  expect(await modulesIn(script)).toEqual(modules);
});

test('a client takes neither engine nor loader into the page, and nothing takes the terminal', async () => {
  const client = await modulesIn(`export * from 'eventglass/client';`);
  expect(client).toContain('client/client.js');
  const engine = await modulesIn(`export * from 'eventglass';`);
  expect(engine).toContain('eventglass_module.mjs');
  const worker = await modulesIn(`import 'eventglass/worker.js';`);
  expect(worker).toContain('eventglass_module.mjs');
  for (const file of ['engine.js', 'load_module.js', 'eventglass_module.mjs', 'worker.js']) {
    expect(client).not.toContain(file);
  }
  expect([...client, ...engine, ...worker].join()).not.toMatch(/terminal|node_modules/);
});
