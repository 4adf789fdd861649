import { wallTime, type TimeZone } from '../internal/time_zone.js';
import type { CellValue, Column, Schema } from '../types.js';
import { cellsOf, type EventJson } from './event_json.js';
import { cutToWidth, textWidth, unitsFor, visibleText } from './visible_text.js';

/** What happened to the event of a line, where the table is one of a feed. */
export type Mark = ' ' | '+' | '~' | '-';

/** Columns of the terminal: a value that takes more is cut, but for the last column. */
const MAX_CELL_WIDTH = 32;
/** The last column has as much, where others can be made narrower, down to `MIN_CELL_WIDTH`, or left out. Times are never cut. */
const MIN_LAST_WIDTH = 20;
const MIN_CELL_WIDTH = 6;
const GAP = '  ';

/** `2026-11-20 14:03:22.123`. */
function timeText(timestamp: number, zone: TimeZone): string {
  return new Date(wallTime(timestamp, zone)).toISOString().slice(0, -1).replace('T', ' ');
}

/**
 * Lines of a table. Columns are as wide as what they have had so far: a table that goes on for ever does not know what comes.
 * `screenWidth`: columns of the terminal; `undefined` where lines may be as long as they are.
 */
export class Table {
  readonly #columns: Schema;
  readonly #zone: TimeZone;
  readonly #hasMarks: boolean;
  readonly #screenWidth: () => number | undefined;
  readonly #widths: number[];

  constructor(
    columns: Schema,
    options: {
      readonly zone: TimeZone;
      readonly hasMarks: boolean;
      readonly screenWidth: () => number | undefined;
    },
  ) {
    this.#columns = columns;
    this.#zone = options.zone;
    this.#hasMarks = options.hasMarks;
    this.#screenWidth = options.screenWidth;
    this.#widths = columns.map(({ name }) =>
      Math.min(textWidth(visibleText(name)), MAX_CELL_WIDTH),
    );
  }

  /** The names of the columns, which are as wide as the first events want them. */
  head(firstEvents: readonly EventJson[]): string {
    for (const event of firstEvents) this.#widen(this.#texts(event));
    return this.#line(
      this.#columns.map(({ name }) => visibleText(name)),
      ' ',
    );
  }

  lines(events: readonly EventJson[], mark: Mark): string {
    const rows = events.map((event) => this.#texts(event));
    for (const texts of rows) this.#widen(texts);
    return rows.map((texts) => this.#line(texts, mark)).join('');
  }

  #texts(event: EventJson): readonly string[] {
    return cellsOf(event, this.#columns).map((cell, i) => this.#cellText(cell, this.#columns[i]));
  }

  #cellText(cell: CellValue, column: Column | undefined): string {
    if (cell === undefined) return '';
    if (column?.type === 'timestamp' && typeof cell === 'number') return timeText(cell, this.#zone);
    const text = String(cell);
    const width = this.#screenWidth();
    // A text of megabytes is not looked through for what a line shows of it.
    return visibleText(width === undefined ? text : text.slice(0, unitsFor(width)));
  }

  #widen(texts: readonly string[]): void {
    for (const [i, text] of texts.entries()) {
      const width = Math.min(textWidth(text), MAX_CELL_WIDTH);
      this.#widths[i] = Math.max(this.#widths[i] ?? 0, width);
    }
  }

  #line(texts: readonly string[], mark: Mark): string {
    const screenWidth = this.#screenWidth();
    const widths = this.#fitted(screenWidth);
    const last = texts.length - 1;
    const cells = texts.flatMap((text, i) => {
      const width = widths[i];
      if (width === undefined) return [];
      const shown = screenWidth === undefined ? text : cutToWidth(text, width);
      if (i === last) return [shown];
      const blanks = ' '.repeat(Math.max(width - textWidth(shown), 0));
      return [this.#columns[i]?.type === 'number' ? blanks + shown : shown + blanks];
    });
    const line = `${this.#hasMarks ? `${mark} ` : ''}${cells.join(GAP)}`.trimEnd();
    return `${screenWidth === undefined ? line : cutToWidth(line, screenWidth)}\n`;
  }

  /**
   * The widths with which a line fits on the screen: the last column takes what is left. First others are made narrower, then
   * those before the last are left out, which have `undefined`.
   */
  #fitted(screenWidth: number | undefined): readonly (number | undefined)[] {
    if (screenWidth === undefined) return this.#widths;
    const last = this.#widths.length - 1;
    const others = this.#widths.slice(0, last);
    const marks = this.#hasMarks ? 2 : 0;
    const left = (): number =>
      screenWidth - marks - others.reduce((sum, width) => sum + width + GAP.length, 0);
    while (left() < MIN_LAST_WIDTH) {
      const cuttable = others.map((width, i) => (this.#isTime(i) ? 0 : width));
      const widest = Math.max(...cuttable);
      if (widest <= MIN_CELL_WIDTH) break;
      others[cuttable.indexOf(widest)] = widest - 1;
    }
    while (left() < MIN_LAST_WIDTH && others.length > 1) others.pop();
    const leftOut = Array.from({ length: last - others.length }, () => undefined);
    return [...others, ...leftOut, Math.max(left(), 0)];
  }

  #isTime(column: number): boolean {
    return this.#columns[column]?.type === 'timestamp';
  }
}
