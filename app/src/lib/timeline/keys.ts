import { tableCommand, type Keys, type TableCommand } from '@eventglass/table/grid/table_keys.js';

/** What a key does to the page around the table. */
export interface PageCommand {
  readonly type:
    | 'filter'
    | 'time'
    | 'copy'
    | 'help'
    | 'facets'
    | 'view'
    | 'changes'
    | 'export'
    | 'file'
    | 'palette'
    | 'search'
    | 'nextMatch'
    | 'previousMatch';
}

/** What a key does to the timeline. */
export type KeyCommand = TableCommand | PageCommand;

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
  const command = tableCommand(event);
  if (command || event.altKey || event.metaKey || event.ctrlKey) return command;
  switch (event.key) {
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
    case 'i':
      return { type: 'file' };
    case 'p':
      return { type: 'palette' };
    case '?':
      return { type: 'help' };
    default:
      return undefined;
  }
}
