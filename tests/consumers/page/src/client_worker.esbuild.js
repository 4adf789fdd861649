/** An entry point of its own, beside this one. */
export const worker = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
