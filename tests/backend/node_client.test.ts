import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import type { Event } from '../../backend/src/event_schema.js';
import { fetchPage, startBackend } from './support/test_backend.js';

const clientFile = fileURLToPath(new URL('../../examples/node-client/client.mjs', import.meta.url));

/** Until a process has started and caught up, on a busy machine as well. */
const waitOptions = { timeout: 30_000 };

/** What the example prints. */
type Line =
  | { readonly type: 'page'; readonly begin: string; readonly events: readonly Event[] }
  | { readonly op: 'insert' | 'update'; readonly event: Event }
  | { readonly op: 'update'; readonly id: string; readonly set: Readonly<Record<string, unknown>> }
  | { readonly op: 'delete'; readonly id: string };

function run(...parameters: readonly string[]): ChildProcess {
  const client = spawn(process.execPath, [clientFile, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    client.kill();
  });
  return client;
}

/** Reads what the example prints, and keeps what it must hold according to that. */
class Follower {
  readonly events = new Map<string, Record<string, unknown>>();
  begin: string | undefined;
  pageCount = 0;

  constructor(client: ChildProcess) {
    if (client.stdout === null) throw new Error('the example has no output');
    createInterface(client.stdout).on('line', (text) => {
      this.#take(JSON.parse(text) as Line);
    });
  }

  #take(line: Line): void {
    if ('type' in line) {
      this.begin = line.begin;
      this.pageCount++;
      this.events.clear();
      for (const event of line.events) this.events.set(event.id, { ...event });
    } else if (line.op === 'delete') {
      this.events.delete(line.id);
    } else if ('event' in line) {
      this.events.set(line.event.id, { ...line.event });
    } else {
      const changed = { ...this.events.get(line.id), ...line.set };
      const kept = Object.entries(changed).filter(([, value]) => value !== null);
      this.events.set(line.id, Object.fromEntries(kept));
    }
  }
}

test.each(['', 'severity:warning,error'])(
  'the example follows the newest events, filter %j',
  async (filter) => {
    const { backend, url } = await startBackend({ initialCount: 2_000 });
    const follower = new Follower(run(url, filter));
    await expect.poll(() => follower.pageCount, waitOptions).toBe(1);
    const { begin } = follower;
    for (let i = 0; i < 20; i++) backend.mutate(50);
    const wanted: Record<string, string> = { start: begin ?? '' };
    if (filter !== '') wanted['filter'] = filter;
    const { events } = await fetchPage(url, wanted);
    const expected = new Map(events.map((event) => [event.id, event]));
    await expect.poll(() => follower.events, waitOptions).toEqual(expected);
    expect(follower.pageCount).toBe(1);
  },
);

test('the example ends with what is wrong about a filter', async () => {
  const { url } = await startBackend();
  const client = run(url, 'severity:');
  let errors = '';
  client.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(client, 'exit')) as [number];
  expect(code).toBe(1);
  expect(errors).toContain("expected a value after ':'");
});
