import { computeCommandScore } from 'bits-ui';
import { filterWithChoice, filterWithTerm } from '../timeline/filter_terms.js';
import { plainText } from '@eventglass/table/timeline/cell_text.js';
import type { ColumnValues } from '../timeline/filter_completion.js';
import { valueTerm } from '../timeline/filter_completion.js';

/** A line of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly group: 'Time' | 'Commands' | 'Filters';
  readonly text: string;
  readonly keys: readonly string[];
  /** Why it can't be chosen, or what more there is to say. */
  readonly detail?: string | undefined;
  readonly isDisabled: boolean;
  readonly run: () => void;
}

/** Before anything is typed, only the first column's, and of all that match not more than a screen. */
const maxValues = 8;

/** Scores go from 0 to 1; below this the letters are there, and little else. */
const minScore = 0.02;

/** Filters by a value of one of `columns`, for what is typed. */
export function filterItems(
  typed: string,
  filter: string,
  columns: readonly string[],
  valuesOf: ColumnValues,
  onfilter: (filter: string) => void,
): readonly PaletteItem[] {
  const offered = typed === '' ? columns.slice(0, 1) : columns;
  const values = offered.flatMap((column) =>
    valuesOf(column).map((value) => {
      const term = `${column}:${valueTerm(value)}`;
      const text = `Filter: ${plainText(term.slice(0, 200))}`;
      return { column, value, term, text };
    }),
  );
  return ranked(values, typed)
    .slice(0, maxValues)
    .map(({ column, value, term, text }) => ({
      id: `filter ${term}`,
      group: 'Filters',
      text,
      keys: [],
      isDisabled: false,
      run: () => onfilter(filterWithChoice(filter, column, value, 'included')),
    }));
}

/** The typed text as a filter: alone, and joined to the one that there is. */
export function typedFilterItems(
  typed: string,
  filter: string,
  onfilter: (filter: string) => void,
): readonly PaletteItem[] {
  if (typed === '') return [];
  const item = (id: string, text: string, wanted: string): PaletteItem => ({
    id,
    group: 'Filters',
    text,
    keys: [],
    isDisabled: false,
    run: () => onfilter(wanted),
  });
  const alone = item('typed', `Filter by ${plainText(typed)}`, typed);
  if (filter === '') return [alone];
  const joined = filterWithTerm(filter, typed);
  return [item('typed joined', `Filter by ${plainText(typed)} as well`, joined), alone];
}

/** Those that fit what is typed, the best first; all of them while nothing is. */
export function ranked<Item extends { readonly text: string }>(
  items: readonly Item[],
  typed: string,
): readonly Item[] {
  if (typed === '') return items;
  return items
    .map((item) => ({ item, score: computeCommandScore(item.text, typed) }))
    .filter(({ score }) => score > minScore)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
