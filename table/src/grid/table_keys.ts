/** What a key does to the table. */
export type TableCommand =
  | { readonly type: 'rows'; readonly count: number }
  | { readonly type: 'pages'; readonly count: number }
  /** From the active row to the one above (-1) or below (1). */
  | { readonly type: 'step'; readonly count: 1 | -1 }
  | GridCommand;

/** The first event, the live end, the active event's details, and away from them. */
export interface GridCommand {
  readonly type: 'first' | 'live' | 'open' | 'close';
}

/** A key with those held down beside it. */
export interface Keys {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** The command of a key; `undefined` if it has none here. */
export function tableCommand(event: Keys): TableCommand | undefined {
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
    default:
      return undefined;
  }
}

/** Where every key means something of its own. */
const editedElements = 'input, textarea, select, [contenteditable]';

/** Where Space and Enter do what a click does. */
const clickedElements = 'button, a[href], summary';

/** Whether a click does something at `element` itself, so that it does not open the row that this is in. */
export function takesClicks(element: Pick<Element, 'matches'>): boolean {
  return element.matches(`${clickedElements}, ${editedElements}, label, audio, video`);
}

/** Whether `key` means something at `element`, so that it is no command of the table's. */
export function hasOwnUse(element: Pick<Element, 'closest'>, key: string): boolean {
  if (element.closest(editedElements)) return true;
  return (key === ' ' || key === 'Enter') && element.closest(clickedElements) !== null;
}
