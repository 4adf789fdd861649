import { formerTimeText, timestampText } from '../time/time_text.js';
import type { TimeZone } from 'eventglass/internal/time_zone.js';
import type { TableColumns } from '../columns/table_columns.js';
import type { RowState, TimelineRow } from './row.js';

/** What the reader saw happen to an event. */
export interface ChangeNote {
  /** `3 changes; severity was warning`. */
  readonly text: string;
  /** The same with what texts were, which may be long, and the day of a former time. */
  readonly longText: string;
}

/** Former values that are told in the row: more than two are not read at a glance. */
const maxValues = 2;

function quoted(text: string): string {
  return text === '' ? 'empty' : text;
}

/** What a row's cells are, and by whose clocks times are told. */
export interface Reading {
  readonly columns: TableColumns;
  readonly zone: TimeZone;
}

/** A value that the reader saw first, and that is another now. */
interface FormerValue {
  readonly name: string;
  /** `undefined` where it is not told in the row: a text. */
  readonly was: string | undefined;
  readonly longWas: string;
}

function formerValues(
  row: TimelineRow,
  first: RowState,
  { columns, zone }: Reading,
): readonly FormerValue[] {
  return columns.all.flatMap(({ label, type, cell }) => {
    const name = label.toLowerCase();
    if (type === 'timestamp') {
      if (first.timestamp === row.timestamp) return [];
      const was = formerTimeText(first.timestamp, row.timestamp, zone);
      return [{ name, was, longWas: timestampText(first.timestamp, zone) }];
    }
    const was = first.cells[cell] ?? '';
    if (was === (row.cells[cell] ?? '')) return [];
    return [{ name, was: type === 'text' ? undefined : quoted(was), longWas: quoted(was) }];
  });
}

/**
 * What has changed in `row` since the reader saw it first, as `reading` tells it; `undefined` while nothing has.
 */
export function changeNote(row: TimelineRow, reading: Reading): ChangeNote | undefined {
  if (row.goneSinceMs !== undefined) {
    const longText = 'Gone: deleted, moved to another time, or no longer matching the filter.';
    return { text: 'gone', longText };
  }
  const { changes, first } = row;
  if (first === undefined) return undefined;
  const count = changes === 1 ? '1 change' : `${String(changes)} changes`;
  const changed = formerValues(row, first, reading);
  if (changed.length === 0) return { text: `${count}; as before`, longText: `${count}; as before` };
  const short = changed
    .flatMap(({ name, was }) => (was === undefined ? [] : [`${name} was ${was}`]))
    .slice(0, maxValues);
  const long = changed.map(({ name, longWas }) => `${name} was ${longWas}`);
  const text = short.length === 0 ? `${count} of the ${changed[0]?.name ?? ''}` : undefined;
  return {
    text: text ?? `${count}; ${short.join(', ')}`,
    longText: `${count}; ${long.join(', ')}`,
  };
}
