import type { KeyRange } from '../types.js';
import { firstPageHasRank } from './window_filler.js';
import { equalPlaces, type Place } from './window_place.js';

/** A window to begin. */
export interface LoadRequest {
  readonly place: Place;
  readonly filter: string;
  /** Overscan included. */
  readonly screenRows: number;
  readonly capacityRows: number;
  /**
   * What the feed follows, and goes on following while the load is under way: pages within it may widen the window.
   * `undefined`: whatever the window holds is not to be built upon.
   */
  readonly followed: KeyRange | undefined;
}

/** Whether a load that is under way does for what is wanted now. `hasWindow`: there are rows to show meanwhile. */
export function answersLoad(begun: LoadRequest, wanted: LoadRequest, hasWindow: boolean): boolean {
  const replaces = wanted.followed === undefined;
  if (begun.filter !== wanted.filter || (begun.followed === undefined) !== replaces) return false;
  // Without a window to show, rows that the reader has scrolled past are better than none.
  if (replaces || !hasWindow) return true;
  if (begun.place.type === 'rank' && wanted.place.type === 'rank') {
    const { screenRows, capacityRows } = begun;
    if (firstPageHasRank(begun.place.rank, wanted.place.rank, screenRows, capacityRows))
      return true;
  }
  return equalPlaces(begun.place, wanted.place);
}
