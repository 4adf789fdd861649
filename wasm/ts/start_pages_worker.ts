/** The worker for objects that answer for parts; see `start_worker.ts`. */
export function startPagesWorker(): Worker {
  return new Worker(new URL('./pages_worker.js', import.meta.url), { type: 'module' });
}
