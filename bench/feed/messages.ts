/** What the processes of `pnpm bench --feed` tell each other. Times are milliseconds of the machine's monotonic clock. */

export interface BackendTask {
  readonly eventCount: number;
  readonly mutationsPerSecond: number;
}

export type ToBackend = { readonly type: 'begin' } | { readonly type: 'end' };

export type FromBackend =
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'figures'; readonly figures: BackendFigures };

export interface BackendFigures {
  /** Each batch: its seq, and when it was about to be published. */
  readonly published: readonly (readonly [seq: number, atMs: number])[];
  /** Of the time between begin and end: cores in use. */
  readonly cores: number;
  readonly rssBeforeBytes: number;
  readonly rssAfterBytes: number;
}

export interface ClientsTask {
  readonly url: string;
  readonly clientCount: number;
}

/** They end at the first message that they get. */
export type FromClients =
  { readonly type: 'ready' } | { readonly type: 'figures'; readonly figures: ClientsFigures };

export interface ClientsFigures {
  /** Each batch that a client got: its seq, and when. */
  readonly received: readonly (readonly [seq: number, atMs: number])[];
  readonly bytes: number;
  /** Of pages of 200 events, fetched at random places meanwhile, ms. */
  readonly pageMs: readonly number[];
  /** Messages that should not have come: resets, errors, gaps, closed sockets. */
  readonly problems: readonly string[];
}
