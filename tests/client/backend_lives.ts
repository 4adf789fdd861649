import type { Engine } from 'eventglass';
import { type Backend, createBackend } from '../../backend/src/server.js';
import { readSettings } from '../../backend/src/settings.js';
import { formatBound } from '../../backend/src/store/bounds.js';

export const initialCount = 3_000;

/** A backend that is killed and comes back at its port, in a new life with the same history. */
export class Lives {
  backend: Backend;
  readonly #port: number;

  private constructor(backend: Backend, port: number) {
    this.backend = backend;
    this.#port = port;
  }

  static async begin(): Promise<Lives> {
    const { backend, port } = await Lives.#start(0);
    return new Lives(backend, port);
  }

  static async #start(port: number): Promise<{ backend: Backend; port: number }> {
    const settings = { ...readSettings({}, { initialCount }), port, mutationRate: 0 };
    const backend = await createBackend(
      { ...settings, logLevel: 'silent', historyEndMs: 1_700_000_000_000 },
      // Small, so that a client that was away may find it cut.
      { maxLogBytes: 200_000, feedLimits: { heartbeatMs: 50, countsMs: 20 } },
    );
    return { backend, port: (await backend.listen()).port };
  }

  get port(): number {
    return this.#port;
  }

  async restart(): Promise<void> {
    await this.backend.close();
    this.backend = (await Lives.#start(this.#port)).backend;
  }
}

/** What the backend has where the window is complete, read past the proxy. */
export async function expectedEvents(engine: Engine, { port }: Lives, filter: string) {
  const { coverage } = engine;
  const parameters = new URLSearchParams();
  if (coverage?.begin !== undefined) parameters.set('start', formatBound(coverage.begin));
  if (coverage?.end !== undefined) parameters.set('stop', formatBound(coverage.end));
  if (filter !== '') parameters.set('filter', filter);
  const response = await fetch(`http://127.0.0.1:${port}/data?${parameters.toString()}`);
  const count = (name: string) => Number(response.headers.get(`eventglass-${name}`));
  const matchCount = filter === '' ? count('total-count') : count('match-count');
  return { events: (await response.json()) as unknown, firstRank: count('first-rank'), matchCount };
}
