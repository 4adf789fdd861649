import { columns } from '../timeline/columns.js';

/** A column that the reader sees. */
export interface ShownColumn {
  readonly name: string;
  /** As the reader has set it, in CSS pixels; `undefined` for the usual one. */
  readonly widthPx: number | undefined;
}

/** Columns from the left, each at most once and at least one; `undefined` for the usual ones. */
export type ColumnLayout = readonly ShownColumn[] | undefined;

/** A word or so, and the most that a screen has. */
export const columnWidthRange = { minPx: 40, maxPx: 2_000 } as const;

/** Where there is room; a column that is not here takes what the others leave. */
const usualWidthsPx: ReadonlyMap<string, number> = new Map([
  ['timestamp', 168],
  ['severity', 60],
  ['source', 114],
  ['type', 146],
  ['actor', 126],
  ['amount', 88],
]);

/** What the column that takes the rest is left with at least. */
const minRestPx = 120;

const usualLayout: readonly ShownColumn[] = columns.map(({ name }) => ({
  name,
  widthPx: undefined,
}));

/** The width of a column that nobody has set; `undefined` if it takes the rest. */
export function usualWidthPx(name: string): number | undefined {
  return usualWidthsPx.get(name);
}

/** The columns of a layout, the usual ones spelled out. */
export function shownColumns(layout: ColumnLayout): readonly ShownColumn[] {
  return layout ?? usualLayout;
}

/** `shown` as a layout: `undefined` if it is the usual one. */
function layoutOf(shown: readonly ShownColumn[]): ColumnLayout {
  const isUsual =
    shown.length === usualLayout.length &&
    shown.every(({ name, widthPx }, i) => name === usualLayout[i]?.name && widthPx === undefined);
  return isUsual || shown.length === 0 ? undefined : shown;
}

export function clampColumnWidth(widthPx: number): number {
  const { minPx, maxPx } = columnWidthRange;
  return Math.min(Math.max(Math.round(widthPx), minPx), maxPx);
}

/** `layout` with a column of this width; `undefined` gives it its usual one. */
export function withWidth(
  layout: ColumnLayout,
  name: string,
  widthPx: number | undefined,
): ColumnLayout {
  const width = widthPx === undefined ? undefined : clampColumnWidth(widthPx);
  return layoutOf(
    shownColumns(layout).map((column) =>
      column.name === name ? { name, widthPx: width } : column,
    ),
  );
}

/** `layout` with a column moved to the place `index`, or to the nearest that there is. */
export function withColumnAt(layout: ColumnLayout, name: string, index: number): ColumnLayout {
  const shown = shownColumns(layout);
  const moved = shown.find((column) => column.name === name);
  if (!moved) return layout;
  const others = shown.filter((column) => column !== moved);
  const place = Math.min(Math.max(index, 0), others.length);
  return layoutOf([...others.slice(0, place), moved, ...others.slice(place)]);
}

/** `layout` without a column. The last one stays. */
export function withoutColumn(layout: ColumnLayout, name: string): ColumnLayout {
  const others = shownColumns(layout).filter((column) => column.name !== name);
  return others.length === 0 ? layout : layoutOf(others);
}

/** `layout` with a column that it hides, after the one that it usually stands after. */
export function withColumn(layout: ColumnLayout, name: string): ColumnLayout {
  const shown = shownColumns(layout);
  const place = usualLayout.findIndex((column) => column.name === name);
  if (place < 0 || shown.some((column) => column.name === name)) return layout;
  const before = usualLayout.slice(0, place).map((column) => column.name);
  const index = shown.findLastIndex((column) => before.includes(column.name)) + 1;
  const added = { name, widthPx: undefined };
  return layoutOf([...shown.slice(0, index), added, ...shown.slice(index)]);
}

/** Whether the reader has chosen which columns to see. */
export function hidesColumns(layout: ColumnLayout): boolean {
  return shownColumns(layout).length < usualLayout.length;
}

/**
 * The edge of a column that moves when its width changes: the left one where a column before it takes the rest.
 * `undefined` for that column itself unless it is the last: its width goes by its neighbours'.
 */
export function resizedSide(layout: ColumnLayout, name: string): 'left' | 'right' | undefined {
  const shown = shownColumns(layout);
  const takesRest = (column: ShownColumn) =>
    column.widthPx === undefined && usualWidthPx(column.name) === undefined;
  const rest = shown.findIndex(takesRest);
  const place = shown.findIndex((column) => column.name === name);
  if (rest < 0 || place < rest) return 'right';
  if (place > rest) return 'left';
  return place === shown.length - 1 ? 'right' : undefined;
}

/** In links the time is called what the filter language calls it. */
const linkNames: ReadonlyMap<string, string> = new Map([['timestamp', 'time']]);

/** `time,severity,message:400`; `''` for the usual layout. */
export function formatColumns(layout: ColumnLayout): string {
  const texts = (layout ?? []).map(({ name, widthPx }) => {
    const linkName = linkNames.get(name) ?? name;
    return widthPx === undefined ? linkName : `${linkName}:${String(widthPx)}`;
  });
  return texts.join(',');
}

/** Many times what a layout takes. */
const maxTextLength = 500;

/** The layout that `text` names, whoever wrote it. What is no column, or there twice, is passed over. */
export function parseColumns(text: string): ColumnLayout {
  if (text.length > maxTextLength) return undefined;
  const shown = new Map<string, ShownColumn>();
  for (const part of text.split(',')) {
    const [linkName = '', width = ''] = part.split(':', 2);
    const column = columns.find(({ name }) => (linkNames.get(name) ?? name) === linkName);
    if (!column || shown.has(column.name)) continue;
    const widthPx = /^\d{1,5}$/.test(width) ? clampColumnWidth(Number(width)) : undefined;
    shown.set(column.name, { name: column.name, widthPx });
  }
  return layoutOf([...shown.values()]);
}

/** Beside a panel the table is narrow and the message comes first: the first two step back, then the others. */
const steppingBack = [
  ['source', 'amount'],
  ['source', 'amount', 'type', 'actor'],
] as const;

function tracksOf(shown: readonly ShownColumn[]): string {
  const tracks = shown.map(({ name, widthPx = usualWidthsPx.get(name) }) =>
    widthPx === undefined
      ? `minmax(${String(minRestPx)}px, 1fr)`
      : `minmax(${String(columnWidthRange.minPx)}px, ${String(widthPx)}px)`,
  );
  return tracks.join(' ');
}

/**
 * Custom properties of the style sheet with a layout's tracks: of the table in its full width, and narrower and narrower
 * beside panels. Columns have their widths where there is room, and shrink alike where not. Who has chosen which columns to
 * see sees those everywhere.
 */
export function columnProperties(layout: ColumnLayout): ReadonlyMap<string, string | undefined> {
  const names = ['--own-columns', '--own-columns-beside', '--own-columns-narrow'] as const;
  if (!layout) return new Map(names.map((name) => [name, undefined]));
  const hidden: readonly (readonly string[])[] = hidesColumns(layout)
    ? [[], [], []]
    : [[], ...steppingBack];
  return new Map(
    names.map((property, i) => [
      property,
      tracksOf(layout.filter(({ name }) => !hidden[i]?.includes(name))),
    ]),
  );
}
