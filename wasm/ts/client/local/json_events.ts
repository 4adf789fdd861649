import { isObject } from '../json_values.js';
import { SourceProblem } from './source_run.js';

/** UTF-16 units of one event, or of a line: more than that is no list of events. */
const MAX_VALUE_LENGTH = 16 << 20;

/**
 * Takes a text apart that is a JSON array of objects or has an object a line, piece by piece as it comes. A line that is no JSON is
 * handed on as it is, which is no event; an array is read up to its first fault.
 *
 * @throws {SourceProblem} where the text is neither.
 */
export class JsonEvents {
  #form: 'array' | 'lines' | undefined;
  /** What has not ended yet. */
  #rest = '';
  /** UTF-16 units before `rest`. */
  #offset = 0;
  /** Of `rest`, what has been looked at; where it stands there. */
  #scanned = 0;
  #begin = -1;
  #depth = 0;
  #isInString = false;
  #isEnded = false;
  #goodCount = 0;

  /** The values that are whole with this piece. */
  read(piece: string): readonly unknown[] {
    this.#rest += piece;
    if (this.#form === undefined) {
      const first = /\S/.exec(this.#rest);
      if (first === null) return [];
      this.#form = first[0] === '[' ? 'array' : 'lines';
      if (this.#form === 'array') this.#scanned = first.index + 1;
    }
    const values = this.#form === 'array' ? this.#readArray() : this.#readLines(false);
    if (this.#rest.length > MAX_VALUE_LENGTH) throw malformed(this.#offset, 'an event is too long');
    return values;
  }

  /** The values after the last piece. */
  end(): readonly unknown[] {
    if (this.#form === 'array') {
      if (!this.#isEnded)
        throw malformed(this.#offset + this.#rest.length, 'the array does not end');
      return [];
    }
    const values = this.#readLines(true);
    if (this.#goodCount === 0 && this.#form === 'lines') {
      throw malformed(0, 'it is neither a JSON array nor has an object a line');
    }
    return values;
  }

  #readLines(isEnd: boolean): readonly unknown[] {
    const end = isEnd ? this.#rest.length : this.#rest.lastIndexOf('\n') + 1;
    const lines = this.#rest.slice(0, end).split('\n');
    this.#rest = this.#rest.slice(end);
    this.#offset += end;
    const values: unknown[] = [];
    for (const line of lines) {
      if (line.trim() === '') continue;
      const value = parse(line);
      if (isObject(value)) this.#goodCount++;
      values.push(value);
    }
    return values;
  }

  #readArray(): readonly unknown[] {
    const text = this.#rest;
    const values: unknown[] = [];
    let at = this.#scanned;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (this.#isInString) {
        // A backslash, and what it stands before.
        if (unit === 0x5c) at++;
        else if (unit === 0x22) this.#isInString = false;
      } else if (this.#depth > 0) {
        if (unit === 0x22) this.#isInString = true;
        else if (unit === 0x7b || unit === 0x5b) this.#depth++;
        else if ((unit === 0x7d || unit === 0x5d) && --this.#depth === 0) {
          values.push(this.#parseElement(text, at + 1));
        }
      } else if (unit === 0x7b && !this.#isEnded) {
        this.#begin = at;
        this.#depth = 1;
      } else if (unit === 0x5d && !this.#isEnded) {
        this.#isEnded = true;
      } else if (unit !== 0x2c && unit > 0x20) {
        throw malformed(this.#offset + at, 'an element is no object');
      }
    }
    this.#keepFrom(this.#begin < 0 ? text.length : this.#begin, at);
    return values;
  }

  #parseElement(text: string, end: number): unknown {
    const value = parse(text.slice(this.#begin, end));
    if (value === undefined) throw malformed(this.#offset + this.#begin, 'an element is no JSON');
    this.#begin = -1;
    return value;
  }

  /** `at` may be beyond a piece that ends with a backslash. */
  #keepFrom(begin: number, at: number): void {
    this.#rest = this.#rest.slice(begin);
    this.#offset += begin;
    this.#scanned = at - begin;
    if (this.#begin >= 0) this.#begin = 0;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function malformed(offset: number, what: string): SourceProblem {
  const message = `The file can't be read: at character ${offset} ${what}.`;
  return new SourceProblem('source_failed', message, { isFinal: true });
}
