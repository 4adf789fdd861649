import { livePlace, parsePlace, type Place } from './place.js';

/** What a URL names: a place among the events that match a filter. */
export interface Address {
  readonly place: Place;
  /** See docs/filter.md; `''` for all events. */
  readonly filter: string;
}

export const liveAddress: Address = { place: livePlace, filter: '' };

export interface ParsedAddress {
  readonly address: Address;
  /** What is wrong with the URL, for people; that part of the address is then the usual one. */
  readonly problem: string | undefined;
}

/** A filter is at most this long on the wire. */
const maxFilterCharacters = 4_096;

/** Reads a URL's query: `q`, a filter, and the place (`parsePlace`). */
export function parseAddress(query: URLSearchParams): ParsedAddress {
  const { place, problem } = parsePlace(query);
  const filter = query.get('q')?.trim() ?? '';
  if (filter.length <= maxFilterCharacters) return { address: { place, filter }, problem };
  const tooLong = 'The filter “q” in the link is too long. Showing all events instead.';
  return { address: { place, filter: '' }, problem: problem ?? tooLong };
}

/** The query that names `address`, `''` for the live end of all events. */
export function formatAddress({ place, filter }: Address): string {
  const query = new URLSearchParams();
  if (filter !== '') query.set('q', filter);
  if (place.type === 'key') {
    query.set('t', new Date(place.key.timestamp).toISOString());
    if (place.key.id !== '') query.set('e', place.key.id);
  }
  // Colons and commas are plain characters in a query; encoded, they make the link hard to read.
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

export function sameAddress(a: Address, b: Address): boolean {
  return formatAddress(a) === formatAddress(b);
}
