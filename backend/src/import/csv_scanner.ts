import type { RowScanner } from './row_frames.js';

const [quote, newline, carriageReturn] = [34, 10, 13];

/**
 * Where in a row the scanner is. After a quote within a quoted field: that is its end, or the first of two that stand
 * for one.
 */
type At = 'field begin' | 'plain' | 'quoted' | 'quote in quoted';

/** CSV (RFC 4180): a row is a line, but for newlines in quoted fields. A quote within a field that does not begin with one is text. */
export class CsvScanner implements RowScanner {
  readonly #delimiter: number;
  #at: At = 'field begin';

  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  skip(bytes: Buffer, at: number): number {
    let begin = at;
    while (bytes[begin] === newline || bytes[begin] === carriageReturn) begin++;
    return begin;
  }

  begin(): void {
    this.#at = 'field begin';
  }

  scan(bytes: Buffer, from: number, isLast: boolean): number {
    const delimiter = this.#delimiter;
    let at = this.#at;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i];
      if (at === 'quoted') {
        if (byte === quote) at = 'quote in quoted';
        else i = this.#beforeQuote(bytes, i);
      } else if (byte === quote && at !== 'plain') {
        at = 'quoted';
      } else if (byte === newline) {
        this.#at = at;
        return i;
      } else {
        at = byte === delimiter ? 'field begin' : 'plain';
      }
    }
    this.#at = at;
    return isLast && at !== 'quoted' ? bytes.length : -1;
  }

  /** The offset before the next quote: most of what is quoted is plain text. */
  #beforeQuote(bytes: Buffer, at: number): number {
    const next = bytes.indexOf(quote, at);
    return (next < 0 ? bytes.length : next) - 1;
  }

  /** A quote that is never closed: the next line may be a row. */
  resume(bytes: Buffer): number {
    return this.#at === 'quoted' ? bytes.indexOf(newline) + 1 : -1;
  }

  endFault(): string | undefined {
    return undefined;
  }

  endlessReason(): string {
    return 'a quote in this row is never closed';
  }
}
