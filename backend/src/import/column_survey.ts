import { createHash } from 'node:crypto';

import { type Fault, type Place, quoted } from './faults.js';
import { isExact } from './json_row.js';
import { maxDictionaryValues, maxInferredValueBytes, maxInferredValues } from './limits.js';
import { NestedValue, type Value } from './row.js';
import { DistinctCount } from './distinct_count.js';
import { idNameRank, timeNameRank } from './names.js';
import { type TimeForm, readTime, timeNumber, unitOf } from './time_forms.js';

/** What a value is by itself. Texts of a file without types, CSV, are what they look like. */
export type Kind = 'number' | 'boolean' | 'text' | 'nested';

/** Values after which a column in which no time has been found is no longer searched for one. */
const hopelessCount = 1_000;

const csvNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Digits of codes: a number would lose their zeros. */
const leadingZero = /^[+-]?0\d/;

/** How `value` is read in a file that has types, or has none. */
export function kindOf(value: Value, isTyped: boolean): Kind {
  if (value instanceof NestedValue) return 'nested';
  if (typeof value !== 'string') return typeof value === 'number' ? 'number' : 'boolean';
  if (isTyped) return 'text';
  if (/^(?:true|false)$/i.test(value)) return 'boolean';
  return csvNumber.test(value) && !leadingZero.test(value) && isExact(value) ? 'number' : 'text';
}

/** The text that stands for `value` in a column of texts. */
export function textOf(value: Value): string {
  return typeof value === 'string'
    ? value
    : value instanceof NestedValue
      ? value.json
      : String(value);
}

export interface ColumnSurveyOptions {
  /** The file tells texts from numbers. */
  readonly isTyped: boolean;
  /** What a schema file says that the column is. */
  readonly wanted?: 'id' | 'timestamp' | 'dictionary' | undefined;
  /** How a schema file says that its times are written. */
  readonly form?: TimeForm | undefined;
}

/** What the values of one column have in common. */
export class ColumnSurvey {
  readonly name: string;
  readonly counts: Record<Kind, number> = { number: 0, boolean: 0, text: 0, nested: 0 };
  /** The first value of each kind. */
  readonly firstOf: Partial<Record<Kind, Fault>> = {};
  /** Texts that are numbers which a double can't hold, or codes with zeros before them. */
  exactTextCount = 0;
  example = '';
  longestBytes = 0;
  /** Values that are times, by form; and those that are cut to the millisecond. */
  readonly times = new Map<TimeForm, number>();
  inexactTimes = 0;
  readonly #isTyped: boolean;
  /** Where the first value stands that has come before, in a column that may hold ids. */
  firstRepeat: Fault | undefined;
  /** Different values of a column that may hold ids. */
  readonly #ids: DistinctCount | undefined;
  /** The values themselves, or what stands for long ones: as many as a dictionary may have. */
  #distinct: Set<string> | undefined = new Set();
  readonly #maxValues: number;
  readonly #maxValueBytes: number;
  readonly #hasTimeName: boolean;
  readonly #form: TimeForm | undefined;
  #tried = 0;

  constructor(name: string, { isTyped, wanted, form }: ColumnSurveyOptions) {
    this.#form = form;
    this.name = name;
    this.#isTyped = isTyped;
    const isDictionary = wanted === 'dictionary';
    this.#maxValues = isDictionary ? maxDictionaryValues : maxInferredValues;
    this.#maxValueBytes = isDictionary ? Infinity : maxInferredValueBytes;
    this.#hasTimeName = wanted === 'timestamp' || timeNameRank(name) > 0;
    if (wanted === 'id' || idNameRank(name) > 0) this.#ids = new DistinctCount();
  }

  /** Different scalars of a column that may hold ids, to one in ten million. */
  get idCount(): number {
    return this.#ids?.count ?? 0;
  }

  /** Values, nested ones among them. */
  get count(): number {
    const { number, boolean, text, nested } = this.counts;
    return number + boolean + text + nested;
  }

  get scalarCount(): number {
    return this.count - this.counts.nested;
  }

  /** Different scalars; `undefined` where they are more than a dictionary may have. */
  get distinctCount(): number | undefined {
    return this.#distinct?.size;
  }

  add(value: Value, place: () => Place): void {
    const kind = kindOf(value, this.#isTyped);
    this.counts[kind]++;
    if (this.firstOf[kind] === undefined) {
      const { line, column } = place();
      this.firstOf[kind] = { line, column, reason: quoted(textOf(value)) };
    }
    const text = textOf(value);
    if (this.example === '') this.example = text.slice(0, 80);
    if (value instanceof NestedValue) return;
    this.longestBytes = Math.max(
      this.longestBytes,
      text.length < 300 ? text.length : Buffer.byteLength(text),
    );
    if (kind === 'text' && csvNumber.test(text)) this.exactTextCount++;
    this.#addDistinct(text);
    this.#addTime(text, kind);
    if (this.#ids?.add(text) === false && this.firstRepeat === undefined) {
      const { line, column } = place();
      this.firstRepeat = { line, column, reason: quoted(text) };
    }
  }

  #addDistinct(text: string): void {
    if (this.#distinct === undefined) return;
    if (text.length <= this.#maxValueBytes)
      this.#distinct.add(text.length <= 40 ? text : digestOf(text));
    else this.#distinct = undefined;
    if (this.#distinct !== undefined && this.#distinct.size > this.#maxValues) {
      this.#distinct = undefined;
    }
  }

  #addTime(text: string, kind: Kind): void {
    if (kind === 'boolean' || text.length > 48) return;
    if (this.#tried >= hopelessCount && this.times.size === 0) return;
    this.#tried++;
    if (this.#form !== undefined) {
      const time = readTime(text, this.#form);
      if (time !== undefined) this.#countTime(this.#form);
      if (time?.isExact === false) this.inexactTimes++;
      return;
    }
    const number = timeNumber(text);
    if (number !== undefined) {
      // A number alone says nothing of time: the column's name has to.
      if (!this.#hasTimeName) return;
      const unit = unitOf(Math.abs(number));
      this.#countTime(unit);
      if (readTime(text, unit)?.isExact === false) this.inexactTimes++;
      return;
    }
    for (const form of ['iso', 'month name'] as const) {
      const time = readTime(text, form);
      if (time === undefined) continue;
      this.#countTime(form);
      if (!time.isExact) this.inexactTimes++;
      return;
    }
    for (const form of ['day/month/year', 'month/day/year'] as const) {
      if (readTime(text, form) !== undefined) this.#countTime(form);
    }
  }

  #countTime(form: TimeForm): void {
    this.times.set(form, (this.times.get(form) ?? 0) + 1);
  }
}

function digestOf(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}
