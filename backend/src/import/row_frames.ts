import type { Fault, Place } from './faults.js';
import { maxRowBytes } from './limits.js';

/** The bytes of one row, and where they begin. They belong to the chunk that was read: use them before the next. */
export interface Frame extends Place {
  readonly bytes: Buffer;
  /** The file ended before the row did. */
  readonly isCut: boolean;
}

/** Knows where the rows of a format begin and end. It is asked for one row after the other. */
export interface RowScanner {
  /**
   * Where the next row begins, from `at` on; `bytes.length` where it is not there yet. Whatever stands between rows is
   * passed over.
   */
  skip(bytes: Buffer, at: number): number;
  /** A row begins with the next call of `scan`. */
  begin(): void;
  /**
   * Looks for the end of the row, going on at `at` from where the call before ended. Answers the offset right after the row,
   * or -1 where it goes on past `bytes`.
   */
  scan(bytes: Buffer, at: number, isLast: boolean): number;
  /** Of a row that never ended: where in it the next one may begin; -1 where that can't be told. */
  resume(bytes: Buffer): number;
  /** What is wrong with how the file ended, between rows; `undefined` where nothing is. */
  endFault(): string | undefined;
  /** Why a row in which others were found does not end. */
  endlessReason(): string;
}

export interface RowFramesOptions {
  readonly fault: (fault: Fault) => void;
  readonly maxRowBytes?: number;
}

const newline = 10;

/**
 * Cuts the bytes of a file into rows. At most one row is held: one over the limit is let go as it comes and told as a
 * fault, so that memory stays bounded whatever the file.
 */
export class RowFrames {
  readonly #scanner: RowScanner;
  readonly #fault: (fault: Fault) => void;
  readonly #maxRowBytes: number;
  /** Bytes that belong to no row yet: the row under way, from its begin. */
  #held: Buffer = Buffer.alloc(0);
  /** Of `#held`: what the scanner has seen of the row. */
  #scanned = 0;
  #isInRow = false;
  /** The row is over the limit, and its bytes are gone. */
  #isSkipping = false;
  #line = 1;
  /** Bytes since the begin of the line, up to `#held`. */
  #lineBytes = 0;
  #rowPlace: Place = { line: 1, column: 1 };

  constructor(scanner: RowScanner, options: RowFramesOptions) {
    this.#scanner = scanner;
    this.#fault = options.fault;
    this.#maxRowBytes = options.maxRowBytes ?? maxRowBytes;
  }

  /** Where the next byte to come stands that belongs to no row yet. */
  get place(): Place {
    return { line: this.#line, column: this.#lineBytes + 1 };
  }

  /** The rows that end in `chunk`, or with it where it is the last. */
  *push(chunk: Buffer, isLast = false): Generator<Frame> {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      if (!this.#isInRow && !this.#begin()) break;
      const end = this.#scanner.scan(this.#held, this.#scanned, isLast);
      if (end >= 0) {
        yield* this.#end(end, false);
        continue;
      }
      this.#scanned = this.#held.length;
      if (this.#isSkipping) this.#consume(this.#held.length);
      if (this.#held.length > this.#maxRowBytes) {
        this.#giveUp();
        continue;
      }
      if (!isLast) break;
      if (this.#isSkipping) this.#isInRow = false;
      else if (!this.#resume()) {
        yield* this.#end(this.#held.length, true);
      }
      if (this.#held.length === 0) break;
    }
    const reason = isLast ? this.#scanner.endFault() : undefined;
    if (reason !== undefined) this.#fault({ ...this.place, reason });
  }

  /** Passes over what stands before the next row; false where the row has not come yet. */
  #begin(): boolean {
    this.#consume(this.#scanner.skip(this.#held, 0));
    if (this.#held.length === 0) return false;
    this.#isInRow = true;
    this.#isSkipping = false;
    this.#scanned = 0;
    this.#rowPlace = this.place;
    this.#scanner.begin();
    return true;
  }

  *#end(end: number, isCut: boolean): Generator<Frame> {
    const bytes = this.#held.subarray(0, end);
    const isOver = !this.#isSkipping && bytes.length > this.#maxRowBytes;
    if (isOver) this.#fault({ ...this.#rowPlace, reason: this.#tooLong });
    this.#isInRow = false;
    this.#consume(end);
    if (!isOver && !this.#isSkipping) yield { ...this.#rowPlace, bytes, isCut };
  }

  get #tooLong(): string {
    return `the row is too long, more than ${this.#maxRowBytes} bytes`;
  }

  /** The row under way is over the limit. */
  #giveUp(): void {
    if (this.#resume()) return;
    this.#fault({ ...this.#rowPlace, reason: this.#tooLong });
    this.#isSkipping = true;
    this.#consume(this.#held.length);
  }

  /** A row that does not end may have others in it, which are read as such. False where none is found. */
  #resume(): boolean {
    const at = this.#scanner.resume(this.#held);
    if (at <= 0) return false;
    this.#fault({ ...this.#rowPlace, reason: this.#scanner.endlessReason() });
    this.#isInRow = false;
    this.#consume(at);
    return true;
  }

  #consume(count: number): void {
    const bytes = this.#held.subarray(0, count);
    let lineBegin = 0;
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) {
      this.#line++;
      this.#lineBytes = 0;
      lineBegin = at + 1;
    }
    this.#lineBytes += count - lineBegin;
    this.#held = this.#held.subarray(count);
    this.#scanned = Math.max(0, this.#scanned - count);
  }
}
