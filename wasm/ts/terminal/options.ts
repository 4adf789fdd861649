/** The options of the commands, and how they are told in the help. */

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** How its value is called in the help; `''` where it has none. */
  readonly value: string;
  readonly help: string;
}

type Options = Readonly<Record<string, Option>>;

const help: Option = { type: 'boolean', short: 'h', value: '', help: 'this text' };

const common: Options = {
  filter: {
    type: 'string',
    value: 'FILTER',
    help: 'events that match: --filter "severity:error timeout"',
  },
  columns: {
    type: 'string',
    value: 'NAMES',
    help: 'columns of table and CSV: --columns timestamp,message',
  },
  'time-zone': {
    type: 'string',
    value: 'ZONE',
    help: 'of times: UTC (default), local or Europe/Berlin',
  },
  unguarded: {
    type: 'boolean',
    value: '',
    help: 'CSV without an apostrophe before what a spreadsheet would run',
  },
};

const range: Options = {
  from: {
    type: 'string',
    value: 'TIME',
    help: 'the first time: -2h, 14:00, yesterday 14:00, 2026-11-20 14:03',
  },
  to: { type: 'string', value: 'TIME', help: 'the time to stop before' },
};

const anyFormat: Option = {
  type: 'string',
  value: 'FORMAT',
  help: 'table (default), ndjson or csv',
};

export const COMMANDS = {
  tail: {
    summary: 'the newest events, then what comes, until it is ended',
    options: {
      since: { type: 'string', value: 'TIME', help: 'all events from then on: -5m, 14:00' },
      lines: {
        type: 'string',
        value: 'N',
        help: 'events to begin with: 10, or 10000 with --since; at most 10000',
      },
      format: anyFormat,
      changes: {
        type: 'boolean',
        value: '',
        help: 'NDJSON and CSV tell updates and deletes as well, with what happened in `op`',
      },
      ...common,
      help,
    },
  },
  query: {
    summary: 'the events of a range, in the order of time',
    options: {
      ...range,
      limit: { type: 'string', value: 'N', help: 'at most so many events: 100' },
      newest: { type: 'boolean', value: '', help: 'the last ones of the range (default)' },
      oldest: { type: 'boolean', value: '', help: 'the first ones of the range' },
      format: anyFormat,
      ...common,
      help,
    },
  },
  export: {
    summary: 'all events of a range, to a file or the standard output',
    options: {
      ...range,
      format: {
        type: 'string',
        value: 'FORMAT',
        help: 'ndjson or csv; by the name of the file, else ndjson',
      },
      output: {
        type: 'string',
        short: 'o',
        value: 'FILE',
        help: 'the file to write; it is there once it is whole',
      },
      force: { type: 'boolean', value: '', help: 'replaces a file that is there already' },
      ...common,
      help,
    },
  },
} as const satisfies Readonly<
  Record<string, { readonly summary: string; readonly options: Options }>
>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

function optionLine([name, { value, help: text, short }]: readonly [string, Option]): string {
  const flag = `${short === undefined ? '' : `-${short}, `}--${name}${value === '' ? '' : ` ${value}`}`;
  return `  ${flag.padEnd(20)}  ${text}`;
}

/** The help of a command. */
export function commandHelp(name: CommandName): string {
  const { summary, options } = COMMANDS[name];
  return [
    `eventglass ${name} URL [options]: ${summary}`,
    '',
    ...Object.entries(options).map(optionLine),
    '',
    'URL is the address of the backend, such as http://localhost:3000.',
    '',
  ].join('\n');
}

/** The help of the program. */
export function programHelp(): string {
  return [
    'Shows the events of an Eventglass backend in a terminal.',
    '',
    ...COMMAND_NAMES.map(
      (name) => `  eventglass ${`${name} URL`.padEnd(12)} ${COMMANDS[name].summary}`,
    ),
    '  eventglass COMMAND --help',
    '  eventglass --version',
    '',
    'Ends with 0 if all went well, 1 if something failed, 2 if it was called wrongly, and 128 and the signal that',
    'ended it: 130 on Ctrl+C.',
    '',
  ].join('\n');
}
