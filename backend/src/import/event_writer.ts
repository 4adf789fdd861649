import type { MutationText } from '../store/mutation_text.js';
import { kindOf, textOf } from './column_survey.js';
import { type Fault, type Place, printable, quoted } from './faults.js';
import { maxDictionaryValueBytes, maxIdBytes } from './limits.js';
import type { Plan, PlannedColumn } from './plan.js';
import { NestedValue, type Row, type Value, jsonOf } from './row.js';
import { readTime } from './time_forms.js';

/** Digits of ids that are made: as many as a timeline can have rows, so that their order is that of the file. */
const rowDigits = 9;

/** A column, and how its name stands in JSON. */
interface Target extends PlannedColumn {
  readonly key: string;
}

/**
 * Writes rows as inserts of events. Whatever no column takes goes into the payload: a value of another type, what is nested,
 * fields without a column.
 */
export class EventWriter {
  readonly #plan: Plan;
  readonly #targets: ReadonlyMap<string, Target>;
  readonly #payloadKey: string;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#payloadKey = JSON.stringify(plan.payload ?? 'payload');
    this.#targets = new Map(
      plan.columns.map((column) => [column.from, { ...column, key: JSON.stringify(column.name) }]),
    );
  }

  /** The insert of the event that `row` is, or why it is none. `number` counts the rows of the file, from 1. */
  write(row: Row, number: number): MutationText | Fault {
    const { id: idField, timestamp: time } = this.#plan;
    let id = idField === undefined ? `row_${String(number).padStart(rowDigits, '0')}` : undefined;
    let timestamp: number | undefined;
    let cells = '';
    let payload = '';
    for (let i = 0; i < row.names.length; i++) {
      const name = row.names[i] as string;
      const value = row.values[i] as Value;
      let isTaken = false;
      if (name === time.from) {
        timestamp = readTime(textOf(value), time.form)?.ms;
        if (timestamp === undefined) return wrongTime(row, name, value);
        isTaken = !time.isKept;
      }
      if (name === idField) {
        const fault = idFault(value);
        if (fault !== undefined) return at(row.placeOf(name), fault);
        id = textOf(value);
        isTaken = true;
      }
      const target = this.#targets.get(name);
      const json = target === undefined ? undefined : this.#cellJson(target, value);
      if (target !== undefined && json !== undefined) cells += `,${target.key}:${json}`;
      else if (target !== undefined || !isTaken) {
        payload += `${payload === '' ? '' : ','}${JSON.stringify(name)}:${jsonOf(value)}`;
      }
    }
    if (timestamp === undefined) return at(row, `no time: ${quoted(time.from)} is missing`);
    if (id === undefined) return at(row, `no id: ${quoted(idField ?? '')} is missing`);
    if (payload !== '' && this.#plan.payload === undefined) {
      return at(row, `there is no column for ${printable(payload, 80)}`);
    }
    if (payload !== '') cells += `,${this.#payloadKey}:${JSON.stringify(`{${payload}}`)}`;
    const members = `"event":{"id":${JSON.stringify(id)},"timestamp":${timestamp}${cells}}`;
    return { op: 'insert', id, isWhole: true, members };
  }

  /** The value as it stands in the column; `undefined` where the column can't have it. */
  #cellJson({ type, takesNested }: Target, value: Value): string | undefined {
    if (value instanceof NestedValue) return takesNested ? JSON.stringify(value.json) : undefined;
    switch (type) {
      case 'number':
        return kindOf(value, this.#plan.isTyped) === 'number' ? String(Number(value)) : undefined;
      case 'boolean':
        return kindOf(value, this.#plan.isTyped) === 'boolean'
          ? textOf(value).toLowerCase()
          : undefined;
      case 'dictionary': {
        const text = textOf(value);
        const isLong = text.length * 3 > maxDictionaryValueBytes;
        if (isLong && Buffer.byteLength(text) > maxDictionaryValueBytes) return undefined;
        return JSON.stringify(text);
      }
      case 'text':
        return JSON.stringify(textOf(value));
    }
  }
}

function at({ line, column }: Place, reason: string): Fault {
  return { line, column, reason };
}

function wrongTime(row: Row, name: string, value: Value): Fault {
  return at(row.placeOf(name), `no time: ${quoted(name)} is ${quoted(textOf(value))}`);
}

function idFault(value: Value): string | undefined {
  if (value instanceof NestedValue || typeof value === 'boolean') {
    return `no id: ${quoted(textOf(value))} is neither a text nor a number`;
  }
  if (value === '') return 'no id: it is empty';
  const size = Buffer.byteLength(textOf(value));
  return size > maxIdBytes
    ? `no id: it has ${size} bytes, and at most ${maxIdBytes} are possible`
    : undefined;
}
