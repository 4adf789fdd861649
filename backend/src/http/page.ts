import type { Cursor, KeyRange, RowRange } from 'eventglass';

import { successorOf } from '../store/bounds.js';
import type { EventStore } from '../store/event_store.js';
import type { PageRequest } from './page_request.js';

/** Where the events of a page are now. True until the store's next batch. */
export interface Page {
  readonly rows: RowRange;
  /** The keys that the page covers: the range asked for, or less where the limit cut it. */
  readonly covered: KeyRange;
  /** The state that the page is exact at. */
  readonly cursor: Cursor;
  readonly totalCount: number;
}

/** Finds the rows that `request` asks for. */
export function locatePage(store: EventStore, request: PageRequest): Page {
  const { begin, end, limit, direction } = request;
  const asked = {
    begin: begin === undefined ? 0 : store.rank(begin),
    end: end === undefined ? store.rowCount : store.rank(end),
  };
  const state = { cursor: store.cursor, totalCount: store.rowCount };
  if (limit === undefined || asked.end - asked.begin <= limit) {
    return { rows: asked, covered: { begin, end }, ...state };
  }
  if (direction === 'forward') {
    const rows = { begin: asked.begin, end: asked.begin + limit };
    const covered = { begin, end: successorOf(store.keyAt(rows.end - 1)) };
    return { rows, covered, ...state };
  }
  const rows = { begin: asked.end - limit, end: asked.end };
  return { rows, covered: { begin: store.keyAt(rows.begin), end }, ...state };
}
