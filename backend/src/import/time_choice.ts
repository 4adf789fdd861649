import type { ColumnSurvey } from './column_survey.js';
import { DataFileError, faultText, quoted } from './faults.js';
import { timeNameRank } from './names.js';
import type { SchemaFile } from './schema_file.js';
import type { Survey } from './survey.js';
import type { TimeForm } from './time_forms.js';

/** Of the rows: so many must have a value in the column of times; of the values: so many must be times. */
const rowShare = 0.5;
const timeShare = 0.9;

/** The field that times are read from, and how. */
export interface TimeChoice {
  readonly from: string;
  readonly form: TimeForm;
  /** What is worth knowing of it. */
  readonly note?: string;
}

/**
 * The field that holds the times of the events: the one that the schema file names, or the one whose name and values fit best.
 *
 * @throws {DataFileError} where there is none.
 */
export function chooseTime(
  survey: Survey,
  { timestamp: wish }: SchemaFile,
  path: string,
): TimeChoice {
  if (wish !== undefined) {
    const field = survey.fields.get(wish.from);
    const form = wish.as ?? (field === undefined ? undefined : mostForm(field)?.form);
    if (field !== undefined && form !== undefined) return choice(field, form);
    throw new DataFileError(
      `${path}: ${noTimes(wish.from, field)}; the schema file can say how they are written ("as")`,
    );
  }
  const candidates = [...survey.fields.values()].flatMap((field) => {
    const rank = rankOf(field, survey.rowCount);
    return rank === undefined ? [] : [{ field, ...rank }];
  });
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (a, b) => (a === undefined || b.rank > a.rank ? b : a),
    undefined,
  );
  if (best !== undefined) return choice(best.field, best.form);
  throw new DataFileError(`${path}: ${whyNone(survey)}`);
}

function choice(field: ColumnSurvey, form: TimeForm): TimeChoice {
  const { name, inexactTimes } = field;
  if (inexactTimes === 0) return { from: name, form };
  return {
    from: name,
    form,
    note: `times are cut to the millisecond; ${quoted(name)} has them as they were written as well`,
  };
}

/** How well a field fits; `undefined` where it does not. */
function rankOf(
  field: ColumnSurvey,
  rowCount: number,
): { rank: number; form: TimeForm } | undefined {
  const most = mostForm(field);
  if (most === undefined || most.count < timeShare * field.scalarCount) return undefined;
  if (field.scalarCount < rowShare * rowCount || most.isAmbiguous) return undefined;
  const byName = timeNameRank(field.name);
  // The name counts most; then whether every row has one.
  return { rank: byName + 1 + field.scalarCount / (rowCount + 1), form: most.form };
}

interface FormCount {
  readonly form: TimeForm;
  readonly count: number;
  /** The day may be the month as well. */
  readonly isAmbiguous: boolean;
}

/** The form of most of the values of a field, and of how many. For numbers, the unit of the middle one. */
function mostForm({ times }: ColumnSurvey): FormCount | undefined {
  const count = (form: TimeForm): number => times.get(form) ?? 0;
  const dayFirst = count('day/month/year');
  const monthFirst = count('month/day/year');
  const texts = (['iso', 'month name', 'day/month/year', 'month/day/year'] as const)
    .map((form) => ({ form, count: count(form), isAmbiguous: false }))
    .sort((a, b) => b.count - a.count)[0];
  const numberCount = units.reduce((sum, unit) => sum + count(unit), 0);
  if (texts !== undefined && texts.count > numberCount) {
    const hasSlashes = texts.form === 'day/month/year' || texts.form === 'month/day/year';
    return { ...texts, isAmbiguous: hasSlashes && dayFirst === monthFirst };
  }
  if (numberCount === 0) return undefined;
  let below = 0;
  for (const unit of units) {
    below += count(unit);
    if (below * 2 >= numberCount) return { form: unit, count: numberCount, isAmbiguous: false };
  }
  return undefined;
}

const units = ['s', 'ms', 'us', 'ns'] as const;

function noTimes(name: string, field: ColumnSurvey | undefined): string {
  const first = field?.firstOf.text ?? field?.firstOf.number ?? field?.firstOf.boolean;
  const example = first === undefined ? '' : ` (${faultText(first)})`;
  return `${quoted(name)} holds no times${example}`;
}

function whyNone({ fields, rowCount, faults }: Survey): string {
  if (rowCount === 0) {
    const [first] = faults.first;
    return first === undefined ? 'has no rows' : `has no row that can be read: ${faultText(first)}`;
  }
  const ambiguous = [...fields.values()].find((field) => mostForm(field)?.isAmbiguous === true);
  if (ambiguous !== undefined) {
    return (
      `${quoted(ambiguous.name)} may hold days before months or months before days; a schema file says which: ` +
      `{"timestamp":{"from":${JSON.stringify(ambiguous.name)},"as":"day/month/year"}}`
    );
  }
  const names = [...fields.keys()].slice(0, 20).map(quoted).join(', ');
  return (
    `no field holds times in most rows; there are ${names}. ` +
    'A schema file names it: {"timestamp":{"from":"…","as":"iso"}}'
  );
}
