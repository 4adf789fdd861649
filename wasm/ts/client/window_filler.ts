import type { EventKey, EvictionSide, KeyRange, RowRange } from '../types.js';
import type { PageQuery } from './page_fetcher.js';

/** Where a window begins to be loaded. */
export type Place = { readonly type: 'tail' } | { readonly type: 'key'; readonly key: EventKey };

/** How far the window reaches, and what of it is on screen. */
export interface WindowExtent {
  readonly coverage: KeyRange;
  readonly rowCount: number;
  readonly capacityRows: number;
  readonly visible: RowRange;
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

/** The pages that begin a window: what is before and after a key, or the newest rows. `screenRows` counts overscan too. */
export function firstQueries(
  place: Place,
  screenRows: number,
  capacityRows: number,
): readonly PageQuery[] {
  const limit = Math.max(FIRST_PAGE_ROWS, screenRows);
  if (place.type === 'tail') return [backward(undefined, Math.min(limit, capacityRows))];
  const share = Math.max(1, Math.min(limit, Math.floor(capacityRows / 2)));
  return [forward(place.key, share), backward(place.key, share)];
}

/**
 * The page to fetch next, outward from the screen: on the nearer of the sides that are not covered to their end, while the
 * window has room for it, and past that only where the screen comes close to what is missing. `undefined`: nothing to do.
 */
export function nextFill(extent: WindowExtent): PageQuery | undefined {
  const { coverage, rowCount, capacityRows, visible } = extent;
  const spareRows = capacityRows - (visible.end - visible.begin);
  const pageRows = Math.min(FILL_PAGE_ROWS, Math.floor(spareRows / LEAST_PAGES_IN_WINDOW));
  if (pageRows < 1) return undefined;
  const olderRows = coverage.begin === undefined ? Infinity : visible.begin;
  const newerRows = coverage.end === undefined ? Infinity : rowCount - visible.end;
  const nearestRows = Math.min(olderRows, newerRows);
  if (nearestRows === Infinity) return undefined;
  const freeRows = capacityRows - rowCount;
  const hasRoom = freeRows * LEAST_SHARE_OF_PAGE >= pageRows;
  if (!hasRoom && nearestRows >= pageRows) return undefined;
  const limit = hasRoom ? Math.min(pageRows, freeRows) : pageRows;
  return newerRows <= olderRows ? forward(coverage.end, limit) : backward(coverage.begin, limit);
}

/** The end of the window that is farther from the screen. */
export function evictionSide(rowCount: number, visible: RowRange): EvictionSide {
  return visible.begin + visible.end >= rowCount ? 'oldest' : 'newest';
}

function forward(start: EventKey | undefined, limit: number): PageQuery {
  return { start, stop: undefined, limit, direction: 'forward' };
}

function backward(stop: EventKey | undefined, limit: number): PageQuery {
  return { start: undefined, stop, limit, direction: 'backward' };
}
