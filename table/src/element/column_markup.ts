import type { TableColumn } from '../columns/table_columns.js';
import { templateRenderer, type CellRenderer } from './cell_template.js';

/** A column as a page wants it. */
export interface ElementColumn {
  /** Its name in the schema. */
  readonly name: string;
  /** What it is called. Unless told, its name as people write it. */
  readonly label?: string | undefined;
  /** In CSS pixels; unless told, as is usual for its type. */
  readonly widthPx?: number | undefined;
  /** Makes what is in its cells; unless told, they have their text. */
  readonly cell?: CellRenderer | undefined;
}

export const columnElementName = 'event-column';

/** The columns that stand in the element: `<event-column name="actor" label="Who" width="140">`, with a template for its cells or without. */
export function columnsOfMarkup(
  host: Element,
  columnsOf: () => readonly TableColumn[],
): readonly ElementColumn[] | undefined {
  const elements = [...host.children].filter(({ localName }) => localName === columnElementName);
  const columns = elements.map((element): ElementColumn => {
    const name = element.getAttribute('name');
    if (name === null) throw new TypeError(`eventglass: an <${columnElementName}> lacks its name`);
    const template = element.querySelector(':scope > template');
    return {
      name,
      label: element.getAttribute('label') ?? undefined,
      widthPx: widthOf(element),
      cell:
        template instanceof HTMLTemplateElement ? templateRenderer(template, columnsOf) : undefined,
    };
  });
  return columns.length === 0 ? undefined : columns;
}

/** What makes the cells of some columns, by their names. */
export function renderersOf(
  columns: readonly ElementColumn[] | undefined,
): ReadonlyMap<string, CellRenderer> {
  return new Map(columns?.flatMap(({ name, cell }) => (cell ? [[name, cell] as const] : [])));
}

function widthOf(element: Element): number | undefined {
  const text = element.getAttribute('width');
  if (text === null) return undefined;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new TypeError(
    `eventglass: the width of an <${columnElementName}> is a number of pixels, not ${JSON.stringify(text)}`,
  );
}
