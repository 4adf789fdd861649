import { findTimeZone, utc } from 'eventglass/internal/time_zone.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import {
  formatColumns,
  parseColumns,
  type ColumnLayout,
} from '@eventglass/table/columns/column_layout.js';
import type { ViewSettings } from './settings.js';

/** What a link says of the view; `undefined` where it leaves that to the reader. */
export interface LinkSettings {
  /** The name of a time zone. */
  readonly zone: string | undefined;
  readonly columns: ColumnLayout;
  /** What is wrong with it, for people. */
  readonly problem: string | undefined;
}

/** Reads a URL's query: `tz`, a time zone, and `cols`, columns with their widths. What is wrong is left to the reader. */
export function parseLink(query: URLSearchParams, table: TableColumns): LinkSettings {
  const name = query.get('tz') ?? '';
  const zone = findTimeZone(name)?.name;
  const shown = name.length > 40 ? `${name.slice(0, 40)}…` : name;
  return {
    zone,
    problem:
      name === '' || zone !== undefined
        ? undefined
        : `“${shown}” in the link is not a known time zone. Times are told by your own.`,
    columns: parseColumns(table, query.get('cols') ?? ''),
  };
}

/** The settings that a page has that was opened by a link: the reader's own, as far as the link leaves them. */
export function linkedSettings(own: ViewSettings, link: LinkSettings): ViewSettings {
  const isOwnZone = link.zone === undefined || link.zone === own.zone.name;
  return {
    ...own,
    zone: isOwnZone ? own.zone : { name: link.zone, isLocal: false },
    columns: link.columns ?? own.columns,
  };
}

/** `query`, of a place and a filter, with what is not as usual in `settings`. */
export function withView(query: string, { zone, columns }: ViewSettings): string {
  const rest = query.replace(/^\?/, '').split('&');
  const parts = rest.filter((part) => part !== '' && !/^(?:tz|cols)(?:=|$)/.test(part));
  // Names of zones have only characters that a query can have, but `+`; those of columns come without others, but `%`.
  if (zone.name !== utc.name) parts.push(`tz=${zone.name.replaceAll('+', '%2B')}`);
  if (columns) parts.push(`cols=${formatColumns(columns).replaceAll('%', '%25')}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
