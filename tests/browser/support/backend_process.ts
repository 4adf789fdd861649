import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A backend in a process of its own, which answers each message with one. */
export class BackendProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#process = child;
    this.#ended = once(child, 'exit');
  }

  /** Runs `entry` until it has sent its first message. It is told its settings as JSON. */
  static async start(
    entry: URL,
    settings: object,
    execArgv: readonly string[] = [],
  ): Promise<BackendProcess> {
    const child = fork(entry, [JSON.stringify(settings)], { execArgv: [...execArgv] });
    const backend = new BackendProcess(child);
    await backend.#answer();
    return backend;
  }

  /** Sends a message, and waits for the answer. */
  async ask(message: object | number | string): Promise<unknown> {
    const answer = this.#answer();
    this.#process.send(message);
    return answer;
  }

  /** Ends it as it stands, and waits until it has. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #answer(): Promise<unknown> {
    const abort = new AbortController();
    const ended = this.#ended.then(() => {
      throw new Error('the backend has ended: is it built?');
    });
    const answered = once(this.#process, 'message', { signal: abort.signal });
    try {
      const [answer] = (await Promise.race([answered, ended])) as [unknown];
      return answer;
    } finally {
      answered.catch(() => undefined);
      ended.catch(() => undefined);
      abort.abort();
    }
  }
}
