import { z } from 'zod';

import { largestTimestampMs, parseTime } from './store/bounds.js';

/** Mutations a second: the most that one core makes, applies and sends with room to spare. */
const maxMutationRate = 50_000;

/** Events: ten million take 2.3 GB of the engine's heap, which ends at 4 GB. */
const maxInitialCount = 12_000_000;

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
  /** Origins of pages that may call the backend, such as `http://localhost:5173`. */
  readonly allowedOrigins: readonly string[];
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

function environmentSchema(defaultInitialCount: number) {
  return z.object({
    PORT: numberBetween(0, 65_535, 'integer').default(3000),
    HOST: z.string().min(1, 'expected a host name or address').default('127.0.0.1'),
    INITIAL_COUNT: numberBetween(0, maxInitialCount, 'integer').default(defaultInitialCount),
    MUTATION_RATE: numberBetween(0, maxMutationRate, 'number').default(200),
    SEED: numberBetween(0, 0xffff_ffff, 'integer').default(1),
    HISTORY_END: historyEnd.optional(),
    ALLOWED_ORIGINS: origins.default(['http://localhost:5173', 'http://127.0.0.1:5173']),
    LOG_LEVEL: z
      .enum(logLevels, { error: `expected one of ${logLevels.join(', ')}` })
      .default('info'),
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
  const result = environmentSchema(defaults.initialCount).safeParse(environment);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      return `${name}=${JSON.stringify(environment[name] ?? '')}: ${issue.message}`;
    });
    throw new SettingsError(problems.join('\n'));
  }
  const values = result.data;
  return {
    port: values.PORT,
    host: values.HOST,
    initialCount: values.INITIAL_COUNT,
    mutationRate: values.MUTATION_RATE,
    seed: values.SEED,
    historyEndMs: values.HISTORY_END,
    allowedOrigins: values.ALLOWED_ORIGINS,
    logLevel: values.LOG_LEVEL,
  };
}
