/** A worker that runs one export. */
export function startExportWorker(): Worker {
  return new Worker(new URL('./export_worker.ts', import.meta.url), { type: 'module' });
}
