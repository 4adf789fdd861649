import { maxDepth } from './limits.js';
import { MemberFinder } from './member_finder.js';
import type { RowScanner } from './row_frames.js';

const code = (character: string): number => character.charCodeAt(0);
const [quote, backslash, comma, newline, space] = ['"', '\\', ',', '\n', ' '].map(code);
const [openBrace, closeBrace] = [0x7b, 0x7d];
const [openBracket, closeBracket] = [0x5b, 0x5d];

function isSpace(byte: number | undefined): boolean {
  return byte === space || byte === newline || byte === 9 || byte === 13;
}

/** Where the rows are: in an array, in the array that is a member of an object, or one after the other. */
export type ValuePlace = 'array' | 'sequence' | { readonly member: string };

/**
 * JSON values one after the other: the items of an array, or values with nothing but white space between them. Whether a
 * value is right is for a parser to say; its brackets and quotes tell where it ends.
 */
export class ValueScanner implements RowScanner {
  readonly #isArray: boolean;
  /** Of the array: not begun, within, or past its end. */
  #state: 'before' | 'within' | 'after';
  #hasJunkAfter = false;
  #depth = 0;
  /** The brackets that are open. */
  readonly #open = new Uint8Array(maxDepth);
  #isInString = false;
  #isEscaped = false;
  #isFirst = true;

  readonly #finder: MemberFinder | undefined;

  constructor(place: ValuePlace) {
    this.#isArray = place !== 'sequence';
    this.#state = this.#isArray ? 'before' : 'within';
    if (typeof place === 'object') this.#finder = new MemberFinder(place.member);
  }

  skip(bytes: Buffer, at: number): number {
    let begin = at;
    if (this.#finder !== undefined) {
      if (this.#state === 'before') {
        begin = this.#finder.find(bytes, begin);
        if (begin < 0) return bytes.length;
        this.#state = 'within';
      } else if (this.#state === 'after') {
        begin = this.#finder.passRest(bytes, begin);
      }
    }
    for (; begin < bytes.length; begin++) {
      const byte = bytes[begin];
      if (isSpace(byte)) continue;
      if (this.#state === 'before' && byte === openBracket) this.#state = 'within';
      else if (this.#state === 'after') this.#hasJunkAfter = true;
      else if (this.#isArray && byte === closeBracket) {
        this.#state = 'after';
        if (this.#finder !== undefined) begin = this.#finder.passRest(bytes, begin + 1) - 1;
      } else if (!(this.#isArray && byte === comma)) break;
    }
    return begin;
  }

  begin(): void {
    this.#depth = 0;
    this.#isInString = false;
    this.#isEscaped = false;
    this.#isFirst = true;
  }

  scan(bytes: Buffer, at: number, isLast: boolean): number {
    for (let i = at; i < bytes.length; i++) {
      const byte = bytes[i];
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) {
          this.#isInString = false;
          if (this.#depth === 0) return i + 1;
        }
      } else if (byte === quote) {
        this.#isInString = true;
      } else if (byte === openBrace || byte === openBracket) {
        if (this.#depth < maxDepth) this.#open[this.#depth] = byte;
        this.#depth++;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (!this.#close(byte === closeBrace ? openBrace : openBracket)) {
          // Of the array around it: a brace is missing, or this is a number or a word.
          return i === 0 ? 1 : this.#endBefore(bytes, i);
        }
        if (this.#depth === 0) return i + 1;
      } else if (this.#depth === 0 && (byte === comma || isSpace(byte)) && !this.#isFirst) {
        return i;
      }
      this.#isFirst = false;
    }
    return isLast && this.#depth === 0 && !this.#isInString ? bytes.length : -1;
  }

  /** Closes what was opened with this bracket, and whatever in it was never closed. False where nothing was. */
  #close(opener: number): boolean {
    let depth = Math.min(this.#depth, maxDepth);
    // Deeper ones are not known apart, and refused in any case.
    if (this.#depth > maxDepth) depth = this.#depth;
    else while (depth > 0 && this.#open[depth - 1] !== opener) depth--;
    if (depth === 0) return false;
    this.#depth = depth - 1;
    return true;
  }

  /** The end of a row in which brackets are missing, and perhaps others begin: in the next line that begins as it did. */
  #endBefore(bytes: Buffer, end: number): number {
    const next = this.#depth === 0 ? -1 : bytes.indexOf('\n{');
    return next < 0 || next >= end ? end : next + 1;
  }

  /**
   * A row that does not end lacks a bracket or a quote. The next one may begin at the next line that begins as the row
   * itself did: with a brace, and nothing before it.
   */
  resume(bytes: Buffer): number {
    const at = bytes.indexOf('\n{');
    return at < 0 ? -1 : at + 1;
  }

  endFault(): string | undefined {
    if (this.#hasJunkAfter) return 'there is more after the end of the rows, which is left out';
    if (this.#state === 'before') return 'there is no array of rows';
    if (!this.#isArray || this.#state === 'after') return undefined;
    return 'the array is not closed: the file may have been cut here';
  }

  endlessReason(): string {
    return 'the row does not end: it lacks a bracket or a quote';
  }
}
