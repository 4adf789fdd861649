// Compares what a page downloads of the npm module with its budget, as brotli sends it.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../wasm/dist', import.meta.url));

/** Together an eighth of the 1 MB that a page may transfer; the JavaScript as it is, with comments. */
const budgets = [
  { name: 'wasm', extensions: ['.wasm'], maxBytes: 80_000 },
  { name: 'js', extensions: ['.js', '.mjs'], maxBytes: 40_000 },
];

/** @param {readonly string[]} extensions */
function brotliBytes(extensions) {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((name) => extensions.some((extension) => name.endsWith(extension)))
    .reduce((sum, name) => sum + brotliCompressSync(readFileSync(join(dist, name))).length, 0);
}

for (const { name, extensions, maxBytes } of budgets) {
  const bytes = brotliBytes(extensions);
  const verdict = bytes === 0 ? 'missing' : bytes > maxBytes ? 'over budget' : 'within budget';
  console.log(`${name}: ${bytes} of ${maxBytes} bytes, ${verdict}`);
  if (verdict !== 'within budget') process.exitCode = 1;
}
