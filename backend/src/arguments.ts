import { parseArgs } from 'node:util';

/** The program was called with something that it does not know. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

/** What arguments say, as the variables of the environment that they stand for. */
export function readArguments(args: readonly string[]): Readonly<Record<string, string>> {
  try {
    const { values } = parseArgs({ args: [...args], options: { store: { type: 'string' } } });
    return values.store === undefined ? {} : { STORE_DIR: values.store };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArgumentsError(`${reason}\nusage: node build [--store DIR]`);
  }
}
