import { findTimeZone, utc } from 'eventglass/internal/time_zone.js';
import {
  rowDensities,
  themes,
  timeStyles,
  type TableSettings,
  type Theme,
} from '@eventglass/table/view/table_settings.js';
import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { formatColumns, parseColumns } from '@eventglass/table/columns/column_layout.js';

/** Whose clocks times are told by. */
export interface ZoneSetting {
  /** See `TimeZone`. */
  readonly name: string;
  /** It is the zone that the reader's browser is in, wherever that is. */
  readonly isLocal: boolean;
}

/** How the reader wants the page to look. */
export interface ViewSettings extends TableSettings {
  readonly theme: Theme;
  readonly zone: ZoneSetting;
}

export const utcSetting: ZoneSetting = { name: utc.name, isLocal: false };

export const usualSettings: ViewSettings = {
  theme: 'system',
  rows: 'comfortable',
  times: 'absolute',
  zone: utcSetting,
  columns: undefined,
};

/** Many times what settings take. */
const maxTextLength = 1_000;

function oneOf<Value extends string>(
  values: readonly Value[],
  text: string | null,
): Value | undefined {
  return values.find((value) => value === text);
}

/** The settings that `text` tells, whoever wrote it: what it does not tell, or tells wrongly, is as usual. */
export function parseSettings(text: string | undefined, table: TableColumns): ViewSettings {
  if (text === undefined || text.length > maxTextLength) return usualSettings;
  const query = new URLSearchParams(text);
  const zone = findTimeZone(query.get('zone') ?? '');
  return {
    theme: oneOf(themes, query.get('theme')) ?? usualSettings.theme,
    rows: oneOf(rowDensities, query.get('rows')) ?? usualSettings.rows,
    times: oneOf(timeStyles, query.get('times')) ?? usualSettings.times,
    zone: zone ? { name: zone.name, isLocal: query.has('local') } : utcSetting,
    columns: parseColumns(table, query.get('cols') ?? ''),
  };
}

/** The text that `parseSettings` reads, without what is as usual. It has only characters that a cookie can have. */
export function formatSettings(settings: ViewSettings): string {
  const { theme, rows, times, zone, columns } = settings;
  const query = new URLSearchParams();
  if (theme !== usualSettings.theme) query.set('theme', theme);
  if (rows !== usualSettings.rows) query.set('rows', rows);
  if (times !== usualSettings.times) query.set('times', times);
  if (zone.name !== utc.name || zone.isLocal) query.set('zone', zone.name);
  if (zone.isLocal) query.set('local', '');
  if (columns) query.set('cols', formatColumns(columns));
  return query.toString();
}
