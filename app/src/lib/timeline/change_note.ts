import { columns } from './columns.js';
import type { TimelineRow } from './row.js';

/** What the reader saw happen to an event. */
export interface ChangeNote {
  /** `3 changes; severity was warning`. */
  readonly text: string;
  /** The same with what texts were, which may be long. */
  readonly longText: string;
}

/** Former values that are told in the row: more than two are not read at a glance. */
const maxValues = 2;

function quoted(text: string): string {
  return text === '' ? 'empty' : text;
}

/** What has changed in `row` since the reader saw it first; `undefined` while nothing has. */
export function changeNote(row: TimelineRow): ChangeNote | undefined {
  if (row.goneSinceMs !== undefined) {
    const longText = 'Gone: deleted, moved to another time, or no longer matching the filter.';
    return { text: 'gone', longText };
  }
  const { changes, firstCells } = row;
  if (firstCells === undefined) return undefined;
  const count = changes === 1 ? '1 change' : `${String(changes)} changes`;
  const changed = columns.flatMap(({ name, label, type }, i) => {
    const was = firstCells[i] ?? '';
    if (was === (row.cells[i] ?? '')) return [];
    return [{ name: label.toLowerCase(), was: quoted(was), isLong: type === 'text', column: name }];
  });
  if (changed.length === 0) return { text: `${count}; as before`, longText: `${count}; as before` };
  const short = changed
    .filter(({ isLong }) => !isLong)
    .slice(0, maxValues)
    .map(({ name, was }) => `${name} was ${was}`);
  const long = changed.map(({ name, was }) => `${name} was ${was}`);
  const text = short.length === 0 ? `${count} of the ${changed[0]?.name ?? ''}` : undefined;
  return {
    text: text ?? `${count}; ${short.join(', ')}`,
    longText: `${count}; ${long.join(', ')}`,
  };
}
