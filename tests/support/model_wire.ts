import type { EventKey, KeyRange } from 'eventglass';
import {
  type EventModel,
  isModelFilter,
  type ModelDensity,
  type ModelPage,
  type ModelQuery,
  modelSchema,
} from './event_model.js';
import { writeRowBlock } from './row_block.js';

// docs/protocol.md, written down a second time, for backends that tests script: what goes over HTTP.

export function readBound(text: string): EventKey | undefined {
  if (text === 'open') return undefined;
  const [timestamp = '', id = ''] = text.split(',');
  return { timestamp: Number(timestamp), id: decodeURIComponent(id) };
}

function writeBound(key: EventKey | undefined): string {
  return key === undefined ? 'open' : `${key.timestamp},${encodeURIComponent(key.id)}`;
}

export function readRange({ begin, end }: { begin: string; end: string }): KeyRange {
  return { begin: readBound(begin), end: readBound(end) };
}

export function readQuery(url: string): ModelQuery {
  const { searchParams } = new URL(url, 'http://backend');
  const rank = searchParams.get('rank');
  return {
    start: readBound(searchParams.get('start') ?? 'open'),
    stop: readBound(searchParams.get('stop') ?? 'open'),
    rank: rank === null ? undefined : Number(rank),
    limit: Number(searchParams.get('limit') ?? Infinity),
    direction: searchParams.get('direction') === 'backward' ? 'backward' : 'forward',
    filter: searchParams.get('filter') ?? '',
  };
}

export const rowsType = 'application/vnd.eventglass.rows';

/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array<ArrayBuffer> | string;
}

/** An answer to `GET /data` or `GET /data/density`. */
export function answerTo(model: EventModel, url: string, accept: string): Answer {
  const { pathname, searchParams } = new URL(url, 'http://backend');
  const filter = searchParams.get('filter') ?? '';
  if (!isModelFilter(filter)) {
    return jsonAnswer(400, { error: { code: 'invalid_filter', ...faultOf(filter) } });
  }
  if (pathname === '/data/density') {
    const buckets = Number(searchParams.get('buckets'));
    return jsonAnswer(200, model.density(undefined, undefined, buckets, filter));
  }
  return pageAnswer(model.page(readQuery(url)), accept);
}

/** What is wrong with a filter that the model does not know. */
export function faultOf(filter: string): object {
  const expected = 'expected kind:…';
  return { message: `filter, column 1: ${expected}`, begin: 0, end: filter.length, expected };
}

function jsonAnswer(status: number, json: object): Answer {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(json) };
}

/** A page: a row block where one is preferred, by a client that says so as ours does. */
export function pageAnswer(page: ModelPage, accept: string): Answer {
  if (!accept.startsWith(rowsType)) {
    return { status: 200, headers: pageHeaders(page), body: JSON.stringify(page.events) };
  }
  const events = page.events.map((event) => ({ ...event }));
  return {
    status: 200,
    headers: { ...pageHeaders(page), 'content-type': rowsType },
    body: writeRowBlock(modelSchema, events),
  };
}

export function pageHeaders(page: ModelPage): Record<string, string> {
  return {
    'content-type': 'application/json; charset=utf-8',
    'eventglass-epoch': page.epoch,
    'eventglass-seq': String(page.seq),
    'eventglass-total-count': String(page.totalCount),
    'eventglass-match-count': String(page.matchCount),
    'eventglass-covered-begin': writeBound(page.covered.begin),
    'eventglass-covered-end': writeBound(page.covered.end),
    'eventglass-first-rank': String(page.firstRank),
  };
}

/** The parts of a density that differ from the one before. */
export function densityChanges(before: ModelDensity, after: ModelDensity): [number, number][] {
  return after.counts.flatMap((count, i): [number, number][] =>
    count === before.counts[i] ? [] : [[i, count]],
  );
}
