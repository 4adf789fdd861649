/** The worker for sources that are held whole; see `start_worker.ts`. */
export function startSourceWorker(): Worker {
  return new Worker(new URL('./source_worker.js', import.meta.url), { type: 'module' });
}
