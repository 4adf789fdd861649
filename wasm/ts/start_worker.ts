/**
 * The worker for backends. A file beside the worker's, and an expression of this very form: bundlers find workers by it, and beside a
 * bundle that one wrote which does not look for them, the worker's file has the same address.
 */
export function startWorker(): Worker {
  return new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
}
