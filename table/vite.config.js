import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Puts the style sheet into the module: in a shadow it is adopted, and no file. */
function inlineStyles() {
  return {
    name: 'eventglass-inline-styles',
    enforce: 'post',
    generateBundle(_, bundle) {
      const sheets = Object.values(bundle).filter(({ fileName }) => fileName.endsWith('.css'));
      const css = sheets.map(({ source }) => String(source)).join('\n');
      for (const { fileName } of sheets) Reflect.deleteProperty(bundle, fileName);
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk')
          chunk.code = chunk.code.replaceAll('__EVENTGLASS_CSS__', () => JSON.stringify(css));
      }
    },
  };
}

/** The custom element, with Svelte in it; the other modules of the package stay where they are. */
export default defineConfig({
  plugins: [svelte({ compilerOptions: { runes: true } }), inlineStyles()],
  build: {
    lib: { entry: 'src/element/index.ts', formats: ['es'], fileName: () => 'element.js' },
    outDir: 'dist/element',
    target: 'es2022',
    // Each has light-dark(), which goes by what is around the element.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    cssCodeSplit: false,
    sourcemap: true,
    rolldownOptions: {
      external: /^eventglass(\/|$)/,
      output: {
        // Beside it in the package.
        paths: (id) => {
          if (id === 'eventglass') return './index.js';
          if (id === 'eventglass/client') return './client/index.js';
          if (id === 'eventglass/sources') return './sources.js';
          return id.replace(/^eventglass\//, './');
        },
      },
    },
  },
});
