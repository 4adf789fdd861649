import type { ColumnType, Schema } from 'eventglass';
import { clampColumnWidth } from './column_width.js';

/** A column as a page wants it. */
export interface GivenColumn {
  /** Its name in the schema. */
  readonly name: string;
  /** What it is called. Unless told, its name as people write it. */
  readonly label?: string | undefined;
  /** In CSS pixels; unless told, as is usual for its type. */
  readonly widthPx?: number | undefined;
}

/** Where a column stands in rows of two lines; one without a place is not shown there. */
export type LineArea = 'timestamp' | 'severity' | 'type' | 'amount' | 'message';

/** A column of the table. */
export interface TableColumn {
  /** In the schema. */
  readonly name: string;
  /** As its head has it. */
  readonly label: string;
  /** Of its values. */
  readonly type: ColumnType;
  /** Its numbers have two decimals at least. */
  readonly isMoney: boolean;
  /** Its place in the schema. */
  readonly schemaIndex: number;
  /** Its place in the cells of a row. */
  readonly cell: number;
  /** In CSS pixels, where there is room; `undefined`: what the others leave. */
  readonly usualWidthPx: number | undefined;
  /** Beside a panel the table is narrow: at the first step these go, at the second those as well. Others stay. */
  readonly goesAt: 1 | 2 | undefined;
  /** Where it stands in rows of two lines; one without a place is not shown there. */
  readonly area: LineArea | undefined;
  /** What its cells are called in style sheets of pages that the table is a custom element of. */
  readonly part: string;
}

/** How much an event matters. */
export type Severity = 'warning' | 'error' | 'critical';

/** What severities are called, in lower case. Other values matter less than a warning. */
const severities: ReadonlyMap<string, Severity> = new Map([
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['error', 'error'],
  ['err', 'error'],
  ['critical', 'critical'],
  ['crit', 'critical'],
  ['fatal', 'critical'],
  ['alert', 'critical'],
  ['emergency', 'critical'],
]);

const severityNames = ['severity', 'level', 'log_level', 'loglevel'] as const;
const mainNames = ['message', 'text', 'title', 'description', 'summary', 'body', 'name'] as const;

const moneyNames = /^(?:amount|price|total)$/i;

/** The columns whose tracks the style sheet has (TimelineGrid.svelte): these need no others. */
const styledNames = 'timestamp,severity,source,type,actor,message,amount';

/** More of them make each too narrow to read; the others are shown when the reader chooses them. */
const maxUsualColumns = 9;

/** By name where a column of that name has values of a known length, or else by type. */
const usualWidthsPx = {
  byName: new Map([
    ['source', 114],
    ['type', 146],
  ]),
  byType: {
    id: 126,
    timestamp: 168,
    dictionary: 126,
    text: 240,
    number: 88,
    boolean: 64,
  } satisfies Readonly<Record<ColumnType, number>>,
  severity: 60,
};

/** `Amount`, `Created at`, `User name`: `created_at` and `userName` as people write them. */
function labelOf(name: string): string {
  if (name === 'timestamp') return 'Time';
  const words = name
    .replaceAll(
      /(\p{Ll})(\p{Lu})/gu,
      (_, end: string, begin: string) => `${end} ${begin.toLowerCase()}`,
    )
    .replaceAll('_', ' ')
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The first of `names` that there is. */
function firstNamed(schema: Schema, names: readonly string[], types: readonly ColumnType[]) {
  const isAny = (name: string) => (column: Schema[number]) =>
    column.name.toLowerCase() === name && types.includes(column.type);
  return names.flatMap((name) => schema.find(isAny(name)) ?? [])[0];
}

/** The columns of a timeline's table, and what some of them are for, all by the schema. */
export class TableColumns {
  readonly schema: Schema;
  /** As they stand from the left: time, severity, and then as in the schema. The id stands in links, and in no column. */
  readonly all: readonly TableColumn[];
  /** Those that are shown until the reader chooses. */
  readonly usual: readonly TableColumn[];
  readonly severity: TableColumn | undefined;
  /** What an event says, as far as it is shown: it takes the room that the others leave. */
  readonly main: TableColumn | undefined;
  /** The usual ones are those that a page wants. */
  readonly isGiven: boolean;
  /** The usual ones are those whose tracks the style sheet has. */
  readonly isStyled: boolean;

  /** `given`: the columns that a page wants, from the left, as far as the schema has them. */
  constructor(schema: Schema, given?: readonly GivenColumn[]) {
    this.schema = schema;
    const wanted = new Map(given?.map((column) => [column.name, column]));
    const named = schema.filter(({ name, type }) => type !== 'id' && wanted.has(name));
    this.isGiven = named.length > 0;
    const shown = this.isGiven ? named : schema;
    const severity = firstNamed(schema, severityNames, ['dictionary']);
    const main =
      firstNamed(shown, mainNames, ['text']) ??
      shown.find(({ type }) => type === 'text') ??
      shown.findLast((column) => column.type === 'dictionary' && column !== severity);
    const first = schema.filter((column) => column.type === 'timestamp' || column === severity);
    const rest = schema.filter((column) => column.type !== 'id' && !first.includes(column));
    const ordered = [...first.sort((a) => (a.type === 'timestamp' ? -1 : 1)), ...rest];
    const others = rest.filter((column) => column !== main);
    const between = others.filter((column) => shown.includes(column));
    const areas = this.#areas(between, severity, main);
    this.all = ordered.map((column, cell) => ({
      ...column,
      label: wanted.get(column.name)?.label ?? labelOf(column.name),
      isMoney: moneyNames.test(column.name),
      schemaIndex: schema.indexOf(column),
      cell,
      usualWidthPx:
        givenWidthOf(wanted.get(column.name)) ??
        (column === main ? undefined : usualWidthOf(column, column === severity)),
      goesAt: others.includes(column) ? (isEarly(column, between) ? 1 : 2) : undefined,
      area: areas.get(column),
      part: /^[\w-]+$/.test(column.name) ? `cell cell-${column.name}` : 'cell',
    }));
    const columnOf = (wanted: Schema[number] | undefined) =>
      wanted && this.all.find(({ name }) => name === wanted.name);
    this.severity = columnOf(severity);
    this.main = columnOf(main);
    this.usual = this.#usual([...wanted.keys()].flatMap((name) => this.named(name) ?? []));
    this.isStyled = !this.isGiven && this.usual.map(({ name }) => name).join() === styledNames;
  }

  #usual(given: readonly TableColumn[]): readonly TableColumn[] {
    if (given.length > 0) return given;
    const shown = this.all.slice(0, maxUsualColumns);
    const lacksMain = this.main !== undefined && !shown.includes(this.main);
    return lacksMain ? [...shown.slice(0, -1), this.main] : shown;
  }

  #areas(
    between: readonly Schema[number][],
    severity: Schema[number] | undefined,
    main: Schema[number] | undefined,
  ): ReadonlyMap<Schema[number] | undefined, LineArea> {
    const number = between.findLast(({ type }) => type === 'number');
    const others = between.filter((column) => column !== number);
    const type = others.find(({ name }) => name === 'type') ?? others[0];
    const time = this.schema.find((column) => column.type === 'timestamp');
    return new Map<Schema[number] | undefined, LineArea>([
      [type, 'type'],
      [number, 'amount'],
      [severity, 'severity'],
      [main, 'message'],
      [time, 'timestamp'],
    ]);
  }

  named(name: string): TableColumn | undefined {
    return this.all.find((column) => column.name === name);
  }

  /** Columns whose values can be counted. */
  get counted(): readonly TableColumn[] {
    return this.all.filter(({ type }) => type === 'dictionary');
  }

  /** The condition for events that matter that much; `undefined` where nobody knows how much events matter. */
  severityTerm(wanted: readonly Severity[]): string | undefined {
    if (!this.severity) return undefined;
    const values = [...severities].filter(([, severity]) => wanted.includes(severity));
    return `${this.severity.name}:${values.map(([value]) => value).join(',')}`;
  }

  /** How much an event with these cells matters; `undefined`: less than a warning, or nobody knows. */
  severityOf(cells: readonly string[]): Severity | undefined {
    return this.severity && severities.get(cells[this.severity.cell]?.toLowerCase() ?? '');
  }
}

/** A page's numbers come from anywhere. */
function givenWidthOf(column: GivenColumn | undefined): number | undefined {
  const { widthPx } = column ?? {};
  return widthPx !== undefined && Number.isFinite(widthPx) ? clampColumnWidth(widthPx) : undefined;
}

function usualWidthOf({ name, type }: Schema[number], isSeverity: boolean): number {
  if (isSeverity) return usualWidthsPx.severity;
  return usualWidthsPx.byName.get(name) ?? usualWidthsPx.byType[type];
}

/** Numbers and where events come from are missed the least; of other columns those in the second half. */
function isEarly(column: Schema[number], between: readonly Schema[number][]): boolean {
  if (column.type === 'number' || column.name === 'source') return true;
  return between.indexOf(column) >= Math.max(3, between.length / 2);
}
