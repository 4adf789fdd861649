import type { Schema } from 'eventglass';

export const exportFormats = ['csv', 'ndjson', 'arrow'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What is to be exported, and how. */
export interface ExportRequest {
  readonly backendUrl: string;
  readonly schema: Schema;
  readonly filter: string;
  readonly format: ExportFormat;
  /** Bounds as the backend reads them (docs/protocol.md), half-open; `undefined` for an open one. */
  readonly start: string | undefined;
  readonly stop: string | undefined;
  /** For CSV: whether text that a spreadsheet would run gets an apostrophe before it. */
  readonly isGuarded: boolean;
}

/** How far an export is. */
export interface ExportProgress {
  readonly rows: number;
  /** Of the range, as they were counted last; `undefined` while they have not been. */
  readonly rowTotal: number | undefined;
  readonly bytes: number;
}

/** How an export ended. A part of what was asked for is a whole file as well. */
export interface ExportEnd {
  readonly progress: ExportProgress;
  /** Why it ended before all rows were there, for people; `undefined` where they are. */
  readonly problem: string | undefined;
}

/** How a file of this format is called, and what it is. */
export const fileTypes: Readonly<
  Record<ExportFormat, { readonly extension: string; readonly mediaType: string }>
> = {
  csv: { extension: 'csv', mediaType: 'text/csv' },
  ndjson: { extension: 'ndjson', mediaType: 'application/x-ndjson' },
  // The stream format; `.arrow` is the file format.
  arrow: { extension: 'arrows', mediaType: 'application/vnd.apache.arrow.stream' },
};
