/** What was kept under a name in an earlier visit; `null` if nothing was, or the browser keeps nothing, by its settings. */
export function keptText(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a text for the next visit, where the browser keeps anything. */
export function keepText(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // The next visit begins with the default again.
  }
}
