import { parseArgs } from 'node:util';

import { SettingsError } from './settings.js';

/** What `--help` says. */
export const usage = `Usage: node backend/build [--data FILE] [--schema FILE] [--store DIR [--abandon-load]]

  --data FILE     serve the events of this file: NDJSON, a JSON array or CSV, in UTF-8 (DATA_FILE)
  --schema FILE   a JSON file that says what its columns are, or those of a new store; inferred otherwise (SCHEMA_FILE)
  --store DIR     keep events in this folder, over restarts and crashes; those of --data are loaded into it once (STORE_DIR)
  --abandon-load  go on without the rest of a file whose load into the store was interrupted (ABANDON_LOAD=1)
  --help          show this

docs/own_events.md and docs/feeding.md say more. Without --data and --store a demo is made up.`;

/** Options, and the variables of the environment that they stand for. */
const variables = { data: 'DATA_FILE', schema: 'SCHEMA_FILE', store: 'STORE_DIR' } as const;

/**
 * The variables that the arguments of the command line set; `'help'` where they ask for help.
 *
 * @throws {SettingsError} for arguments that there are not.
 */
export function readArguments(args: readonly string[]): Readonly<Record<string, string>> | 'help' {
  const { help, 'abandon-load': abandonsLoad, ...given } = parse(args);
  if (help === true) return 'help';
  const names = Object.keys(variables) as (keyof typeof variables)[];
  const values = names.flatMap((name) => {
    const value = given[name];
    return value === undefined ? [] : [[variables[name], value] as const];
  });
  return { ...Object.fromEntries(values), ...(abandonsLoad === true ? { ABANDON_LOAD: '1' } : {}) };
}

function parse(args: readonly string[]) {
  try {
    const string = { type: 'string' } as const;
    const options = {
      data: string,
      schema: string,
      store: string,
      'abandon-load': { type: 'boolean' },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError(`${reason}\n--help says which options there are`);
  }
}
