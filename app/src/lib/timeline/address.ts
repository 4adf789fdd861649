import type { Cursor } from 'eventglass';
import { filterWithTerm } from './filter_terms.js';
import { livePlace, type Place } from '@eventglass/table/timeline/place.js';
import { parsePlace } from './place_query.js';

/** What a URL names: a place among the events that match a filter. */
export interface Address {
  readonly place: Place;
  /** See docs/filter.md; `''` for all events. */
  readonly filter: string;
  /** The state of the timeline when the address was written, by which it can be told what has changed since. */
  readonly cursor?: Cursor | undefined;
}

export const liveAddress: Address = { place: livePlace, filter: '' };

export interface ParsedAddress {
  readonly address: Address;
  /** What is wrong with the URL, for people; that part of the address is then the usual one. */
  readonly problem: string | undefined;
}

/** A filter is at most this long on the wire. */
const maxFilterCharacters = 4_096;

/** Names of epochs are shorter. */
const maxEpochCharacters = 100;

/** `81234.EPOCH` */
function parseCursor(text: string): Cursor | undefined {
  const [, seqText = '', epoch = ''] = /^(\d+)\.(.+)$/s.exec(text) ?? [];
  const seq = Number(seqText);
  if (epoch === '' || epoch.length > maxEpochCharacters || !Number.isSafeInteger(seq))
    return undefined;
  return { epoch, seq };
}

/** The condition that events are of the last minutes: what `60m` says, counted back from `nowMs`. */
function lastTerm(text: string, nowMs: number): string | undefined {
  const minutes = Number(/^(\d{1,6})m$/.exec(text)?.[1] ?? 0);
  if (minutes === 0) return undefined;
  const begin = new Date(nowMs - minutes * 60_000)
    .toISOString()
    .slice(0, 'YYYY-MM-DDTHH:MM'.length);
  return `time>=${begin}`;
}

/** Reads a URL's query: `q`, a filter, `last`, minutes before it is read, `c`, a cursor, and the place (`parsePlace`). */
export function parseAddress(query: URLSearchParams, nowMs = Date.now()): ParsedAddress {
  const { place, problem } = parsePlace(query, nowMs);
  const typed = query.get('q')?.trim() ?? '';
  const term = lastTerm(query.get('last') ?? '', nowMs);
  const filter = term === undefined ? typed : filterWithTerm(typed, term);
  const cursor = place.type === 'key' ? parseCursor(query.get('c') ?? '') : undefined;
  if (filter.length <= maxFilterCharacters) return { address: { place, filter, cursor }, problem };
  const tooLong = 'The filter “q” in the link is too long. Showing all events instead.';
  return { address: { place, filter: '' }, problem: problem ?? tooLong };
}

/** The same of a query as it stands in a URL. */
export function parseAddressText(query: string): ParsedAddress {
  return parseAddress(new URLSearchParams(query));
}

/** Colons and commas are plain characters in a query; encoded, they make the link hard to read. */
function queryText(query: URLSearchParams): string {
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The query that names `address`, `''` for the live end of all events. */
export function formatAddress({ place, filter, cursor }: Address): string {
  const query = new URLSearchParams();
  if (filter !== '') query.set('q', filter);
  if (place.type === 'key') {
    query.set('t', new Date(place.key.timestamp).toISOString());
    if (place.key.id !== '') query.set('e', place.key.id);
    if (place.offsetPx !== undefined) query.set('o', String(place.offsetPx));
    if (cursor) query.set('c', `${String(cursor.seq)}.${cursor.epoch}`);
  }
  return queryText(query);
}

/** The query that names a time so many minutes before it is read, `-90m`, among the events that match `filter`. */
export function formatAgo(minutes: number, filter: string): string {
  const query = new URLSearchParams(filter === '' ? {} : { q: filter });
  query.set('t', `-${String(minutes)}m`);
  return queryText(query);
}

/** The query of the live end, among the events that match `filter` from so many minutes before it is read on. */
export function formatLast(minutes: number, filter: string): string {
  const query = new URLSearchParams(filter === '' ? {} : { q: filter });
  query.set('last', `${String(minutes)}m`);
  return queryText(query);
}

/** Whether both name the same place and filter, at whatever time they were written. */
export function sameAddress(a: Address, b: Address): boolean {
  return formatAddress({ ...a, cursor: undefined }) === formatAddress({ ...b, cursor: undefined });
}
