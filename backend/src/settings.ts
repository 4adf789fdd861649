import { z } from 'zod';

import { type TrustedProxies, clientAddress } from './http/client_address.js';
import { largestTimestampMs, parseTime } from './store/bounds.js';

/** Mutations a second: the most that one core makes, applies and sends with room to spare. */
const maxMutationRate = 50_000;

const defaultMutationRate = 200;

/** Events: ten million take 2.3 GB of the engine's heap, which ends at 4 GB. */
export const maxInitialCount = 12_000_000;

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** How the backend runs. Read once, when it starts, from the environment. */
export interface Settings {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  /** Events in the history that the timeline starts with. */
  readonly initialCount: number;
  /** Mutations a second, on average. */
  readonly mutationRate: number;
  /** The same seed gives the same history. */
  readonly seed: number;
  /** Where the history ends, in ms; `undefined`: at the last full minute before the start. */
  readonly historyEndMs: number | undefined;
  /** A file whose events are served instead of a history; nothing made up mutates them. */
  readonly dataFile?: string | undefined;
  /** What the columns of that file are, or of the events that the store is to have. */
  readonly schemaFile?: string | undefined;
  /** Origins of pages that may call the backend, such as `http://localhost:5173`. */
  readonly allowedOrigins: readonly string[];
  /** Proxies that say truly where a request comes from; none, unless somebody names them. */
  readonly trustedProxies?: TrustedProxies | undefined;
  /** The secret of those who may write; `undefined`: nobody may. */
  readonly ingestToken: string | undefined;
  /** The folder in which events outlive the process; `undefined`: they don't. */
  readonly storeFolder: string | undefined;
  /** The store goes on without the rest of a file whose load was interrupted. */
  readonly abandonsLoad?: boolean | undefined;
  readonly logLevel: (typeof logLevels)[number];
}

/** A variable of the environment has a value that can't be used. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function numberBetween(min: number, max: number, kind: 'integer' | 'number') {
  const pattern = kind === 'integer' ? /^\d+$/ : /^\d+(\.\d+)?$/;
  return z
    .string(`expected ${kind} from ${min} to ${max}`)
    .refine((text) => pattern.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `expected ${kind === 'integer' ? 'an integer' : 'a number'} from ${min} to ${max}`,
    })
    .transform(Number);
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === text;
  } catch {
    return false;
  }
}

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every(isOrigin), {
    error: 'expected origins such as https://example.org, separated by commas',
  });

const historyEnd = z
  .string()
  .transform(parseTime)
  .refine((time) => time !== undefined && time >= 0 && time < largestTimestampMs / 2, {
    error: 'expected a time: milliseconds since 1970 or ISO 8601',
  });

/** Proxies one behind the other: more than anybody has. */
const maxProxies = 16;

const trustedProxies = z
  .string()
  .transform((text): TrustedProxies =>
    /^\d+$/.test(text) ? Number(text) : text.split(',').map((address) => address.trim()),
  )
  .refine(
    (proxies) => (typeof proxies === 'number' ? proxies <= maxProxies : areProxies(proxies)),
    {
      error:
        `expected how many proxies there are before the backend, 0 to ${maxProxies}, or their addresses and networks, ` +
        'such as 10.0.0.0/8, separated by commas; loopback, linklocal and uniquelocal stand for such',
    },
  );

function areProxies(addresses: readonly string[]): boolean {
  try {
    clientAddress(addresses);
  } catch {
    return false;
  }
  // A network that has every address trusts every client.
  return addresses.every((address) => !/\/(0+|0\.0\.0\.0)$/.test(address));
}

/** What a header can hold, and nobody guesses. */
const ingestToken = z
  .string()
  .regex(/^[\x21-\x7e]{16,256}$/, 'expected a secret of 16 to 256 characters of ASCII, no spaces');

/** Variables whose values are never shown. */
const secretNames: readonly string[] = ['INGEST_TOKEN'];

function environmentSchema() {
  return z.object({
    PORT: numberBetween(0, 65_535, 'integer').default(3000),
    HOST: z.string().min(1, 'expected a host name or address').default('127.0.0.1'),
    INITIAL_COUNT: numberBetween(0, maxInitialCount, 'integer').optional(),
    MUTATION_RATE: numberBetween(0, maxMutationRate, 'number').optional(),
    SEED: numberBetween(0, 0xffff_ffff, 'integer').default(1),
    HISTORY_END: historyEnd.optional(),
    DATA_FILE: z.string().min(1, 'expected the path of a file').optional(),
    SCHEMA_FILE: z.string().min(1, 'expected the path of a file').optional(),
    ALLOWED_ORIGINS: origins.default(['http://localhost:5173', 'http://127.0.0.1:5173']),
    LOG_LEVEL: z
      .enum(logLevels, { error: `expected one of ${logLevels.join(', ')}` })
      .default('info'),
    TRUSTED_PROXIES: trustedProxies.default([]),
    INGEST_TOKEN: ingestToken.optional(),
    STORE_DIR: z.string().min(1, 'expected a folder').optional(),
    ABANDON_LOAD: z.enum(['0', '1'], { error: 'expected 1 or 0' }).default('0'),
  });
}

/**
 * The settings that `environment` asks for. A variable that is missing takes its default.
 *
 * @throws {SettingsError} names each variable that can't be used, its value and what was expected.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: { readonly initialCount: number },
): Settings {
  const result = environmentSchema().safeParse(environment);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const isSecret = secretNames.includes(name);
      const value = isSecret ? '(not shown)' : JSON.stringify(environment[name] ?? '');
      return `${name}=${value}: ${issue.message}`;
    });
    throw new SettingsError(problems.join('\n'));
  }
  const values = result.data;
  // A store holds what really happened: nothing is made up beside it unless somebody asks for that.
  const isStored = values.STORE_DIR !== undefined;
  if (isStored && (values.INITIAL_COUNT ?? 0) > 0) {
    const given = `INITIAL_COUNT=${JSON.stringify(environment['INITIAL_COUNT'])}`;
    throw new SettingsError(`${given}: no history is made for a store; leave it out, or STORE_DIR`);
  }
  checkFiles(values);
  const isMadeUp = !isStored && values.DATA_FILE === undefined;
  return {
    port: values.PORT,
    host: values.HOST,
    initialCount: values.INITIAL_COUNT ?? (isStored ? 0 : defaults.initialCount),
    mutationRate: values.MUTATION_RATE ?? (isMadeUp ? defaultMutationRate : 0),
    seed: values.SEED,
    historyEndMs: values.HISTORY_END,
    dataFile: values.DATA_FILE,
    schemaFile: values.SCHEMA_FILE,
    allowedOrigins: values.ALLOWED_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    ingestToken: values.INGEST_TOKEN,
    storeFolder: values.STORE_DIR,
    abandonsLoad: values.ABANDON_LOAD === '1',
    logLevel: values.LOG_LEVEL,
  };
}

interface FileVariables {
  readonly DATA_FILE?: string | undefined;
  readonly SCHEMA_FILE?: string | undefined;
  readonly STORE_DIR?: string | undefined;
  readonly MUTATION_RATE?: number | undefined;
  readonly ABANDON_LOAD: string;
}

/** What stands beside files of somebody's own events, and what can't. @throws {SettingsError} */
function checkFiles(values: FileVariables): void {
  const {
    DATA_FILE: data,
    SCHEMA_FILE: schema,
    STORE_DIR: folder,
    MUTATION_RATE: rate = 0,
  } = values;
  if (data === undefined && schema !== undefined && folder === undefined) {
    throw new SettingsError(
      `SCHEMA_FILE=${JSON.stringify(schema)}: stands beside DATA_FILE or STORE_DIR, which are missing`,
    );
  }
  if (data !== undefined && rate !== 0) {
    throw new SettingsError(
      `MUTATION_RATE=${JSON.stringify(String(rate))}: events of a file are not mutated; leave it out`,
    );
  }
  if (values.ABANDON_LOAD === '1' && folder === undefined) {
    throw new SettingsError('ABANDON_LOAD="1": stands beside STORE_DIR, which is missing');
  }
}
