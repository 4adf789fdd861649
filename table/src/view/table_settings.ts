import type { ColumnLayout } from '../columns/column_layout.js';

/** Whose colours: the reader's own, or one of two. */
export type Theme = 'system' | 'dark' | 'light';
export const themes = ['system', 'dark', 'light'] as const satisfies readonly Theme[];

/** How close rows are. */
export type RowDensity = 'comfortable' | 'compact';
export const rowDensities = ['comfortable', 'compact'] as const satisfies readonly RowDensity[];

/** How times are told: as they are, or from now. */
export type TimeStyle = 'absolute' | 'relative';
export const timeStyles = ['absolute', 'relative'] as const satisfies readonly TimeStyle[];

/** How a table looks. */
export interface TableSettings {
  readonly rows: RowDensity;
  readonly times: TimeStyle;
  /** Whose clocks times are told by: see `TimeZone`. */
  readonly zone: { readonly name: string };
  readonly columns: ColumnLayout;
}
