import type { KeyRange, EvictionSide, RowRange } from '../types.js';
import type { PageQuery } from './page_fetcher.js';
import type { Place } from './window_place.js';

/** An end of the window, or the way to it. */
export type Side = 'older' | 'newer';

/** How far the window reaches, and what of it is on screen. */
export interface WindowExtent {
  readonly coverage: KeyRange;
  readonly rowCount: number;
  readonly capacityRows: number;
  readonly visible: RowRange;
  /** Where the screen has been moving; `undefined` where it stands. */
  readonly heading: Side | undefined;
}

/** A page that widens the window: this many rows at one end of it. */
export interface Fill {
  readonly side: Side;
  readonly limit: number;
}

/** Rows of the first page on each side of its place: quick to come, and enough for a screen and its overscan. */
const FIRST_PAGE_ROWS = 200;
/** Rows of the pages after it: 1 MB of JSON, decoded in a few milliseconds between two frames. */
const FILL_PAGE_ROWS = 5_000;
/**
 * Of the rows that the window can hold beside the screen, a page is at most one in so many: then a page on one side can't
 * evict so much on the other that the next page has to bring it back.
 */
const LEAST_PAGES_IN_WINDOW = 4;
/** Room for a page over this is not worth a request of its own. */
const LEAST_SHARE_OF_PAGE = 5;

/**
 * The pages that begin a window: what is before and after a key, the newest rows, or those around a rank: one page, since a
 * rank is another event's a moment later. `screenRows` counts overscan too.
 */
export function firstQueries(
  place: Place,
  screenRows: number,
  capacityRows: number,
): readonly PageQuery[] {
  const limit = Math.max(FIRST_PAGE_ROWS, screenRows);
  const share = Math.max(1, Math.min(limit, Math.floor(capacityRows / 2)));
  switch (place.type) {
    case 'tail':
      return [backward(undefined, undefined, Math.min(limit, capacityRows))];
    case 'key':
      return [forward(place.key, undefined, share), backward(undefined, place.key, share)];
    case 'rank':
      return [pageAround(place.rank, Math.min(2 * share, capacityRows))];
  }
}

/** Whether the page that begins a window at one rank has a screen at another as well. */
export function firstPageHasRank(
  begun: number,
  wanted: number,
  screenRows: number,
  capacityRows: number,
): boolean {
  const [query] = firstQueries({ type: 'rank', rank: begun }, screenRows, capacityRows);
  const { rank: first = 0, limit = 0 } = query ?? {};
  return wanted >= (first === 0 ? 0 : first + screenRows) && wanted + screenRows <= first + limit;
}

/**
 * The page to fetch next, outward from the screen: on the nearer of the sides that are not covered to their end, while the
 * window has room for it, and past that only where the screen comes close to what is missing. Where the screen is moving,
 * what lies ahead goes first as long as it is less than a page away. `undefined`: nothing to do.
 */
export function nextFill(extent: WindowExtent): Fill | undefined {
  const { coverage, rowCount, capacityRows, visible, heading } = extent;
  const spareRows = capacityRows - (visible.end - visible.begin);
  const pageRows = Math.min(FILL_PAGE_ROWS, Math.floor(spareRows / LEAST_PAGES_IN_WINDOW));
  if (pageRows < 1) return undefined;
  const rowsTo = {
    older: coverage.begin === undefined ? Infinity : visible.begin,
    newer: coverage.end === undefined ? Infinity : rowCount - visible.end,
  };
  const nearer = rowsTo.newer <= rowsTo.older ? 'newer' : 'older';
  const side = heading !== undefined && rowsTo[heading] < pageRows ? heading : nearer;
  if (rowsTo[side] === Infinity) return undefined;
  const freeRows = capacityRows - rowCount;
  const hasRoom = freeRows * LEAST_SHARE_OF_PAGE >= pageRows;
  if (!hasRoom && rowsTo[side] >= pageRows) return undefined;
  return { side, limit: hasRoom ? Math.min(pageRows, freeRows) : pageRows };
}

/** The page that widens `coverage`, from its end to that of `range` at most. */
export function fillQuery({ side, limit }: Fill, coverage: KeyRange, range: KeyRange): PageQuery {
  return side === 'newer'
    ? forward(coverage.end, range.end, limit)
    : backward(range.begin, coverage.begin, limit);
}

/** The end of the window that is farther from the screen. */
export function evictionSide(rowCount: number, visible: RowRange): EvictionSide {
  return visible.begin + visible.end >= rowCount ? 'oldest' : 'newest';
}

function pageAround(rank: number, limit: number): PageQuery {
  const first = Math.max(0, rank - Math.floor(limit / 2));
  return { ...forward(undefined, undefined, limit), rank: first };
}

function forward(start: PageQuery['start'], stop: PageQuery['stop'], limit: number): PageQuery {
  return { start, stop, limit, direction: 'forward' };
}

function backward(start: PageQuery['start'], stop: PageQuery['stop'], limit: number): PageQuery {
  return { start, stop, limit, direction: 'backward' };
}
