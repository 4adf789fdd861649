/** Where it is remembered whether the panel is open. */
const storageName = 'eventglass.facets';

/** Below it the panel would take the table's place, so it opens when asked only. */
const minPageWidthPx = 1_000;

/** Whether the reader left the panel open, in a page of this width. */
export function isRememberedOpen(pageWidthPx: number): boolean {
  try {
    return pageWidthPx >= minPageWidthPx && localStorage.getItem(storageName) === 'open';
  } catch {
    // A browser that keeps nothing, by its settings.
    return false;
  }
}

export function rememberOpen(isOpen: boolean): void {
  try {
    localStorage.setItem(storageName, isOpen ? 'open' : 'closed');
  } catch {
    // It is closed again next time.
  }
}
