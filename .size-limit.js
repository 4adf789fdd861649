/** What a page downloads of the npm module, as brotli sends it: together within the 120 kB that are allowed. */

/** As bundlers for browsers do. */
const modifyEsbuildConfig = (config) => ({ ...config, format: 'esm' });

export default [
  {
    name: 'wasm',
    path: 'wasm/dist/eventglass.wasm',
    disablePlugins: ['@size-limit/esbuild'],
    limit: '94 kB',
  },
  {
    name: 'eventglass: JavaScript',
    path: 'wasm/dist/index.js',
    modifyEsbuildConfig,
    limit: '14 kB',
  },
  {
    name: 'eventglass/client: JavaScript, its worker too',
    path: ['wasm/dist/client/index.js', 'wasm/dist/worker.js'],
    modifyEsbuildConfig,
    limit: '26 kB',
  },
];
