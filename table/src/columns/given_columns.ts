import type { GivenColumn, TableColumns } from './table_columns.js';

type Given = readonly GivenColumn[] | undefined;

/** Whether the same columns are wanted, by the same names and in the same widths. */
export function hasSameColumns(a: Given, b: Given): boolean {
  if (!a || !b) return a === b;
  return (
    a.length === b.length &&
    a.every(
      ({ name, label, widthPx }, i) =>
        name === b[i]?.name && label === b[i].label && widthPx === b[i].widthPx,
    )
  );
}

/** What to tell of wanted columns that there are none of; `undefined` if there are all. */
export function unknownColumns(columns: TableColumns, given: Given): string | undefined {
  const unknown = given?.filter(({ name }) => !columns.named(name)).map(({ name }) => `“${name}”`);
  if (!unknown || unknown.length === 0) return undefined;
  const known = columns.all.map(({ name }) => name).join(', ');
  return `The events have no column ${unknown.join(', ')}; they have ${known}.`;
}
