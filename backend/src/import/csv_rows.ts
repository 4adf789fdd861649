import { parse } from 'csv-parse/sync';

import { type Fault, type Place, quoted } from './faults.js';
import { placeIn } from './json_row.js';
import type { Row } from './row.js';
import type { Frame } from './row_frames.js';
import { utf8Fault } from './utf8_fault.js';

const [newline, carriageReturn, quote] = [10, 13, 34];

/** Rows of CSV: the first frame names the columns, each further one is a row. */
export class CsvRows {
  readonly #delimiter: string;
  #names: readonly string[] | undefined;
  /** Names of columns that others of the header have before them, and what they are called instead. */
  readonly renamed: string[] = [];

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** `undefined` until a header has come. */
  get names(): readonly string[] | undefined {
    return this.#names;
  }

  /** The rows of these frames, or why there are none. */
  read(frames: readonly Frame[]): readonly (Row | Fault)[] {
    const faults = frames.map(utf8FaultOf);
    const good = frames.filter((_, i) => faults[i] === undefined);
    const records = this.#parse(good);
    let next = 0;
    return faults.flatMap((fault, i): readonly (Row | Fault)[] => {
      if (fault !== undefined) return [fault];
      const row = this.#row(frames[i] as Frame, records[next++] ?? []);
      return row === undefined ? [] : [row];
    });
  }

  /** The fields of each frame. All at once, since each call of the parser costs as much as a hundred rows. */
  #parse(frames: readonly Frame[]): readonly (readonly string[])[] {
    if (frames.length === 0) return [];
    const pieces = frames.flatMap(({ bytes }) => [withoutReturn(bytes), lineEnd]);
    const records = this.#parseText(Buffer.concat(pieces));
    if (records.length === frames.length) return records;
    // The two don't agree on where rows end.
    return frames.map(({ bytes }) => this.#parseText(withoutReturn(bytes))[0] ?? []);
  }

  #parseText(bytes: Buffer): readonly (readonly string[])[] {
    return parse(bytes, {
      delimiter: this.#delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      bom: false,
    });
  }

  /** Nothing for the header. */
  #row(frame: Frame, fields: readonly string[]): Row | Fault | undefined {
    const { line, column, isCut } = frame;
    if (this.#names === undefined) {
      this.#names = this.#distinct(fields);
      return undefined;
    }
    const header = this.#names;
    if (fields.length !== header.length) {
      const has = `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`;
      const reason = isCut
        ? 'the file ends in the middle of this row'
        : `${has}, and the header has ${header.length}`;
      return { line, column, reason };
    }
    const names: string[] = [];
    const values: string[] = [];
    for (let i = 0; i < fields.length; i++) {
      const value = fields[i] as string;
      // What is empty is missing: CSV has no other way to say so.
      if (value === '') continue;
      names.push(header[i] as string);
      values.push(value);
    }
    const placeOf = (name: string): Place => this.#placeOf(frame, header.indexOf(name));
    return { line, column, names, values, note: undefined, placeOf };
  }

  /** A column without a name is called by its number; a name that stands twice gets a number as well. */
  #distinct(fields: readonly string[]): readonly string[] {
    const taken = new Set<string>();
    return fields.map((field, i) => {
      const name = field === '' ? `column_${i + 1}` : field;
      let free = name;
      for (let n = 2; taken.has(free) || (free !== name && fields.includes(free)); n++) {
        free = `${name}_${n}`;
      }
      taken.add(free);
      if (free !== name)
        this.renamed.push(`column ${i + 1}, ${quoted(name)} again, is read as ${quoted(free)}`);
      return free;
    });
  }

  /** Where field `index` begins. */
  #placeOf(frame: Frame, index: number): Place {
    const delimiter = this.#delimiter.charCodeAt(0);
    let at = 0;
    for (let left = index; left > 0 && at < frame.bytes.length; left--) {
      let isQuoted = frame.bytes[at] === quote;
      if (isQuoted) at++;
      for (; at < frame.bytes.length; at++) {
        const byte = frame.bytes[at];
        if (isQuoted && byte === quote) {
          if (frame.bytes[at + 1] === quote) at++;
          else isQuoted = false;
        } else if (!isQuoted && byte === delimiter) {
          break;
        }
      }
      at++;
    }
    return placeIn(frame, at);
  }
}

const lineEnd = Buffer.from([newline]);

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}

function utf8FaultOf(frame: Frame): Fault | undefined {
  const offset = utf8Fault(frame.bytes);
  return offset === undefined ? undefined : { ...placeIn(frame, offset), reason: 'not UTF-8' };
}
