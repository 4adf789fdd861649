/** What the parts of the benchmark hand to each other. */

export interface BenchEvent {
  id: string;
  /** Milliseconds since 1970, UTC. */
  timestamp: number;
  source: string;
  type: string;
  actor: string;
  message: string;
  value: number;
}

export type Mutation =
  | { readonly op: 'insert'; readonly event: BenchEvent }
  | { readonly op: 'update'; readonly id: string; readonly set: Partial<BenchEvent> }
  | { readonly op: 'delete'; readonly id: string };

/** How often each operation occurs. `growing` inserts more than it deletes; `steady` keeps the number of rows. */
export type MutationMix = 'growing' | 'steady';

/** How a store wants its frames: the wire of docs/protocol.md, or a bare JSON array of mutations. */
export type FrameEncoding = 'wire' | 'plain';

/** Events of one source whose message contains a text. */
export interface EventFilter {
  readonly source: string;
  readonly contains: string;
}

export type Awaitable<T> = T | Promise<T>;

/** One way to hold events, in the order of time. */
export interface Store {
  /** Takes a JSON array of events. On return, rows can be read in order. */
  load(bytes: Uint8Array): Awaitable<void>;
  /** The same, from the pieces that a network would deliver. */
  loadPieces?(pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** Applies a text frame of mutations, in order. Unknown ids are left out. */
  applyBatch(frame: string): Awaitable<void>;
  count(): Awaitable<number>;
  /** Rows `[begin, begin + rowCount)`, as objects with every field. */
  window(begin: number, rowCount: number): Awaitable<readonly BenchEvent[]>;
  /** The same rows as a buffer that a table reads cells from, where the store has such a thing. */
  block?(begin: number, rowCount: number): ArrayBuffer;
  /** The place of the first row at or after a time. */
  seek(timestamp: number): Awaitable<number>;
  /** Rows from the first at or after a time. */
  at(timestamp: number, rowCount: number): Awaitable<readonly BenchEvent[]>;
  /** Sets the filter, or none. It stays live under `applyBatch`. */
  filter(filter: EventFilter | undefined): Awaitable<void>;
  filterCount(): Awaitable<number>;
  filterWindow(begin: number, rowCount: number): Awaitable<readonly BenchEvent[]>;
  /** Counts of rows in equal parts of `[begin, end)`, of all or of the filtered ones. */
  histogram(
    begin: number,
    end: number,
    bucketCount: number,
    onFiltered: boolean,
  ): Awaitable<ArrayLike<number>>;
  /** Of the WebAssembly heap; 0 where there is none. */
  heapBytes(): number;
  close(): Awaitable<void>;
}

export interface StoreOptions {
  /** Rows that the store will hold at most. */
  readonly capacityRows: number;
}

/** What the module of an adapter exports. */
export interface AdapterModule {
  createStore(options: StoreOptions): Promise<Store>;
}

/** Which events and frames a run reads. */
export interface DatasetOptions {
  readonly eventCount: number;
  readonly batchCount: number;
  /** Mutations in a batch. */
  readonly batchSize: number;
  readonly mix: MutationMix;
}

/** Files on disk. */
export interface Dataset extends DatasetOptions {
  /** A JSON array of events, in the order in which they arrived. */
  readonly eventsPath: string;
  readonly eventsBytes: number;
  /** What the values of the events take by themselves. */
  readonly columnBytes: number;
  /** One frame a line. */
  readonly framesPaths: Readonly<Record<FrameEncoding, string>>;
}

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}

export interface MutationFigures {
  readonly mutationsPerSecond: number;
  /** Of a batch, with the reads of a following table after it. */
  readonly batch: Latency;
}

/** Of one process that measures times. A figure is missing where its phase failed. */
export interface TimeFigures {
  readonly instantiateMs: number;
  readonly loadMs: number;
  readonly window?: Latency;
  readonly block?: Latency;
  readonly seek?: Latency;
  readonly at?: Latency;
  readonly filter?: Latency;
  readonly filterWindow?: Latency;
  readonly histogram?: Latency;
  readonly histogramFiltered?: Latency;
  readonly mutate?: MutationFigures;
  readonly mutateFiltered?: MutationFigures;
  /** After all mutations. */
  readonly heapBytes: number;
  /** A fixed loop, before and after: how busy the machine was with other things. */
  readonly spinMs: number;
  readonly verdict: Verdict;
}

/** Of one process that measures memory. */
export interface MemoryFigures {
  /** After loading. */
  readonly heapBytes: number;
  /** What the process grew by. */
  readonly rssBytes: number;
  /** The process at its largest. */
  readonly peakRssBytes: number;
  readonly verdict: Verdict;
}

/** Answers compared with the oracle's, and phases that threw. */
export interface Verdict {
  readonly checkCount: number;
  readonly failures: readonly string[];
}

/** What a child process is to do. */
export interface Task {
  readonly kind: 'times' | 'memory';
  readonly adapter: string;
  readonly dataset: Dataset;
  /** Each phase of mutations ends after this long. */
  readonly budgetMs: number;
  /** Batches that are applied before any is measured. */
  readonly warmUpBatches: number;
}

/** All that is known of one store at one size. */
export interface StoreResult {
  readonly adapter: string;
  readonly dataset: Dataset;
  readonly times: readonly TimeFigures[];
  readonly memory: MemoryFigures | undefined;
  /** What a page downloads, as brotli sends it. */
  readonly shippedBytes: number | undefined;
}
