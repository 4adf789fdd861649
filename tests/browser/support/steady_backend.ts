import { BackendProcess } from './backend_process.js';
import type { TimelineServers } from './timeline_servers.js';

const entry = new URL('steady_backend.mjs', import.meta.url);

/** A backend in a process of its own, whose timeline keeps its length however many mutations it makes. */
export class SteadyBackend implements AsyncDisposable {
  readonly #process: BackendProcess;

  private constructor(process: BackendProcess) {
    this.#process = process;
  }

  /** Serves `eventCount` events where `servers` expect their backend. REQUIRES: they have none */
  static async start(servers: TimelineServers, eventCount: number): Promise<SteadyBackend> {
    const settings = {
      ...servers.backendSettings,
      initialCount: eventCount,
      logLevel: 'warn',
    };
    return new SteadyBackend(await BackendProcess.start(entry, settings, ['--expose-gc']));
  }

  /**
   * Makes mutations, 5,000 a second, and collects the garbage that this leaves. The bytes that are held then: by JavaScript, by
   * buffers and by the engine. What the process has of the system says less: its allocator keeps more or less of what is free.
   */
  async mutate(count: number): Promise<number> {
    return Number(await this.#process.ask(count));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process.kill();
  }
}
