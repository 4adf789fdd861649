import type { ColumnType } from 'eventglass';

import type { TimelineColumn, TimelineSchema } from '../timeline_schema.js';
import type { ColumnSurvey } from './column_survey.js';
import { DataFileError, faultText, quoted } from './faults.js';
import { maxColumns, maxDictionaryValueBytes, maxInferredValueBytes } from './limits.js';
import { columnName, idNameRank } from './names.js';
import type { SchemaFile } from './schema_file.js';
import type { Survey } from './survey.js';
import { type TimeForm } from './time_forms.js';
import { chooseTime } from './time_choice.js';

/** Of the values of a column: so many must be of its type. The others are kept as payload. */
const typeShare = 0.9;
/** Of the values of an id: so many must be different. Rows that repeat one are rejected. */
const idShare = 0.99;

type FieldType = Exclude<ColumnType, 'id' | 'timestamp'>;

/** A column, and the field that it is read from. */
export interface PlannedColumn {
  readonly name: string;
  readonly type: FieldType;
  readonly from: string;
  /** Nested values stand in it as JSON, since a schema file says that it holds text. */
  readonly takesNested: boolean;
}

/** What becomes of the fields of a file. */
export interface Plan {
  readonly schema: TimelineSchema;
  /** The field of the id; `undefined` where ids are made from the numbers of the rows. */
  readonly id: string | undefined;
  readonly timestamp: {
    readonly from: string;
    readonly form: TimeForm;
    /** The payload has them as they were written: they say more than a millisecond, and have no column. */
    readonly isKept: boolean;
  };
  readonly columns: readonly PlannedColumn[];
  /** The column of what no other takes; `undefined` where there is nothing of that kind. */
  readonly payload: string | undefined;
  readonly isTyped: boolean;
  readonly notes: readonly string[];
}

export interface PlanContext {
  readonly path: string;
  readonly wish: SchemaFile;
  readonly isTyped: boolean;
  /** The timeline's, unless the schema file has one. */
  readonly name: string;
}

/**
 * Decides what becomes of the fields that `survey` has found, as the schema file says and as they look otherwise.
 *
 * @throws {DataFileError} where no field holds times, or the schema file names one that is not there.
 */
export function makePlan(survey: Survey, context: PlanContext): Plan {
  const { path, wish, isTyped } = context;
  checkFields(survey, context);
  const notes: string[] = [];
  const time = chooseTime(survey, wish, path);
  const id = chooseId(survey, wish, notes);
  const columns = new ColumnList();
  for (const { name, type, from = name } of wish.columns ?? []) {
    columns.add({ name, type, from, takesNested: type === 'text' });
    if (!survey.fields.has(from)) notes.push(`no row has ${quoted(from)}`);
  }
  const infers = wish.columns === undefined || wish.others === 'columns';
  for (const field of infers ? survey.fields.values() : []) {
    const isRead = columns.reads(field.name) || field.name === id;
    // What is cut to the millisecond is kept as it was written as well.
    const isTime = field.name === time.from && field.inexactTimes === 0;
    if (!isRead && !isTime) columns.infer(field);
  }
  if (time.note !== undefined) notes.push(time.note);
  const isKept = (survey.fields.get(time.from)?.inexactTimes ?? 0) > 0 && !columns.reads(time.from);
  const hasPayload = needsPayload(survey, { columns: columns.list, id, time }, notes) || isKept;
  const payload = hasPayload ? columns.freeName('payload') : undefined;
  const empty = [...survey.fields.values()].filter(({ count }) => count === 0);
  if (infers && empty.length > 0) {
    const names = empty.map(({ name }) => quoted(name)).join(', ');
    notes.push(`no row has a value in ${names}: there is no column for that`);
  }
  if (columns.leftOut > 0) {
    notes.push(
      `${columns.leftOut} fields are more than the columns there may be; they are kept as payload`,
    );
  }
  return {
    schema: {
      name: wish.name ?? context.name,
      columns: schemaColumns(survey, columns.list, payload),
    },
    id,
    timestamp: { from: time.from, form: time.form, isKept },
    columns: columns.list,
    payload,
    isTyped,
    notes,
  };
}

function checkFields({ fields }: Survey, { path, wish }: PlanContext): void {
  const check = (part: string, from: string): void => {
    if (fields.has(from)) return;
    const known = [...fields.keys()].slice(0, 20).map(quoted).join(', ');
    throw new DataFileError(
      `${path}: the schema file reads ${part} from ${quoted(from)}, which is no field; there are ${known}`,
    );
  };
  if (typeof wish.id === 'string') check('id', wish.id);
  if (wish.timestamp !== undefined) check('timestamp', wish.timestamp.from);
  for (const [i, { name, from = name, type }] of (wish.columns ?? []).entries()) {
    const field = fields.get(from);
    if (type !== 'dictionary' || field === undefined || field.distinctCount !== undefined) continue;
    throw new DataFileError(
      `${path}: the schema file: columns[${i}]: ${quoted(from)} has too many different values for a dictionary: make it text`,
    );
  }
}

/** The field whose values are ids, if there is one. */
function chooseId(
  { fields, rowCount }: Survey,
  wish: SchemaFile,
  notes: string[],
): string | undefined {
  if (wish.id !== undefined) return wish.id === false ? undefined : wish.id;
  const candidates = [...fields.values()]
    .filter(({ name }) => idNameRank(name) > 0)
    .sort((a, b) => idNameRank(b.name) - idNameRank(a.name));
  for (const { name, counts, scalarCount, idCount, firstRepeat } of candidates) {
    const why = ((): string | undefined => {
      if (scalarCount < rowCount) return 'is missing in some rows';
      if (counts.boolean > 0) return 'has values that are no ids';
      if (idCount >= idShare * rowCount || firstRepeat === undefined) return undefined;
      return `is not unique (${faultText(firstRepeat)} has come before)`;
    })();
    if (why === undefined) return name;
    notes.push(
      `${quoted(name)} is not the id: it ${why}; ids are made from the numbers of the rows`,
    );
  }
  return undefined;
}

/** Gathers columns, each with a name of its own. */
class ColumnList {
  readonly list: PlannedColumn[] = [];
  leftOut = 0;
  readonly #names = new Set(['id', 'timestamp']);
  readonly #fields = new Set<string>();

  add(column: PlannedColumn): void {
    this.list.push(column);
    this.#names.add(column.name);
    this.#fields.add(column.from);
  }

  reads(field: string): boolean {
    return this.#fields.has(field);
  }

  freeName(name: string): string {
    let free = name;
    for (let i = 2; this.#names.has(free); i++) free = `${name}_${i}`;
    return free;
  }

  /** Adds a column for what `field` holds, if that is scalars. */
  infer(field: ColumnSurvey): void {
    if (field.scalarCount === 0) return;
    if (this.list.length >= maxColumns) {
      this.leftOut++;
      return;
    }
    const name = this.freeName(columnName(field.name));
    this.add({ name, type: inferType(field), from: field.name, takesNested: false });
  }
}

function inferType({
  counts,
  scalarCount,
  exactTextCount,
  distinctCount,
  longestBytes,
}: ColumnSurvey): FieldType {
  if (counts.number >= typeShare * scalarCount && exactTextCount === 0) return 'number';
  if (counts.boolean >= typeShare * scalarCount) return 'boolean';
  const isRepeated = distinctCount !== undefined && distinctCount * 2 <= scalarCount;
  return isRepeated && longestBytes <= maxInferredValueBytes ? 'dictionary' : 'text';
}

interface Routes {
  readonly columns: readonly PlannedColumn[];
  readonly id: string | undefined;
  readonly time: { readonly from: string };
}

/** Whether anything has no column to stand in; says what, where that is more than meets the eye. */
function needsPayload(survey: Survey, { columns, id, time }: Routes, notes: string[]): boolean {
  let isNeeded = survey.hasMoreFields;
  const byField = new Map(columns.map((column) => [column.from, column]));
  for (const field of survey.fields.values()) {
    if (field.name === id) continue;
    const column = byField.get(field.name);
    if (column === undefined) {
      isNeeded ||= field.name !== time.from && field.count > 0;
      continue;
    }
    const { counts } = field;
    const misfits = misfitCount(field, column);
    if (misfits > 0) {
      const kinds = (['text', 'number', 'boolean'] as const).filter((kind) => kind !== column.type);
      const first = kinds.map((kind) => field.firstOf[kind]).find((fault) => fault !== undefined);
      const place = first === undefined ? '' : `, the first in ${faultText(first)}`;
      const what = column.type === 'dictionary' ? 'too long' : `no ${column.type}s`;
      notes.push(
        `${misfits} of ${field.scalarCount} values of ${quoted(column.name)} are ${what}${place}; they are kept as payload`,
      );
    }
    isNeeded ||= misfits > 0 || (counts.nested > 0 && !column.takesNested);
  }
  return isNeeded;
}

function misfitCount(
  { counts, scalarCount, longestBytes }: ColumnSurvey,
  { type }: PlannedColumn,
): number {
  if (type === 'number' || type === 'boolean') return scalarCount - counts[type];
  return type === 'dictionary' && longestBytes > maxDictionaryValueBytes ? 1 : 0;
}

function schemaColumns(
  { fields, rowCount }: Survey,
  columns: readonly PlannedColumn[],
  payload: string | undefined,
): readonly TimelineColumn[] {
  const own = columns.map(({ name, type, from }): TimelineColumn => {
    const field = fields.get(from);
    const fitting =
      type === 'number' || type === 'boolean' ? field?.counts[type] : field?.scalarCount;
    return { name, type, ...(fitting === rowCount ? {} : { optional: true }) };
  });
  return [
    { name: 'id', type: 'id' },
    { name: 'timestamp', type: 'timestamp' },
    ...own,
    ...(payload === undefined
      ? []
      : [{ name: payload, type: 'text', optional: true, json: true } as const]),
  ];
}
