import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [sveltekit()],
  worker: { format: 'es' },
  // The module finds its worker and its wasm beside its own files, which pre-bundling would move.
  optimizeDeps: { exclude: ['eventglass'] },
});
