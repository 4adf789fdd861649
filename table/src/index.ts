/**
 * The timeline as a component, and its state.
 *
 * @module
 */
export { default as EventTimeline } from './component/EventTimeline.svelte';
export { TimelineState, type TimelineOptions } from './component/timeline_state.svelte.js';
export type * from 'eventglass/client';
export type { GivenColumn, LineArea, TableColumn } from './columns/table_columns.js';
export type { ShownColumn } from './columns/column_layout.js';
export type { Cell } from './grid/cell.js';
export type { Status } from './status/status.js';
export type { Place } from './timeline/place.js';
export type { RowState, TimelineRow } from './timeline/row.js';
export type { RowDensity, Theme, TimeStyle } from './view/table_settings.js';
