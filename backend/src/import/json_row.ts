import { findField, findSyntaxFault } from '../json/json_places.js';
import { type Fault, type Place, quoted } from './faults.js';
import { maxColumnDepth, maxDepth } from './limits.js';
import { NestedValue, type Row, type Value } from './row.js';
import type { Frame } from './row_frames.js';
import { utf8Fault } from './utf8_fault.js';

/** A row, or why there is none. */
export type RowOrFault = Row | Fault;

const newline = 10;

/** The row that a frame of JSON holds: an object, whose members and those of objects within it are the fields. */
export function readJsonRow(frame: Frame): RowOrFault {
  const invalid = utf8Fault(frame.bytes);
  if (invalid !== undefined) return { ...placeIn(frame, invalid), reason: 'not UTF-8' };
  const text = frame.bytes.toString();
  const shape = shapeOf(text);
  if (shape.depth > maxDepth) return faultAt(frame, `nested deeper than ${maxDepth} levels`);
  const value = parse(text, shape.hasLongNumber);
  if (value === undefined) {
    if (frame.isCut) return faultAt(frame, 'the file ends in the middle of this row');
    const fault = findSyntaxFault(text);
    if (fault === undefined) return faultAt(frame, 'no JSON');
    return { ...placeOfUnit(frame, text, fault.offset), reason: `no JSON: ${fault.reason}` };
  }
  const { content } = value;
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return faultAt(frame, `an object is expected, and ${quoted(text)} stands here`);
  }
  const fields = new Fields();
  const nameCount = fields.addMembers(content, '', 1);
  return {
    line: frame.line,
    column: frame.column,
    names: fields.names,
    values: fields.values,
    note:
      nameCount < shape.nameCount
        ? 'a name stands twice in one object: the last counts'
        : undefined,
    placeOf: (name) => placeOfName(frame, text, name),
  };
}

/** Gathers the fields of one row. */
class Fields {
  readonly names: string[] = [];
  readonly values: Value[] = [];
  #seen: Set<string> | undefined;

  /** Adds the members of `object`, and answers how many names stand in it, at all depths. */
  addMembers(object: object, prefix: string, depth: number): number {
    let nameCount = 0;
    for (const [key, value] of Object.entries(object) as [string, unknown][]) {
      nameCount += 1 + this.#add(`${prefix}${key}`, value, depth);
    }
    return nameCount;
  }

  #add(name: string, value: unknown, depth: number): number {
    if (value === null || value === undefined) return 0;
    if (typeof value !== 'object') {
      this.#put(name, value as string | number | boolean);
      return 0;
    }
    const isDeep = Array.isArray(value) || depth >= maxColumnDepth;
    if (!isDeep && Object.keys(value).length > 0) {
      this.#seen ??= new Set(this.names);
      return this.addMembers(value, `${name}.`, depth + 1);
    }
    this.#put(name, new NestedValue(JSON.stringify(value)));
    return countNames(value);
  }

  /** `a.b` may stand in a row beside `a` with `b` in it. */
  #put(name: string, value: Value): void {
    let free = name;
    if (this.#seen !== undefined) {
      for (let i = 2; this.#seen.has(free); i++) free = `${name}_${i}`;
      this.#seen.add(free);
    }
    this.names.push(free);
    this.values.push(value);
  }
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.values(value) as unknown[];
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce<number>((sum, member) => sum + countNames(member), own);
}

interface Shape {
  readonly depth: number;
  /** Colons outside of strings: as many as there are names. */
  readonly nameCount: number;
  /** There may be a number that a double can't hold. */
  readonly hasLongNumber: boolean;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]|-?\d[\d.eE+-]*/gs;

/** What a look at the brackets, colons and numbers of `text` tells. */
function shapeOf(text: string): Shape {
  let [depth, deepest, nameCount] = [0, 0, 0];
  let hasLongNumber = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at);
    else if (unit === 0x3a) nameCount++;
    else if (unit === 0x7b || unit === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x7d || unit === 0x5d) depth--;
    // Sixteen digits, or a power of ten.
    else if (unit === 0x45 || unit === 0x65) hasLongNumber ||= /\d/.test(text[at - 1] ?? '');
    else if (unit >= 0x30 && unit <= 0x39) {
      const begin = at;
      while (isDigitOrDot(text.charCodeAt(at + 1))) at++;
      hasLongNumber ||= at - begin >= 15;
    }
  }
  return { depth: deepest, nameCount, hasLongNumber };
}

function isDigitOrDot(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || unit === 0x2e;
}

/** The offset of the quote that ends the string which begins at `begin`. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return text.length;
}

/** The value of `text`; numbers that a double can't hold become strings of their digits. */
function parse(text: string, hasLongNumber: boolean): { readonly content: unknown } | undefined {
  try {
    const content = JSON.parse(text) as unknown;
    if (!hasLongNumber) return { content };
    return { content: JSON.parse(text.replace(tokens, exactNumber)) as unknown };
  } catch {
    return undefined;
  }
}

function exactNumber(token: string): string {
  const first = token.charCodeAt(0);
  const isNumber = first === 0x2d || (first >= 0x30 && first <= 0x39);
  return isNumber && !isExact(token) ? `"${token}"` : token;
}

/** Whether the number that `text` is in JSON comes back from a double, digit by digit. */
export function isExact(text: string): boolean {
  const number = Number(text);
  // Every decimal of 15 digits does, but for those near zero and those past the largest double.
  if (text.length <= 15 && /^-?[\d.]+$/.test(text)) return true;
  return Number.isFinite(number) && sameDecimal(text, String(number));
}

function sameDecimal(a: string, b: string): boolean {
  return plainDecimal(a) === plainDecimal(b);
}

/** The digits of a number without zeros around them, and the power of ten of the first. */
function plainDecimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = digits.replace(/0+$/, '');
  if (trimmed === '') return '0';
  return `${trimmed}e${Number(exponent) - fraction.length + digits.length}`;
}

function faultAt({ line, column }: Place, reason: string): Fault {
  return { line, column, reason };
}

/** The place of the byte at `offset`. */
export function placeIn({ line, column, bytes }: Frame, offset: number): Place {
  let [lines, lineBegin] = [0, 0];
  for (
    let at = bytes.indexOf(newline);
    at >= 0 && at < offset;
    at = bytes.indexOf(newline, at + 1)
  ) {
    lines++;
    lineBegin = at + 1;
  }
  return { line: line + lines, column: lines === 0 ? column + offset : offset - lineBegin + 1 };
}

/** Where the value of a field begins. */
function placeOfName(frame: Frame, text: string, name: string): Place {
  const offset = findField(text, name);
  return offset === undefined ? frame : placeOfUnit(frame, text, offset);
}

/** The place of the UTF-16 unit at `offset` of a frame's text. */
function placeOfUnit(frame: Frame, text: string, offset: number): Place {
  return placeIn(frame, Buffer.byteLength(text.slice(0, offset)));
}
