import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const wasmPath = here('../../wasm/dist/eventglass.wasm');

const CONTENT_TYPES = /** @type {Readonly<Record<string, string>>} */ ({
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.ndjson': 'application/x-ndjson',
  '.wasm': 'application/wasm',
});
/** An isolated page has a clock of 5 µs instead of 100 µs. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The scripts of the page by their paths. */
async function bundleScripts() {
  const { outputFiles } = await build({
    entryPoints: ['page', 'store_worker', 'feed_worker'].map((name) => here(`${name}.mjs`)),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    outdir: '/',
    write: false,
  });
  return outputFiles.map(
    ({ path, contents }) => /** @type {const} */ ([`/${basename(path)}`, contents]),
  );
}

/**
 * Serves the benchmark page, and files, by their names.
 * @param {readonly string[]} files
 */
export async function startBenchmarkServer(files) {
  const contents = new Map([...(await bundleScripts()), ['/', await readFile(here('page.html'))]]);
  const paths = new Map([wasmPath, ...files].map((path) => [`/${basename(path)}`, path]));
  const server = createServer(({ url = '/' }, response) => {
    const content = contents.get(url);
    const path = paths.get(url);
    if (content === undefined && path === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = CONTENT_TYPES[extname(url === '/' ? '/page.html' : url)] ?? '';
    response.writeHead(200, { 'Content-Type': type, ...ISOLATION });
    if (path === undefined) response.end(content);
    else createReadStream(path).pipe(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
