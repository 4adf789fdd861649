import { keepText, keptText } from '../browser_storage.js';

/** Where it is remembered whether the panel is open. */
const storageName = 'eventglass.facets';

/** Below it the panel would take the table's place, so it opens when asked only. */
const minPageWidthPx = 1_000;

/** Whether the reader left the panel open, in a page of this width. */
export function isRememberedOpen(pageWidthPx: number): boolean {
  return pageWidthPx >= minPageWidthPx && keptText(storageName) === 'open';
}

export function rememberOpen(isOpen: boolean): void {
  keepText(storageName, isOpen ? 'open' : 'closed');
}
