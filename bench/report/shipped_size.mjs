import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';

const wasmDist = fileURLToPath(new URL('../../wasm/dist', import.meta.url));
const peerModules = fileURLToPath(new URL('../peers/node_modules', import.meta.url));
/** The best quality takes minutes above this, and gains little. */
const LARGE_BYTES = 8_000_000;

/**
 * @typedef {object} Shipped
 * @property {readonly string[]} files As they are published.
 * @property {readonly string[]} entries Bundled and minified.
 */

/** @type {Readonly<Record<string, Shipped>>} What a page downloads for a store in a worker. */
const SHIPPED = {
  eventglass: {
    files: [`${wasmDist}/eventglass.wasm`],
    entries: [`${wasmDist}/client/index.js`, `${wasmDist}/worker.js`],
  },
  perspective: {
    files: [
      'client/dist/cdn/perspective.js',
      'client/dist/cdn/perspective-server.worker.js',
      'client/dist/wasm/perspective-js.wasm',
      'server/dist/wasm/perspective-server.wasm',
    ].map((name) => `${peerModules}/@perspective-dev/${name}`),
    entries: [],
  },
  duckdb: {
    files: ['duckdb-eh.wasm', 'duckdb-browser-eh.worker.js', 'duckdb-browser.mjs'].map(
      (name) => `${peerModules}/@duckdb/duckdb-wasm/dist/${name}`,
    ),
    entries: [],
  },
  sqlite: {
    files: ['sqlite3.wasm', 'index.mjs'].map(
      (name) => `${peerModules}/@sqlite.org/sqlite-wasm/dist/${name}`,
    ),
    entries: [],
  },
  tanstack: { files: [], entries: [`${peerModules}/@tanstack/db/dist/esm/index.js`] },
};

/** @param {string} entry */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  });
  return outputFiles.map(({ contents }) => contents);
}

/** @param {Uint8Array} bytes */
function brotliLength(bytes) {
  const quality = bytes.length > LARGE_BYTES ? 9 : constants.BROTLI_MAX_QUALITY;
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } })
    .length;
}

/** @param {string} adapter @returns {Promise<number>} Bytes as brotli sends them; 0 where nothing is shipped. */
export async function shippedBytes(adapter) {
  const { files, entries } = SHIPPED[adapter] ?? { files: [], entries: [] };
  const contents = files.map((path) => readFileSync(path));
  const bundles = await Promise.all(entries.map(bundle));
  return [...contents, ...bundles.flat()].reduce((sum, bytes) => sum + brotliLength(bytes), 0);
}
