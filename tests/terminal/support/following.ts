import { expect } from 'vitest';
import type { Event } from '../../../backend/src/event_schema.js';
import type { Backend } from '../../../backend/src/server.js';
import { comes } from './events.js';
import type { Program } from './program.js';

/** Until the feed is live: what happens while a subscription is on its way may come as one. */
export async function follows(
  url: string,
  tail: Program,
  backend: Backend,
  fields: Partial<Event> = {},
): Promise<void> {
  await expect.poll(() => backendClients(url), { timeout: 30_000 }).toBe(1);
  backend.publish([comes('first', fields)]);
  await tail.printed('message of first');
}

async function backendClients(url: string): Promise<unknown> {
  return ((await (await fetch(`${url}/health`)).json()) as { clients: unknown }).clients;
}
