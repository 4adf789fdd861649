import type { Cursor, EventKey, KeyRange } from '../types.js';
import {
  type BackendFetcher,
  failure,
  type FetchFailure,
  mediaTypeOf,
  readBody,
  readCount,
} from './backend_fetcher.js';
import { equalBounds, isEmptyRange, rangeHasRange } from './event_keys.js';
import { formatBound, parseBound } from './key_bounds.js';

/** Which events of the timeline: the parameters of `GET /data`; see docs/protocol.md. */
export interface PageQuery {
  readonly start: EventKey | undefined;
  readonly stop: EventKey | undefined;
  /** In place of `start`: from the event with this rank on. REQUIRES: direction 'forward' */
  readonly rank?: number;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
}

type PageFormat = 'json' | 'rows';

/** Events of a range as of a cursor. */
export interface Page {
  readonly type: 'page';
  /** What the body is: a JSON array of events, or a row block. */
  readonly format: PageFormat;
  /** Not looked into. */
  readonly body: Uint8Array;
  readonly cursor: Cursor;
  readonly covered: KeyRange;
  /** Matching events before `covered`. */
  readonly firstRank: number;
  readonly totalCount: number;
  /** Events that match the filter; all of them without one. */
  readonly matchCount: number;
}

/** Bytes: 5,000 events of 3 KB, and as much as the engine takes. */
export const MAX_PAGE_BYTES = 16 << 20;
/** Characters of an epoch; ours have 36. */
const MAX_EPOCH_LENGTH = 256;

/** Row blocks before JSON: they are put into the window in less time. Not every backend has them. */
const ACCEPT = 'application/vnd.eventglass.rows, application/json;q=0.9';

/** Fetches a page, and lets nothing in that is not one. Never rejects. */
export function fetchPage(
  backend: BackendFetcher,
  query: PageQuery,
  filter: string,
  signal: AbortSignal,
): Promise<Page | FetchFailure> {
  const request = { path: '/data', parameters: parametersOf(query, filter), accept: ACCEPT };
  return backend.get(request, signal, (response) => readPage(response, query, filter));
}

function parametersOf(query: PageQuery, filter: string): URLSearchParams {
  const parameters = new URLSearchParams();
  if (query.rank !== undefined) parameters.set('rank', String(query.rank));
  if (query.start !== undefined) parameters.set('start', formatBound(query.start));
  if (query.stop !== undefined) parameters.set('stop', formatBound(query.stop));
  parameters.set('limit', String(query.limit));
  parameters.set('direction', query.direction);
  if (filter !== '') parameters.set('filter', filter);
  return parameters;
}

async function readPage(
  response: Response,
  query: PageQuery,
  filter: string,
): Promise<Page | FetchFailure> {
  const mediaType = mediaTypeOf(response);
  const format = formatOf(mediaType);
  if (format === undefined) {
    return failure(
      'unexpected_answer',
      `The backend answered with ${mediaType || 'no content type'}, not with events.`,
    );
  }
  const head = readHead(response.headers, filter);
  if (head === undefined) {
    return failure(
      'unexpected_answer',
      'The backend answered without valid Eventglass headers; across origins it must expose them (CORS).',
    );
  }
  if (!isAsAsked(head, query)) {
    return failure(
      'unexpected_answer',
      'The backend answered with another range of events than the one asked for.',
    );
  }
  return { type: 'page', format, body: await readBody(response, MAX_PAGE_BYTES), ...head };
}

function formatOf(mediaType: string): PageFormat | undefined {
  switch (mediaType) {
    case 'application/json':
      return 'json';
    case 'application/vnd.eventglass.rows':
      return 'rows';
    default:
      return undefined;
  }
}

type PageHead = Omit<Page, 'type' | 'format' | 'body'>;

/** What the headers of a page say; `undefined` where one is missing or can't be. */
function readHead(headers: Headers, filter: string): PageHead | undefined {
  const cursor = readCursor(headers);
  const covered = readCovered(headers);
  const firstRank = readCount(headers, 'eventglass-first-rank');
  const totalCount = readCount(headers, 'eventglass-total-count');
  const matchCount = filter === '' ? totalCount : readCount(headers, 'eventglass-match-count');
  if (cursor === undefined || covered === undefined) return undefined;
  if (firstRank === undefined || totalCount === undefined || matchCount === undefined) {
    return undefined;
  }
  return { cursor, covered, firstRank, totalCount, matchCount };
}

function readCursor(headers: Headers): Cursor | undefined {
  const epoch = headers.get('eventglass-epoch') ?? '';
  const seq = readCount(headers, 'eventglass-seq');
  if (epoch === '' || epoch.length > MAX_EPOCH_LENGTH || seq === undefined) return undefined;
  return { epoch, seq };
}

function readCovered(headers: Headers): KeyRange | undefined {
  const begin = parseBound(headers.get('eventglass-covered-begin') ?? '');
  const end = parseBound(headers.get('eventglass-covered-end') ?? '');
  if (begin === undefined || end === undefined) return undefined;
  const range = {
    begin: begin === 'open' ? undefined : begin,
    end: end === 'open' ? undefined : end,
  };
  return isEmptyRange(range) ? undefined : range;
}

/** Whether a page covers what it was asked for, from the end that it was asked to begin at. */
function isAsAsked({ covered, firstRank }: PageHead, query: PageQuery): boolean {
  const { start, stop, rank, direction } = query;
  // A rank past the last event is the end, which no other range begins at that reaches the newest.
  if (rank !== undefined) {
    return firstRank === rank || (firstRank < rank && covered.end === undefined);
  }
  const [asked, begun] = direction === 'forward' ? [start, covered.begin] : [stop, covered.end];
  return equalBounds(asked, begun) && rangeHasRange({ begin: start, end: stop }, covered);
}
