import type { FromExportWorker, ToExportWorker } from './export_messages.js';
import type { ExportEnd, ExportProgress, ExportRequest } from './export_request.js';
import { startExportWorker } from './start_worker.js';

export type ExportState =
  | { readonly type: 'idle' }
  | {
      readonly type: 'running';
      readonly progress: ExportProgress;
      /** Why a page is asked for again. */
      readonly retry: string | undefined;
    }
  | ({ readonly type: 'ended' } & ExportEnd)
  | { readonly type: 'cancelled' }
  | { readonly type: 'failed'; readonly reason: string };

/** A worker that has been told to cancel and does not is ended after this. */
const cancelTimeoutMs = 3_000;

/** One export at a time, in a worker that lives as long as it does. */
export class Export {
  #state: ExportState = $state.raw({ type: 'idle' });
  #worker: Worker | undefined;
  readonly #ongathered: (file: Blob, request: ExportRequest) => void;

  /** `ongathered` gives the reader a file that was not written to their disk. */
  constructor(ongathered: (file: Blob, request: ExportRequest) => void) {
    this.#ongathered = ongathered;
  }

  get state(): ExportState {
    return this.#state;
  }

  start(request: ExportRequest, file: FileSystemFileHandle | undefined): void {
    if (this.#worker) return;
    const worker = startExportWorker();
    this.#worker = worker;
    const progress = { rows: 0, rowTotal: undefined, bytes: 0 };
    this.#state = { type: 'running', progress, retry: undefined };
    worker.onmessage = ({ data }: MessageEvent<FromExportWorker>) => {
      this.#take(data, request);
    };
    worker.onerror = () => {
      this.#end({ type: 'failed', reason: 'The export can’t be run in this browser.' });
    };
    this.#post({ type: 'start', request, file });
  }

  /** Stops as soon as may be, and keeps nothing. */
  cancel(): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#post({ type: 'cancel' });
    setTimeout(() => {
      if (this.#worker === worker) this.#end({ type: 'cancelled' });
    }, cancelTimeoutMs);
  }

  delete(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #post(message: ToExportWorker): void {
    this.#worker?.postMessage(message);
  }

  #take(message: FromExportWorker, request: ExportRequest): void {
    switch (message.type) {
      case 'progress':
        this.#state = { type: 'running', progress: message.progress, retry: undefined };
        break;
      case 'retry':
        if (this.#state.type === 'running') this.#state = { ...this.#state, retry: message.reason };
        break;
      case 'end':
        this.#end({ type: 'ended', ...message.end });
        if (message.blob) this.#ongathered(message.blob, request);
        break;
      case 'cancelled':
      case 'failed':
        this.#end(message);
        break;
    }
  }

  #end(state: ExportState): void {
    this.delete();
    this.#state = state;
  }
}
