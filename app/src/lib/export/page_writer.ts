import type { ExportEvent } from './export_event.js';

/** Writes pages of events as a file, piece by piece. */
export interface PageWriter {
  readonly begin: () => Uint8Array<ArrayBuffer>;
  readonly page: (events: readonly ExportEvent[]) => Uint8Array<ArrayBuffer>;
  readonly end: () => Uint8Array<ArrayBuffer>;
}
