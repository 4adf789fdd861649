/** What the threads of the benchmark page say to each other. */
import type { BenchEvent, DatasetOptions, Latency, StoreOptions, Verdict } from '../types.js';

/** How a run in the page goes; from Node to the page. */
export interface PageRun {
  readonly adapter: string;
  readonly dataset: DatasetOptions;
  readonly storeOptions: StoreOptions;
  readonly eventsUrl: string;
  readonly framesUrl: string;
  /** From one batch to the next. */
  readonly tickMs: number;
}

export type ToStoreWorker =
  | {
      readonly type: 'start';
      readonly run: PageRun;
      /** Where frames come from, as text; `undefined` is the end. */
      readonly frames: MessagePort;
    }
  | {
      readonly type: 'viewport';
      readonly begin: number;
      readonly rowCount: number;
      readonly sentMs: number;
    }
  | { readonly type: 'check' };

export type FromStoreWorker =
  | { readonly type: 'loaded'; readonly instantiateMs: number; readonly loadMs: number }
  | {
      readonly type: 'rows';
      readonly rows: ArrayBuffer | readonly BenchEvent[];
      /** Rows in the store. */
      readonly count: number;
      /** Spent in the store. */
      readonly readMs: number;
      /** From the request to rows that are ready to be sent: waiting behind a batch is part of it. */
      readonly answerMs: number;
    }
  | { readonly type: 'fed'; readonly batch: Latency; readonly heapBytes: number }
  | { readonly type: 'checked'; readonly verdict: Verdict };

export type ToFeedWorker =
  | { readonly type: 'fetch'; readonly framesUrl: string }
  | { readonly type: 'send'; readonly port: MessagePort; readonly tickMs: number };

export type FromFeedWorker = { readonly type: 'fetched' };

/** What a run in the page measures. */
export interface PageFigures {
  readonly instantiateMs: number;
  readonly loadMs: number;
  readonly read: Latency;
  readonly answer: Latency;
  /** From the main thread to the worker and back. */
  readonly roundTrip: Latency;
  readonly batch: Latency;
  readonly mutationsPerSecond: number;
  readonly heapBytes: number;
  readonly verdict: Verdict;
}
