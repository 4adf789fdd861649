import type { DataFormat } from './data_file.js';
import { type FaultList, faultText, printable, quoted } from './faults.js';
import type { LoadReport } from './load_rows.js';
import type { OwnEvents } from './own_events.js';
import type { TimeForm } from './time_forms.js';

/** Characters of a cell in the table. */
const maxCellLength = 36;

const formTexts: Readonly<Record<TimeForm, string>> = {
  iso: 'ISO 8601',
  'month name': 'dates with the name of the month',
  'day/month/year': 'day, month, year',
  'month/day/year': 'month, day, year',
  s: 'seconds since 1970',
  ms: 'milliseconds since 1970',
  us: 'microseconds since 1970',
  ns: 'nanoseconds since 1970',
};

/** What a file is taken for, for people: a table of its columns, and where its times come from. */
export function planText({ file, survey, plan }: OwnEvents): string {
  const { fields, rowCount } = survey;
  const head = ['column', 'type', 'read from', 'example', 'missing'];
  const rows = plan.schema.columns.map(({ name, type, json }): readonly string[] => {
    const from = fieldOf(plan, name);
    const field = from === undefined ? undefined : fields.get(from);
    const missing = field === undefined ? '' : String(rowCount - field.scalarCount);
    const source = json === true ? 'everything else' : (from ?? 'the numbers of the rows');
    return [name, type, source, field?.example ?? '', missing];
  });
  const { from, form } = plan.timestamp;
  return [
    `${printable(file.path, 200)}: ${formatText(file.format)}, ${grouped(rowCount)} rows`,
    `Times: ${quoted(from)}, read as ${formTexts[form]}`,
    '',
    ...tableLines([head, ...rows]),
    '',
    ...[...survey.notes, ...plan.notes].map((note) => `Note: ${note}`),
  ].join('\n');
}

/** What has become of the rows, for people. */
export function loadText({ count, rejected, noted }: LoadReport): string {
  return [
    `${grouped(count)} events loaded, ${rejected.count === 0 ? 'nothing' : grouped(rejected.count)} rejected`,
    ...faultLines(rejected),
    ...(noted.count === 0
      ? []
      : [`${grouped(noted.count)} rows with a note`, ...faultLines(noted)]),
  ].join('\n');
}

function faultLines({ count, first }: FaultList): readonly string[] {
  const more = count - first.length;
  return [
    ...first.map((fault) => `  ${faultText(fault)}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
}

function fieldOf({ id, timestamp, columns }: OwnEvents['plan'], name: string): string | undefined {
  if (name === 'id') return id;
  if (name === 'timestamp') return timestamp.from;
  return columns.find((column) => column.name === name)?.from;
}

function formatText(format: DataFormat): string {
  switch (format.type) {
    case 'csv':
      return format.delimiter === ','
        ? 'CSV'
        : `CSV with ${quoted(format.delimiter)} between fields`;
    case 'array':
      return 'a JSON array';
    case 'member':
      return `JSON, the array ${quoted(format.member)}`;
    case 'lines':
      return 'NDJSON';
    case 'sequence':
      return 'JSON values one after the other';
  }
}

function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => printable(cell, maxCellLength)));
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.max(...cells.map((row) => row[i]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
