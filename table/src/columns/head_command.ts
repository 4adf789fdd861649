/** What the menu of a column's head asks of the page. */
export type HeadCommand =
  /** The list of all columns. */
  | { readonly type: 'columns' }
  /** The values of a column, with how many events have them. */
  | { readonly type: 'values'; readonly column: string };
