import { parseArgs } from 'node:util';
import { findTimeZone, type TimeZone } from '../internal/time_zone.js';
import { FORMATS, type Format } from './event_writer.js';
import { UsageFault } from './faults.js';
import { COMMANDS, COMMAND_NAMES, type CommandName, type Option } from './options.js';
import { MAX_SHOWN_EVENTS } from './shown_events.js';
import { readTimeOption } from './time_option.js';
import type { Range } from './range.js';

/** What all commands are told. */
interface Shown {
  readonly url: string;
  readonly filter: string;
  readonly format: Format;
  /** Names of columns; `undefined` for all. */
  readonly columns: readonly string[] | undefined;
  readonly zone: TimeZone;
  readonly isGuarded: boolean;
}

export interface TailRequest extends Shown {
  readonly command: 'tail';
  readonly since: string | undefined;
  readonly lines: number;
  /** NDJSON and CSV tell each change, in place of events as they came alone. */
  readonly hasChanges: boolean;
}

export interface QueryRequest extends Shown {
  readonly command: 'query';
  readonly range: Range;
  readonly limit: number;
  readonly isNewest: boolean;
}

export interface ExportRequest extends Shown {
  readonly command: 'export';
  readonly range: Range;
  /** `undefined` for the standard output. */
  readonly file: string | undefined;
  readonly isForced: boolean;
}

export type Request =
  | TailRequest
  | QueryRequest
  | ExportRequest
  | { readonly command: 'help'; readonly about: CommandName | undefined }
  | { readonly command: 'version' };

/** Events that a tail begins with: what fits on a screen. */
const USUAL_LINES = 10;
const USUAL_LIMIT = 100;

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Reads what the program was called with. Throws a UsageFault. */
export function readArguments(words: readonly string[], nowMs: number): Request {
  const [word, ...rest] = words;
  if (word === undefined) {
    throw new UsageFault(
      'Say what to do: eventglass tail URL, query URL or export URL. More: eventglass --help',
    );
  }
  if (word === '--help' || word === '-h' || word === 'help') {
    return { command: 'help', about: COMMAND_NAMES.find((name) => name === rest[0]) };
  }
  if (word === '--version') return { command: 'version' };
  const command = COMMAND_NAMES.find((name) => name === word);
  if (command === undefined) {
    throw new UsageFault(
      `There is no command '${word}'. There are ${COMMAND_NAMES.join(', ')}; see eventglass --help`,
    );
  }
  const { values, positionals } = parsed(command, rest);
  if (values['help'] === true) return { command: 'help', about: command };
  return requestOf(command, values, positionals, nowMs);
}

function requestOf(
  command: CommandName,
  values: Values,
  positionals: readonly string[],
  nowMs: number,
): Request {
  const zone = readZone(textOf(values, 'time-zone'));
  const columns = textOf(values, 'columns')?.split(',');
  const shown = {
    url: readUrl(command, positionals),
    filter: textOf(values, 'filter') ?? '',
    columns,
    zone,
    isGuarded: values['unguarded'] !== true,
  };
  const timeOf = (name: string): string | undefined =>
    readTimeOption(name, textOf(values, name), nowMs, zone);
  const formatOf = (formats: readonly Format[], usual: Format): Format =>
    readFormat(textOf(values, 'format'), formats, usual, columns !== undefined);
  switch (command) {
    case 'tail': {
      const since = timeOf('since');
      const usualLines = since === undefined ? USUAL_LINES : MAX_SHOWN_EVENTS;
      const lines = readCount('lines', textOf(values, 'lines'), usualLines, 0, MAX_SHOWN_EVENTS);
      const format = formatOf(FORMATS, 'table');
      const hasChanges = values['changes'] === true;
      if (hasChanges && format === 'table') {
        throw new UsageFault('A table marks changes by itself: --changes is for NDJSON and CSV.');
      }
      return { ...shown, command, format, since, lines, hasChanges };
    }
    case 'query': {
      if (values['newest'] === true && values['oldest'] === true) {
        throw new UsageFault('Ask for --newest or for --oldest, not for both.');
      }
      const limit = readCount('limit', textOf(values, 'limit'), USUAL_LIMIT, 1, 1e12);
      const format = formatOf(FORMATS, 'table');
      const range = rangeOf(timeOf('from'), timeOf('to'));
      return { ...shown, command, format, range, limit, isNewest: values['oldest'] !== true };
    }
    case 'export': {
      const output = textOf(values, 'output');
      const file = output === '-' ? undefined : output;
      const usual = file?.toLowerCase().endsWith('.csv') === true ? 'csv' : 'ndjson';
      const format = formatOf(['ndjson', 'csv'], usual);
      const range = rangeOf(timeOf('from'), timeOf('to'));
      return { ...shown, command, format, range, file, isForced: values['force'] === true };
    }
  }
}

function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** `--since -5m` as `--since=-5m`: a value that begins with one dash is no option. */
function joinedValues(
  words: readonly string[],
  options: Readonly<Record<string, Option>>,
): string[] {
  const joined: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') return [...joined, ...words.slice(i)];
    const next = words[i + 1];
    const takesValue = word.startsWith('--') && options[word.slice(2)]?.type === 'string';
    const isJoined = takesValue && next !== undefined && !next.startsWith('--');
    joined.push(isJoined ? `${word}=${next}` : word);
    if (isJoined) i++;
  }
  return joined;
}

function parsed(command: CommandName, words: readonly string[]) {
  const options: Readonly<Record<string, Option>> = COMMANDS[command].options;
  try {
    return parseArgs({
      args: joinedValues(words, options),
      options: Object.fromEntries(
        Object.entries(options).map(([name, { type, short }]) => [
          name,
          short === undefined ? { type } : { type, short },
        ]),
      ),
      allowPositionals: true,
    });
  } catch (cause) {
    throw new UsageFault(`${argumentProblem(cause)} See eventglass ${command} --help`);
  }
}

/** What `parseArgs` complains about, in one sentence. */
function argumentProblem(cause: unknown): string {
  if (!(cause instanceof Error) || !('code' in cause)) throw cause;
  const [, option = ''] = /'([^']*)'/.exec(cause.message) ?? [];
  const [flag = ''] = option.split(' ');
  switch (cause.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION':
      return `There is no option ${flag}.`;
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return cause.message.includes('does not take')
        ? `${option} takes no value.`
        : `${flag.replace(/,$/, '')} needs a value.`;
    default:
      return `${cause.message}.`;
  }
}

function readUrl(command: CommandName, positionals: readonly string[]): string {
  const [text, extra] = positionals;
  const example = `eventglass ${command} http://localhost:3000`;
  if (text === undefined) throw new UsageFault(`Say where the backend is: ${example}`);
  if (extra !== undefined) {
    throw new UsageFault(`'${extra}' is one word too many. Values with spaces are put in quotes.`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageFault(
      `'${text}' is no address of a backend. It begins with http:// or https://: ${example}`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UsageFault(`The address of a backend has no ? and no #: ${url.origin}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageFault('The address of a backend has no name and password in it.');
  }
  return url.href.replace(/\/+$/, '');
}

function readZone(name = 'UTC'): TimeZone {
  const wanted = name === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  const zone = findTimeZone(wanted);
  if (zone !== undefined) return zone;
  throw new UsageFault(
    `There is no time zone '${name}'. Zones are UTC, local and names such as Europe/Berlin.`,
  );
}

function readFormat(
  text: string | undefined,
  formats: readonly Format[],
  usual: Format,
  hasColumns: boolean,
): Format {
  const format = text === undefined ? usual : formats.find((known) => known === text);
  if (format === undefined) {
    throw new UsageFault(
      `There is no format '${text ?? ''}' here. There are ${formats.join(' and ')}.`,
    );
  }
  if (format === 'ndjson' && hasColumns) {
    throw new UsageFault('NDJSON has events whole: --columns is for tables and CSV.');
  }
  return format;
}

function readCount(
  name: string,
  text: string | undefined,
  usual: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return usual;
  const count = /^\d{1,13}$/.test(text) ? Number(text) : NaN;
  if (count >= min && count <= max) return count;
  throw new UsageFault(`--${name} is a number from ${min} to ${max}, not '${text}'.`);
}

function rangeOf(start: string | undefined, stop: string | undefined): Range {
  if (start !== undefined && stop !== undefined && Number(start) >= Number(stop)) {
    throw new UsageFault('--to is not after --from.');
  }
  return { start, stop };
}
