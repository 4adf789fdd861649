import { clampColumnWidth, columnWidthRange } from './column_width.js';
import type { TableColumns } from './table_columns.js';

/** A column that the reader sees. */
export interface ShownColumn {
  /** Of the column. */
  readonly name: string;
  /** As the reader has set it, in CSS pixels; `undefined` for the usual one. */
  readonly widthPx: number | undefined;
}

/** Columns from the left, each at most once and at least one; `undefined` for the usual ones. */
export type ColumnLayout = readonly ShownColumn[] | undefined;

/** What the column that takes the rest is left with at least. */
const minRestPx = 120;

/** The columns of a layout, the usual ones spelled out. */
export function shownColumns(columns: TableColumns, layout: ColumnLayout): readonly ShownColumn[] {
  return layout ?? columns.usual.map(({ name }) => ({ name, widthPx: undefined }));
}

/** `shown` as a layout: `undefined` if it is the usual one. */
function layoutOf({ usual }: TableColumns, shown: readonly ShownColumn[]): ColumnLayout {
  const isUsual =
    shown.length === usual.length &&
    shown.every(({ name, widthPx }, i) => name === usual[i]?.name && widthPx === undefined);
  return isUsual || shown.length === 0 ? undefined : shown;
}

/** `layout` with a column of this width; `undefined` gives it its usual one. */
export function withWidth(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
  widthPx: number | undefined,
): ColumnLayout {
  const width = widthPx === undefined ? undefined : clampColumnWidth(widthPx);
  return layoutOf(
    columns,
    shownColumns(columns, layout).map((column) =>
      column.name === name ? { name, widthPx: width } : column,
    ),
  );
}

/** `layout` with a column moved to the place `index`, or to the nearest that there is. */
export function withColumnAt(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
  index: number,
): ColumnLayout {
  const shown = shownColumns(columns, layout);
  const moved = shown.find((column) => column.name === name);
  if (!moved) return layout;
  const others = shown.filter((column) => column !== moved);
  const place = Math.min(Math.max(index, 0), others.length);
  return layoutOf(columns, [...others.slice(0, place), moved, ...others.slice(place)]);
}

/** `layout` with a column where `other` stands; that one and those between step aside. */
export function withColumnInPlaceOf(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
  other: string,
): ColumnLayout {
  const index = shownColumns(columns, layout).findIndex((column) => column.name === other);
  return index < 0 ? layout : withColumnAt(columns, layout, name, index);
}

/** `layout` without a column. The last one stays. */
export function withoutColumn(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
): ColumnLayout {
  const others = shownColumns(columns, layout).filter((column) => column.name !== name);
  return others.length === 0 ? layout : layoutOf(columns, others);
}

/** `layout` with a column that it hides, after the one that it usually stands after. */
export function withColumn(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
): ColumnLayout {
  const shown = shownColumns(columns, layout);
  const place = columns.all.findIndex((column) => column.name === name);
  if (place < 0 || shown.some((column) => column.name === name)) return layout;
  const before = columns.all.slice(0, place).map((column) => column.name);
  const index = shown.findLastIndex((column) => before.includes(column.name)) + 1;
  const added = { name, widthPx: undefined };
  return layoutOf(columns, [...shown.slice(0, index), added, ...shown.slice(index)]);
}

/** Whether somebody, the reader or the page, has chosen which columns to see. */
export function hidesColumns(columns: TableColumns, layout: ColumnLayout): boolean {
  return columns.isGiven || shownColumns(columns, layout).length < columns.usual.length;
}

/**
 * The edge of a column that moves when its width changes: the left one where a column before it takes the rest.
 * `undefined` for that column itself unless it is the last: its width goes by its neighbours'.
 */
export function resizedSide(
  columns: TableColumns,
  layout: ColumnLayout,
  name: string,
): 'left' | 'right' | undefined {
  const shown = shownColumns(columns, layout);
  const takesRest = (column: ShownColumn) =>
    column.widthPx === undefined && columns.named(column.name)?.usualWidthPx === undefined;
  const rest = shown.findIndex(takesRest);
  const place = shown.findIndex((column) => column.name === name);
  if (rest < 0 || place < rest) return 'right';
  if (place > rest) return 'left';
  return place === shown.length - 1 ? 'right' : undefined;
}

/** In links the time is called what the filter language calls it. */
const linkNames: ReadonlyMap<string, string> = new Map([['timestamp', 'time']]);

/** Names of other people's columns have any characters; a layout's text has commas and colons of its own. */
function linkNameOf(name: string): string {
  return encodeURIComponent(linkNames.get(name) ?? name);
}

/** Also where somebody has written it as it is. */
function isLinkNameOf(name: string, text: string): boolean {
  return text === linkNameOf(name) || text === (linkNames.get(name) ?? name);
}

/** `time,severity,message:400`; `''` for the usual layout. */
export function formatColumns(layout: ColumnLayout): string {
  const texts = (layout ?? []).map(({ name, widthPx }) => {
    const linkName = linkNameOf(name);
    return widthPx === undefined ? linkName : `${linkName}:${String(widthPx)}`;
  });
  return texts.join(',');
}

/** Many times what a layout takes. */
const maxTextLength = 500;

/** The layout that `text` names, whoever wrote it. What is no column, or there twice, is passed over. */
export function parseColumns(columns: TableColumns, text: string): ColumnLayout {
  if (text.length > maxTextLength) return undefined;
  const shown = new Map<string, ShownColumn>();
  for (const part of text.split(',')) {
    const [linkName = '', width = ''] = part.split(':', 2);
    const column = columns.all.find(({ name }) => isLinkNameOf(name, linkName));
    if (!column || shown.has(column.name)) continue;
    const widthPx = /^\d{1,5}$/.test(width) ? clampColumnWidth(Number(width)) : undefined;
    shown.set(column.name, { name: column.name, widthPx });
  }
  return layoutOf(columns, [...shown.values()]);
}

function tracksOf(columns: TableColumns, shown: readonly ShownColumn[]): string {
  const tracks = shown.map((column) => {
    const { usualWidthPx, type } = columns.named(column.name) ?? {};
    const widthPx = column.widthPx ?? usualWidthPx;
    if (widthPx === undefined) return `minmax(${String(minRestPx)}px, 1fr)`;
    // Half a time is none: only who makes it narrower gets less.
    const isWhole = type === 'timestamp' && column.widthPx === undefined;
    return isWhole
      ? `${String(widthPx)}px`
      : `minmax(${String(columnWidthRange.minPx)}px, ${String(widthPx)}px)`;
  });
  return tracks.join(' ');
}

/**
 * Custom properties of the style sheet with a layout's tracks: of the table in its full width, and narrower and narrower
 * beside panels. Columns have their widths where there is room, and shrink alike where not. Who has chosen which columns to
 * see sees those everywhere.
 */
export function columnProperties(
  columns: TableColumns,
  layout: ColumnLayout,
): ReadonlyMap<string, string | undefined> {
  const names = ['--own-columns', '--own-columns-beside', '--own-columns-narrow'] as const;
  if (!layout && columns.isStyled) return new Map(names.map((name) => [name, undefined]));
  const shown = shownColumns(columns, layout);
  const isChosen = hidesColumns(columns, layout);
  const staysAt = (step: number) => (column: ShownColumn) =>
    isChosen || (columns.named(column.name)?.goesAt ?? Infinity) > step;
  return new Map(
    names.map((property, step) => [property, tracksOf(columns, shown.filter(staysAt(step)))]),
  );
}
