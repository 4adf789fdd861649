import type { EventKey, EvictionSide } from '../types.js';
import { compareKeys, equalKeys, rangeHasKey } from './event_keys.js';
import type { SessionEngine } from './session_engine.js';
import type { WindowRank } from './window_rank.js';

/** Where a window begins to be loaded. */
export type Place =
  | { readonly type: 'tail' }
  | { readonly type: 'key'; readonly key: EventKey }
  /** The event with this rank in the timeline. */
  | { readonly type: 'rank'; readonly rank: number };

export function equalPlaces(a: Place, b: Place): boolean {
  if (a.type === 'key' && b.type === 'key') return equalKeys(a.key, b.key);
  if (a.type === 'rank' && b.type === 'rank') return a.rank === b.rank;
  return a.type === b.type;
}

/** Whether what stands at a place is in the window. */
export function hasPlace(
  engine: Pick<SessionEngine, 'coverage' | 'rowCount'>,
  rank: Pick<WindowRank, 'rowsBefore'>,
  place: Place,
): boolean {
  const { coverage, rowCount } = engine;
  if (coverage === undefined) return false;
  switch (place.type) {
    case 'tail':
      return coverage.end === undefined;
    case 'key':
      return rangeHasKey(coverage, place.key);
    case 'rank': {
      const index = place.rank - rank.rowsBefore;
      const isTooEarly = index < 0 && coverage.begin !== undefined;
      return !isTooEarly && (index < rowCount || coverage.end === undefined);
    }
  }
}

/** The end of the window that is farther from a place which it does not have. */
export function endAwayFrom(
  engine: Pick<SessionEngine, 'coverage'>,
  rank: Pick<WindowRank, 'rowsBefore'>,
  place: Place,
): EvictionSide {
  const begin = engine.coverage?.begin;
  if (begin === undefined || place.type === 'tail') return 'oldest';
  const isOlder =
    place.type === 'key' ? compareKeys(place.key, begin) < 0 : place.rank < rank.rowsBefore;
  return isOlder ? 'newest' : 'oldest';
}
