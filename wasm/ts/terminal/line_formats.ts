import { csvHead, csvLine } from '../internal/csv.js';
import type { CellValue, Schema } from '../types.js';
import { cellsOf, type EventJson } from './event_json.js';
import type { WriterOptions } from './event_writer.js';
import { visibleJson, visibleText } from './visible_text.js';

/** JSON values, a line each; on a screen with what can't be seen escaped, which means the same. */
export function jsonLines({ isScreen }: Pick<WriterOptions, 'isScreen'>) {
  return (value: object): string => {
    const json = JSON.stringify(value);
    return `${isScreen ? visibleJson(json) : json}\n`;
  };
}

/** CSV as the page's export has it, with other columns before those of events; on a screen with what can't be seen escaped. */
export function csvLines(
  { columns, isGuarded, isScreen }: Pick<WriterOptions, 'columns' | 'isGuarded' | 'isScreen'>,
  before: Schema,
) {
  const all = [...before, ...columns];
  const shown = isScreen ? all.map(({ name, type }) => ({ name: visibleText(name), type })) : all;
  return {
    head: (): string => csvHead(shown, isGuarded),
    line: (first: readonly CellValue[], event: Pick<EventJson, 'fields'>): string => {
      const cells = [...first, ...cellsOf(event, columns)];
      const safe = isScreen
        ? cells.map((cell) => (typeof cell === 'string' ? visibleText(cell) : cell))
        : cells;
      return csvLine(safe, shown, isGuarded);
    },
  };
}
