import adapterNode from '@sveltejs/adapter-node';
import { build } from 'vite';

const node = adapterNode({ precompress: true });

/** adapter-node, with the server in `src/server` for its own. */
const adapter = {
  ...node,
  /** @type {typeof node.adapt} */
  async adapt(builder) {
    await node.adapt(builder);
    await build({
      root: import.meta.dirname,
      configFile: false,
      logLevel: 'warn',
      build: {
        ssr: 'src/server/index.ts',
        outDir: 'build',
        emptyOutDir: false,
        rolldownOptions: { external: './handler.js', output: { entryFileNames: 'index.js' } },
      },
    });
  },
};

/** @type {import('@sveltejs/kit').Config} */
export default {
  compilerOptions: { runes: true },
  kit: {
    adapter,
    // A style sheet of its own is one more round trip before the first rows.
    inlineStyleThreshold: 64_000,
    csp: {
      mode: 'nonce',
      // hooks.server.ts adds the backend's origins to connect-src: they are known only at run time.
      directives: {
        'default-src': ['none'],
        'script-src': ['self', 'wasm-unsafe-eval'],
        'style-src': ['self'],
        // The one style attribute: SvelteKit's announcer of page changes, which only screen readers see.
        'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        'img-src': ['self'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'worker-src': ['self'],
        'manifest-src': ['self'],
        'form-action': ['self'],
        'base-uri': ['none'],
        'frame-ancestors': ['none'],
      },
    },
  },
};
