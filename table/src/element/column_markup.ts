import type { TableView } from '../view/table_view.svelte.js';
import { countOf } from './element_attributes.js';
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
  viewOf: () => TableView | undefined,
): readonly ElementColumn[] | undefined {
  const elements = [...host.children].filter(({ localName }) => localName === columnElementName);
  const columns = elements.flatMap((element): readonly ElementColumn[] => {
    const name = element.getAttribute('name');
    if (!name) {
      reportError(new TypeError(`eventglass: an <${columnElementName}> lacks its name`));
      return [];
    }
    return [
      {
        name,
        label: element.getAttribute('label') ?? undefined,
        widthPx: unlessWrong(() =>
          countOf(`the width of the column ${name}`, element.getAttribute('width')),
        ),
        cell: unlessWrong(() => cellOf(element, viewOf)),
      },
    ];
  });
  return columns.length === 0 ? undefined : columns;
}

/** How cells are made, of the columns that say so. */
export function renderersOf(columns: readonly ElementColumn[]): ReadonlyMap<string, CellRenderer> {
  return new Map(columns.flatMap(({ name, cell }) => (cell ? [[name, cell] as const] : [])));
}

/** Throws a TypeError where `columns` is no list of columns. */
export function checkedColumns(
  columns: readonly ElementColumn[] | undefined,
): readonly ElementColumn[] | undefined {
  if (columns === undefined) return undefined;
  const given: unknown = columns;
  if (!Array.isArray(given)) throw new TypeError('eventglass: columns is a list of columns');
  for (const { name, cell } of columns) {
    if (typeof (name as unknown) !== 'string')
      throw new TypeError('eventglass: a column lacks its name');
    if (cell !== undefined && typeof (cell as unknown) !== 'function')
      throw new TypeError(`eventglass: the cell of the column ${name} is a function`);
  }
  return columns;
}

function cellOf(element: Element, viewOf: () => TableView | undefined): CellRenderer | undefined {
  const template = element.querySelector(':scope > template');
  return template instanceof HTMLTemplateElement ? templateRenderer(template, viewOf) : undefined;
}

/** What is wrong with one column is reported, and takes nothing from the others. */
function unlessWrong<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    reportError(error);
    return undefined;
  }
}
