import type { ExportEnd, ExportProgress, ExportRequest } from './export_request.js';

/** What the page tells the worker. */
export type ToExportWorker =
  | {
      readonly type: 'start';
      readonly request: ExportRequest;
      /** Where to write; `undefined` to hand the file over at the end. */
      readonly file: FileSystemFileHandle | undefined;
    }
  | { readonly type: 'cancel' };

/** What the worker tells the page. */
export type FromExportWorker =
  | { readonly type: 'progress'; readonly progress: ExportProgress }
  | { readonly type: 'retry'; readonly reason: string }
  | { readonly type: 'end'; readonly end: ExportEnd; readonly blob: Blob | undefined }
  /** Nothing was kept. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly reason: string };
