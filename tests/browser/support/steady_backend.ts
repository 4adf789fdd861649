import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TimelineServers } from './timeline_servers.js';

const entry = fileURLToPath(new URL('steady_backend.mjs', import.meta.url));

/** A backend in a process of its own, whose timeline keeps its length however many mutations it makes. */
export class SteadyBackend implements AsyncDisposable {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Serves `eventCount` events where `servers` expect their backend. REQUIRES: they have none */
  static async start(servers: TimelineServers, eventCount: number): Promise<SteadyBackend> {
    const settings = {
      port: Number(new URL(servers.backendUrl).port),
      host: '127.0.0.1',
      initialCount: eventCount,
      mutationRate: 0,
      seed: 1,
      allowedOrigins: [servers.url],
      logLevel: 'warn',
    };
    const child = fork(entry, [JSON.stringify(settings)], { execArgv: ['--expose-gc'] });
    const backend = new SteadyBackend(child);
    await backend.#answer();
    return backend;
  }

  /**
   * Makes mutations, 5,000 a second, and collects the garbage that this leaves. The bytes that are held then: by JavaScript, by
   * buffers and by the engine. What the process has of the system says less: its allocator keeps more or less of what is free.
   */
  async mutate(count: number): Promise<number> {
    const answer = this.#answer();
    this.#process.send(count);
    return Number(await answer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  async #answer(): Promise<unknown> {
    const abort = new AbortController();
    const { signal } = abort;
    const ended = once(this.#process, 'exit', { signal }).then(() => {
      throw new Error('the backend has ended: is it built?');
    });
    const answer = await Promise.race([once(this.#process, 'message', { signal }), ended]);
    ended.catch(() => undefined);
    abort.abort();
    return answer[0] as unknown;
  }
}
