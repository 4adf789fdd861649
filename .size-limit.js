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
  {
    // In place of the other worker, where a page has another source of events.
    name: 'eventglass/client: the worker of sources that are held whole',
    path: 'wasm/dist/source_worker.js',
    modifyEsbuildConfig,
    limit: '22 kB',
  },
  {
    name: 'eventglass/client: the worker of objects that answer for parts',
    path: 'wasm/dist/pages_worker.js',
    modifyEsbuildConfig,
    limit: '27 kB',
  },
  {
    name: 'eventglass/sources: JavaScript',
    path: 'wasm/dist/sources.js',
    modifyEsbuildConfig,
    limit: '3 kB',
  },
  {
    // Svelte is in it; the client and its workers come on top.
    name: 'eventglass/element: JavaScript of its own',
    path: 'wasm/dist/element.js',
    modifyEsbuildConfig: (config) => ({
      ...modifyEsbuildConfig(config),
      external: ['./client/*', './internal/*', './sources.js'],
    }),
    limit: '40 kB',
  },
  {
    name: 'eventglass/arrow: JavaScript',
    path: 'wasm/dist/arrow.js',
    modifyEsbuildConfig,
    limit: '16 kB',
  },
  {
    // Sources, which the user's own compiler makes smaller; the client and its workers come on top.
    name: 'eventglass/svelte: its sources',
    path: 'wasm/dist/svelte/**/*.{js,svelte,css}',
    disablePlugins: ['@size-limit/esbuild'],
    limit: '52 kB',
  },
];
