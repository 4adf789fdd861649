import type { KeyCommand } from './keys.js';

/** What a reader can do, for the sheet of keys and the palette alike. */
export interface Action {
  readonly command: KeyCommand;
  /** As a list has it. */
  readonly name: string;
  /** As `KeyboardEvent.key` names them, with `Ctrl+` or `Shift+` before. */
  readonly keys: readonly string[];
}

/** Commands but those that move in the table. */
type NamedCommand = Exclude<KeyCommand, { readonly count: number }>;

/** Every command of the page has its line: one that lacks it is an error here. */
const namesOfCommands: Readonly<Record<NamedCommand['type'], Omit<Action, 'command'>>> = {
  open: { name: 'Open the details of the event', keys: ['Enter'] },
  close: { name: 'Close the details', keys: ['Escape'] },
  first: { name: 'Go to the first event', keys: ['Home'] },
  live: { name: 'Go to the live end', keys: ['End', 'l'] },
  time: { name: 'Go to a time…', keys: ['g'] },
  filter: { name: 'Filter…', keys: ['/'] },
  search: { name: 'Search the whole timeline…', keys: ['Ctrl+f'] },
  nextMatch: { name: 'The next match of the search', keys: [']', 'F3'] },
  previousMatch: { name: 'The match before', keys: ['[', 'Shift+F3'] },
  facets: { name: 'Show or hide values to filter by', keys: ['f'] },
  view: { name: 'Theme, rows, times and columns…', keys: ['v'] },
  changes: { name: 'Show only what has changed since you paused', keys: ['o'] },
  copy: { name: 'Copy a link to this place', keys: ['c'] },
  export: { name: 'Export events…', keys: ['e'] },
  file: { name: 'Open a file of events…', keys: ['i'] },
  palette: { name: 'All commands', keys: ['Ctrl+k', 'p'] },
  help: { name: 'Keys and filters', keys: ['?'] },
};

export const moves: readonly Action[] = [
  { name: 'One row up', keys: ['ArrowUp'], command: { type: 'rows', count: -1 } },
  { name: 'One row down', keys: ['ArrowDown'], command: { type: 'rows', count: 1 } },
  { name: 'One screen up', keys: ['PageUp', 'Shift+ '], command: { type: 'pages', count: -1 } },
  { name: 'One screen down', keys: ['PageDown', ' '], command: { type: 'pages', count: 1 } },
  { name: 'The next event', keys: ['j'], command: { type: 'step', count: 1 } },
  { name: 'The event before', keys: ['k'], command: { type: 'step', count: -1 } },
];

export const pageActions: readonly Action[] = Object.entries(namesOfCommands).map(
  ([type, action]) => ({ ...action, command: { type: type as NamedCommand['type'] } }),
);

const keyNames: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Escape: 'Esc',
  ' ': 'Space',
};

/** A key as it is written on keyboards. */
export function keyText(key: string): string {
  const [, modifier = '', name = ''] = /^(Ctrl\+|Shift\+)?(.+)$/s.exec(key) ?? [];
  const text = keyNames[name] ?? (modifier === '' ? name : name.toUpperCase());
  return modifier + text;
}

/** What commands depend on. */
export interface PageState {
  readonly hasRows: boolean;
  readonly isDetailOpen: boolean;
  readonly isLive: boolean;
  readonly isAtFirst: boolean;
  /** Whether there is a state that the rows can be compared with. */
  readonly canNarrow: boolean;
}

/** Why a command does nothing at present, for people; `undefined` if it does something. */
export function reasonAgainst({ type }: KeyCommand, state: PageState): string | undefined {
  switch (type) {
    case 'open':
    case 'step':
    case 'rows':
    case 'pages':
    case 'export':
      return state.hasRows ? undefined : 'there are no events';
    case 'close':
      return state.isDetailOpen ? undefined : 'none are open';
    case 'first':
      return state.isAtFirst ? 'that is where you are' : undefined;
    case 'live':
      return state.isLive ? 'that is where you are' : undefined;
    case 'changes':
      return state.canNarrow ? undefined : 'you have not paused';
    case 'palette':
      return 'you are looking at them';
    case 'time':
    case 'filter':
    case 'search':
    case 'view':
    case 'nextMatch':
    case 'previousMatch':
    case 'facets':
    case 'copy':
    case 'file':
    case 'help':
      return undefined;
  }
}
