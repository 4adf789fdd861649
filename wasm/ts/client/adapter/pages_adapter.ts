import { startPagesWorker } from '../../start_pages_worker.js';
import type { EventKey, KeyRange } from '../../types.js';
import type { Awaitable, OpenableSource, ReadingOptions } from '../source_description.js';
import { AdapterHost, type HostMethod, reasonOf } from './adapter_host.js';

/** Which events are asked for; `undefined` leaves a side open. */
export interface AdapterQuery {
  /** The first key, inclusive. */
  readonly start: EventKey | undefined;
  /** The last key, exclusive. */
  readonly stop: EventKey | undefined;
  /** In place of `start`: from the event with so many before it on. */
  readonly rank: number | undefined;
  /** Events at most, from `start` on (`forward`), or up to `stop` (`backward`). */
  readonly limit: number;
  /** Which end `limit` counts from. */
  readonly direction: 'forward' | 'backward';
  /** In the language of docs/filter.md; `''`: all events. */
  readonly filter: string;
}

/** A page of a timeline. */
export interface AdapterPage {
  /** In any order. */
  readonly events: readonly object[];
  /** Events of the filter that come before the page's range. */
  readonly firstRank: number;
  /** Events of the whole timeline. */
  readonly totalCount: number;
  /** Those that match the filter. Default: `totalCount`, which is right without a filter. */
  readonly matchCount?: number;
  /** Whether there are more events in the range. Default: there are `limit` of them. */
  readonly hasMore?: boolean;
  /** The last change that the page has; needed where the adapter has a feed. Default 0. */
  readonly seq?: number;
}

/** Counts over time, as `GET /data/density` answers them. */
export interface AdapterDensity {
  /** Milliseconds since 1970. */
  readonly start: number;
  /** Milliseconds since 1970; `[start, stop)` has as many equal parts as there are counts. */
  readonly stop: number;
  /** Events before `start`. */
  readonly before: number;
  /** Events in each part. */
  readonly counts: readonly number[];
}

/** An event that is new, or is otherwise than before. */
export interface AdapterPut {
  /** All of it. */
  readonly put: object;
}

/** An event that is gone. */
export interface AdapterDelete {
  /** Its id. */
  readonly delete: string;
}

/** What has changed, in order. An event stands for an insert or an update of it; deletes name an id. */
export interface AdapterChanges {
  /** Of the last change. Greater than before. */
  readonly seq: number;
  /** In the order in which they happened. */
  readonly changes: readonly (AdapterPut | AdapterDelete)[];
}

/** Where a feed puts what has changed. */
export interface AdapterFeed {
  /** Everything that has happened since what was told before. */
  change(changes: AdapterChanges): void;
  /** What has happened can't be told: pages are asked for anew. */
  reset(): void;
  /** The feed is lost: `follow` is called again after a while. */
  fail(reason: unknown): void;
}

/** A source of your own, of any size, that answers for parts of its timeline. Its methods run on the page's thread. */
export interface PagesAdapter {
  /** The events of a range, of a filter, up to a limit. */
  readPage(query: AdapterQuery, signal: AbortSignal): Awaitable<AdapterPage>;
  /** Left out: no counts over time. */
  readDensity?(
    query: { readonly buckets: number; readonly filter: string },
    signal: AbortSignal,
  ): Awaitable<AdapterDensity>;
  /** One event, whole. Left out: none can be read. */
  readEvent?(id: string, signal: AbortSignal): Awaitable<object | undefined>;
  /** Tells everything that changes after `seq`, until `signal` is aborted. Left out: the timeline stands still. */
  follow?(seq: number, feed: AdapterFeed, signal: AbortSignal): Awaitable<void>;
}

/** How a pages adapter is used. */
export interface PagesOptions extends ReadingOptions {
  /** Whether `readPage` and `readDensity` know filters. Default true. */
  readonly filters?: boolean;
}

/** A source for `TimelineClient` that answers for parts of a timeline of any size. */
export function pages(adapter: PagesAdapter, options: PagesOptions = {}): OpenableSource {
  if (typeof (adapter as Partial<PagesAdapter>).readPage !== 'function') {
    throw new TypeError('eventglass: a pages adapter needs a method readPage(query, signal)');
  }
  return {
    open() {
      const { port1, port2 } = new MessageChannel();
      const host = new AdapterHost(port1, methodsOf(adapter));
      const { filters = true, ...reading } = options;
      return {
        source: {
          ...reading,
          type: 'pages',
          port: port2,
          filters,
          readsDensity: adapter.readDensity !== undefined,
          readsEvents: adapter.readEvent !== undefined,
          follows: adapter.follow !== undefined,
        },
        transfer: [port2],
        makeWorker: startPagesWorker,
        close: () => {
          host.close();
        },
      };
    },
  };
}

function methodsOf(adapter: PagesAdapter): ReadonlyMap<string, HostMethod> {
  return new Map<string, HostMethod>([
    ['readPage', (query, signal) => adapter.readPage(query as AdapterQuery, signal)],
    ['readEvent', (id, signal) => adapter.readEvent?.(String(id), signal)],
    [
      'readDensity',
      (query, signal) =>
        adapter.readDensity?.(query as { buckets: number; filter: string }, signal),
    ],
    [
      'follow',
      (seq, signal, give) =>
        adapter.follow?.(
          Number(seq),
          {
            change(changes) {
              give('change', changes, 0).catch(() => undefined);
            },
            reset() {
              give('reset', undefined, 0).catch(() => undefined);
            },
            fail(reason) {
              give('fail', reasonOf(reason), 0).catch(() => undefined);
            },
          },
          signal,
        ),
    ],
  ]);
}

/** What is known of a range that was answered: it was cut where there is more. */
export function coveredBy(
  { start, stop, direction }: Pick<AdapterQuery, 'start' | 'stop' | 'direction'>,
  hasMore: boolean,
  first: EventKey | undefined,
  afterLast: EventKey | undefined,
): KeyRange {
  if (!hasMore) return { begin: start, end: stop };
  return direction === 'forward' ? { begin: start, end: afterLast } : { begin: first, end: stop };
}
