import type { FetchFailure } from './backend_fetcher.js';
import type { Density } from './density.js';
import type { ConnectionEvents, FeedConnection } from './feed_connection.js';
import type { JsonObject } from './json_values.js';
import type { Page, PageQuery } from './page_fetcher.js';

/** An event, as the source has it. */
export interface ReadEvent {
  readonly type: 'event';
  /** `undefined` where there is none of that id. */
  readonly event: JsonObject | undefined;
}

/**
 * Where a session's events come from: a timeline of any size, of which it holds a window. What it answers has been looked at. None
 * of these rejects, and an answer means nothing once `signal` is aborted. `filter`: `''` for all events.
 */
export interface SessionSource {
  fetchPage(query: PageQuery, filter: string, signal: AbortSignal): Promise<Page | FetchFailure>;
  /** Counts of the whole timeline, in equal parts; `undefined` where the source has none, ever. */
  fetchDensity(
    buckets: number,
    filter: string,
    signal: AbortSignal,
  ): Promise<Density | FetchFailure | undefined>;
  /** One event, whole. */
  fetchEvent(id: string, signal: AbortSignal): Promise<ReadEvent | FetchFailure>;
  /** The feed, in the messages of docs/protocol.md; not open yet. */
  connect(events: ConnectionEvents): FeedConnection;
}
