/**
 * The timeline as a custom element, `<event-timeline>`: loading this module defines it.
 *
 * @module
 */
import { EventTimelineElement } from './event_timeline_element.js';

export { EventTimelineElement };
export type * from 'eventglass/client';
export type { CellRenderer } from './cell_template.js';
export type { ElementColumn } from './column_markup.js';
export type { Listener } from './element_base.js';
export type { ElementEvents, RowDetail, StateDetail } from './element_events.js';
export type { ShownColumn } from '../columns/column_layout.js';
export type { TableColumn, LineArea } from '../columns/table_columns.js';
export type { Status } from '../status/status.js';
export type { RowState, TimelineRow } from '../timeline/row.js';
export type { Cell } from '../grid/cell.js';
export type { Place } from '../timeline/place.js';
export type { RowDensity, Theme, TimeStyle } from '../view/table_settings.js';

declare global {
  interface HTMLElementTagNameMap {
    'event-timeline': EventTimelineElement;
  }
}

if (typeof customElements !== 'undefined' && !customElements.get('event-timeline'))
  customElements.define('event-timeline', EventTimelineElement);
