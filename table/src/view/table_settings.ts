import type { ColumnLayout } from '../columns/column_layout.js';

export const themes = ['system', 'dark', 'light'] as const;
export type Theme = (typeof themes)[number];

export const rowDensities = ['comfortable', 'compact'] as const;
export type RowDensity = (typeof rowDensities)[number];

export const timeStyles = ['absolute', 'relative'] as const;
export type TimeStyle = (typeof timeStyles)[number];

/** How a table looks. */
export interface TableSettings {
  readonly rows: RowDensity;
  readonly times: TimeStyle;
  /** Whose clocks times are told by: see `TimeZone`. */
  readonly zone: { readonly name: string };
  readonly columns: ColumnLayout;
}
