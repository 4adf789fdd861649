import type { Schema } from 'eventglass';
import { parseSchema } from './timeline_schema.js';

/** A backend that takes longer does not answer. */
const timeoutMs = 10_000;

/** What `GET /data/schema` of a backend answers. Rejects, with what is wrong for people, where that can't be had. */
export async function askSchema(backendUrl: string, signal: AbortSignal): Promise<Schema> {
  const url = `${backendUrl}/data/schema`;
  const asked = { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) };
  const response = await fetch(url, asked).catch((cause: unknown) => {
    throw new Error(`${url} does not answer`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answered with status ${String(response.status)}`);
  const schema = parseSchema(await response.json().catch(() => undefined));
  if (!schema) throw new Error(`${url} answered something else than the columns of a timeline`);
  return schema;
}
