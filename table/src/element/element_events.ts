import type { ClientState } from 'eventglass/client';
import type { ShownColumn } from '../columns/column_layout.js';
import type { Status } from '../status/status.js';
import type { Place } from '../timeline/place.js';
import type { TimelineRow } from '../timeline/row.js';
import type { TableView } from '../view/table_view.svelte.js';

/** An event as it stands in the table. */
export interface RowDetail {
  /** Of the event. */
  readonly id: string;
  /** In ms since 1970. */
  readonly timestamp: number;
  /** The texts of its cells as they are shown, by column. Whatever somebody has sent: text, and nothing else. */
  readonly texts: Readonly<Record<string, string>>;
}

/** How an element's timeline is. */
export interface StateDetail {
  /** In a word, and what more there is to say. */
  readonly status: Status;
  /** Events that match the filter; `undefined` until they have been counted. */
  readonly rowCount: number | undefined;
  /** The newest problem that has not been resolved. */
  readonly error: ClientState['error'];
  /** Why the filter that is wanted can't be had. */
  readonly filterError: ClientState['filterError'];
}

/** The details of the events that `<event-timeline>` fires, by type. None of them bubbles. */
export interface ElementEvents {
  /** The reader has chosen another event; `null`: none. */
  readonly rowselect: RowDetail | null;
  /** The reader wants the details of an event: a click, or Enter. */
  readonly rowopen: RowDetail;
  /** What is at the top is another event, or the live end. */
  readonly placechange: Place;
  /** Connection, errors or counts are others. */
  readonly statechange: StateDetail;
  /** The reader has changed the columns. */
  readonly columnschange: readonly ShownColumn[];
}

export function detailOf(row: TimelineRow, view: TableView): RowDetail {
  const texts = view.table.all.map((column) => [column.name, view.cellText(row, column)] as const);
  return { id: row.id, timestamp: row.timestamp, texts: Object.fromEntries(texts) };
}
