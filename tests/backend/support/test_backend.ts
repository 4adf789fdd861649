import { onTestFinished } from 'vitest';

import type { Event } from '../../../backend/src/event_schema.js';
import { type Backend, type BackendOptions, createBackend } from '../../../backend/src/server.js';
import { type Settings, readSettings } from '../../../backend/src/settings.js';

/** A port of the system's choice, no clock: events change by hand alone. */
const quietSettings: Settings = {
  ...readSettings({}, { initialCount: 500 }),
  port: 0,
  mutationRate: 0,
  logLevel: 'silent',
};

export interface RunningBackend {
  readonly backend: Backend;
  readonly url: string;
}

/** A backend of the test's own, which ends with the test. */
export async function startBackend(
  settings: Partial<Settings> = {},
  options: BackendOptions = {},
): Promise<RunningBackend> {
  const backend = await createBackend({ ...quietSettings, ...settings }, options);
  const { url } = await backend.listen();
  onTestFinished(() => backend.close());
  return { backend, url };
}

const ignore = (): void => undefined;

export const quietLogger = { info: ignore, warn: ignore, error: ignore };

/** The secret of tests. */
export const token = 'a-token-for-tests';

export interface PostOptions {
  readonly type?: string;
  readonly authorization?: string;
  readonly origin?: string;
}

/** The answer to `POST /data`. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: PostReport;
}

export interface PostReport {
  readonly epoch: string;
  readonly seq: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: readonly {
    readonly line: number;
    readonly column: number;
    readonly code: string;
    readonly message: string;
  }[];
  readonly rejectedCount: number;
  readonly ignoredFields: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

/** `POST /data` with the right token, unless another is given. */
export async function post(
  url: string,
  body: BodyInit,
  { type = 'application/x-ndjson', authorization = `Bearer ${token}`, origin }: PostOptions = {},
): Promise<PostAnswer> {
  const headers: Record<string, string> = {
    'Content-Type': type,
    ...(authorization === '' ? {} : { Authorization: authorization }),
    ...(origin === undefined ? {} : { Origin: origin }),
  };
  // Only a body that is a stream needs to say that it is sent before the answer comes.
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  const response = await fetch(`${url}/data`, init);
  const answer = (await response.json()) as PostReport;
  return { status: response.status, headers: response.headers, body: answer };
}

/** One JSON value a line. */
export function ndjson(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

export interface PageAnswer {
  readonly events: readonly Event[];
  readonly epoch: string;
  readonly seq: number;
  readonly totalCount: number;
  readonly coveredBegin: string;
  readonly coveredEnd: string;
  readonly firstRank: number;
  /** `undefined` where the answer names none. */
  readonly matchCount: number | undefined;
}

/** `GET /data`, which must succeed. Parameters are encoded. */
export async function fetchPage(
  url: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<PageAnswer> {
  const response = await fetch(`${url}/data?${new URLSearchParams(parameters).toString()}`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return { events: (await response.json()) as readonly Event[], ...pageState(response) };
}

/** What the headers of a page say. */
export function pageState({ headers }: Response): Omit<PageAnswer, 'events'> {
  const header = (name: string): string => headers.get(`Eventglass-${name}`) ?? 'missing';
  const matchCount = headers.get('Eventglass-Match-Count');
  return {
    epoch: header('Epoch'),
    seq: Number(header('Seq')),
    totalCount: Number(header('Total-Count')),
    coveredBegin: header('Covered-Begin'),
    coveredEnd: header('Covered-End'),
    firstRank: Number(header('First-Rank')),
    matchCount: matchCount === null ? undefined : Number(matchCount),
  };
}

/** An event with fields that don't matter. */
export function eventAt(timestamp: number, id: string, fields: Partial<Event> = {}): Event {
  return {
    id,
    timestamp,
    source: 'test',
    type: 'test.made',
    severity: 'info',
    actor: 'Ana',
    message: `made for a test, as ${JSON.stringify(id)}`,
    ...fields,
  };
}
