import type { MutationText } from '../../../backend/src/store/mutation_text.js';
import { BackendProcess } from './backend_process.js';
import type { TimelineServers } from './timeline_servers.js';

const entry = new URL('killable_backend.mjs', import.meta.url);

/** A backend in a process of its own, whose events change by hand alone. */
export class KillableBackend implements AsyncDisposable {
  readonly #process: BackendProcess;

  private constructor(process: BackendProcess) {
    this.#process = process;
  }

  /**
   * Serves the history of `servers` where these expect their backend. `mutations` have happened before it opens its port.
   * REQUIRES: they have none
   */
  static async start(
    servers: TimelineServers,
    mutations: readonly MutationText[] = [],
  ): Promise<KillableBackend> {
    const backend = new KillableBackend(await BackendProcess.start(entry, servers.backendSettings));
    if (mutations.length > 0) await backend.publish(mutations);
    await backend.#process.ask('listen');
    return backend;
  }

  /** Applies and streams these mutations. */
  async publish(mutations: readonly MutationText[]): Promise<void> {
    await this.#process.ask(mutations);
  }

  /** Ends it as it stands: nobody is told, and nothing is said on its sockets but what the system says. */
  kill(): Promise<void> {
    return this.#process.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
