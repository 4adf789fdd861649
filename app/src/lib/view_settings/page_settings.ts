import type { TableColumns } from '@eventglass/table/columns/table_columns.js';
import { columnProperties } from '@eventglass/table/columns/column_layout.js';
import { linkedSettings, type LinkSettings } from './link_settings.js';
import { formatSettings, type ViewSettings } from './settings.js';

/** What the server knows of a page's settings when the page is asked for. */
export interface GivenSettings {
  readonly own: ViewSettings;
  readonly link: LinkSettings;
  /** When it was asked for, in ms since 1970: what times are relative to at first. */
  readonly nowMs: number;
}

export const settingsCookie = 'eventglass-view';

const yearSeconds = 31_536_000;

/** What the browser is told to keep the reader's own settings by, over `https:` or not. */
export function cookieText(settings: ViewSettings, isSecure: boolean): string {
  const text = formatSettings(settings);
  const seconds = text === '' ? 0 : yearSeconds;
  const attributes = `Path=/; Max-Age=${String(seconds)}; SameSite=Lax`;
  return `${settingsCookie}=${text}; ${attributes}${isSecure ? '; Secure' : ''}`;
}

/** What the style sheet calls light and dark. */
function colorScheme({ theme }: ViewSettings): string {
  return theme === 'system' ? 'light dark' : theme;
}

/** Shows theme and density in a document that is there. */
export function showSettings(document: Document, settings: ViewSettings): void {
  document.documentElement.dataset['theme'] = settings.theme;
  document.documentElement.dataset['rows'] = settings.rows;
  document.querySelector('meta[name=color-scheme]')?.setAttribute('content', colorScheme(settings));
}

/** Where app.html has room for attributes, the colour scheme and a style sheet. No text of an event has a `<` in HTML. */
const attributesMark = '<html lang="en" class="eventglass" data-view>';
const schemeMark = '<meta name="color-scheme" content="light dark" />';
const styleMark = /<style nonce="[^"]*"><\/style>/;

/** What the style sheet says of the columns; nothing where they are as usual. */
function columnRules({ columns }: ViewSettings, table: TableColumns): readonly string[] {
  return [...columnProperties(table, columns)].flatMap(([name, tracks]) =>
    tracks === undefined ? [] : [`${name}: ${tracks};`],
  );
}

/**
 * The HTML of a page with its settings: attributes for theme and density, and a style sheet for columns that are not the
 * usual ones. All that gets into it are words, names of this application and whole numbers.
 */
export function htmlWithSettings(
  html: string,
  { own, link }: GivenSettings,
  table: TableColumns,
): string {
  const settings = linkedSettings(own, link);
  const { theme, rows } = settings;
  const rules = columnRules(settings, table);
  return html
    .replace(
      attributesMark,
      `<html lang="en" class="eventglass" data-theme="${theme}" data-rows="${rows}">`,
    )
    .replace(schemeMark, `<meta name="color-scheme" content="${colorScheme(settings)}" />`)
    .replace(styleMark, (mark) =>
      rules.length === 0 ? '' : mark.replace('><', `>:root { ${rules.join(' ')} }<`),
    );
}
