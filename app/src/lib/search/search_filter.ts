import { filterWithTerm, isClosed } from '../timeline/filter_terms.js';

/** What the backend is asked for: the events of a filter that a search finds. */
export interface SearchFilter {
  readonly filter: string;
  /** Where the search begins in it, in UTF-16 units. */
  readonly searchBegin: number;
  /** Whether the filter is there as well. Where quotes or parentheses of the search don't close, it is not. */
  readonly isJoined: boolean;
}

/** Joins a search to the filter of the timeline, so that neither changes what the other means. REQUIRES: a search that is not empty */
export function joinSearch(filter: string, search: string): SearchFilter {
  // By itself it is refused, with the fault where it is; joined, it could take the filter apart.
  if (!isClosed(search)) return { filter: search, searchBegin: 0, isJoined: false };
  if (filter === '') return { filter: search, searchBegin: 0, isJoined: true };
  // In parentheses also where it is one word: `OR a` continues what stands before it.
  const joined = filterWithTerm(filter, `(${search})`);
  return {
    filter: joined,
    searchBegin: joined.length - search.length - ')'.length,
    isJoined: true,
  };
}

/** Characters of a search, and what was expected in their place. */
export interface SearchFault {
  readonly begin: number;
  readonly end: number;
  /** For people. */
  readonly text: string;
}

/** A fault of the joined text, told of the search alone; `undefined` where the filter is at fault. */
export function faultOfSearch(
  fault: SearchFault,
  { searchBegin }: SearchFilter,
  search: string,
): SearchFault | undefined {
  if (fault.begin < searchBegin - 1) return undefined;
  const inSearch = (at: number): number => Math.min(Math.max(at - searchBegin, 0), search.length);
  return { ...fault, begin: inSearch(fault.begin), end: inSearch(fault.end) };
}
