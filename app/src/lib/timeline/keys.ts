/** What a key does to the page around the table. */
export interface PageCommand {
  readonly type:
    | 'first'
    | 'live'
    | 'filter'
    | 'time'
    | 'copy'
    | 'help'
    | 'open'
    | 'close'
    | 'facets'
    | 'view'
    | 'changes'
    | 'export'
    | 'palette'
    | 'search'
    | 'nextMatch'
    | 'previousMatch';
}

/** What a key does to the timeline. */
export type KeyCommand =
  | { readonly type: 'rows'; readonly count: number }
  | { readonly type: 'pages'; readonly count: number }
  /** From the active row to the one above (-1) or below (1). */
  | { readonly type: 'step'; readonly count: 1 | -1 }
  | PageCommand;

/** A key with those held down beside it. */
interface Keys {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** What keys mean everywhere on the page, also where one types. On Apple's keyboards Cmd stands for Ctrl. */
export function commandAnywhere({
  key,
  shiftKey,
  ctrlKey,
  altKey,
  metaKey,
}: Keys): PageCommand | undefined {
  if (altKey) return undefined;
  if (key === 'F3' && !ctrlKey && !metaKey)
    return { type: shiftKey ? 'previousMatch' : 'nextMatch' };
  if (ctrlKey === metaKey || shiftKey) return undefined;
  switch (key.toLowerCase()) {
    case 'f':
      return { type: 'search' };
    case 'k':
      return { type: 'palette' };
    default:
      return undefined;
  }
}

/** The command of a key; `undefined` if it has none here. */
export function keyCommand(event: Keys): KeyCommand | undefined {
  const anywhere = commandAnywhere(event);
  if (anywhere) return anywhere;
  // On many keyboards the brackets are written with Alt, or with Ctrl and Alt.
  const isWritten = !event.metaKey && (!event.ctrlKey || event.altKey);
  if (isWritten && event.key === ']') return { type: 'nextMatch' };
  if (isWritten && event.key === '[') return { type: 'previousMatch' };
  if (event.altKey || event.metaKey) return undefined;
  if (event.ctrlKey && event.key !== 'Home' && event.key !== 'End') return undefined;
  switch (event.key) {
    case 'ArrowUp':
      return { type: 'rows', count: -1 };
    case 'ArrowDown':
      return { type: 'rows', count: 1 };
    case 'PageUp':
      return { type: 'pages', count: -1 };
    case 'PageDown':
      return { type: 'pages', count: 1 };
    case ' ':
      return { type: 'pages', count: event.shiftKey ? -1 : 1 };
    case 'j':
      return { type: 'step', count: 1 };
    case 'k':
      return { type: 'step', count: -1 };
    case 'Enter':
      return { type: 'open' };
    case 'Escape':
      return { type: 'close' };
    case 'Home':
      return { type: 'first' };
    case 'End':
    case 'l':
      return { type: 'live' };
    case '/':
      return { type: 'filter' };
    case 'g':
      return { type: 'time' };
    case 'f':
      return { type: 'facets' };
    case 'v':
      return { type: 'view' };
    case 'c':
      return { type: 'copy' };
    case 'o':
      return { type: 'changes' };
    case 'e':
      return { type: 'export' };
    case 'p':
      return { type: 'palette' };
    case '?':
      return { type: 'help' };
    default:
      return undefined;
  }
}

/** Where every key means something of its own. */
const editedElements = 'input, textarea, select, [contenteditable]';

/** Where Space and Enter do what a click does. */
const clickedElements = 'button, a[href], summary';

/** Whether `key` means something at `element`, so that it is no command of the timeline's. */
export function hasOwnUse(element: Pick<Element, 'closest'>, key: string): boolean {
  if (element.closest(editedElements)) return true;
  return (key === ' ' || key === 'Enter') && element.closest(clickedElements) !== null;
}
