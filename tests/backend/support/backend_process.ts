import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const backendFolder = fileURLToPath(new URL('../../../backend', import.meta.url));

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

interface ProcessLimits {
  /** How large the files may become that it writes. */
  readonly maxFileKiB?: number;
}

/** `node build`, as a user starts it. It must have been built. */
export class BackendProcess {
  readonly lines: LogLine[] = [];
  /** What it says beside its log. */
  words = '';
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(
    environment: Readonly<Record<string, string>>,
    args: readonly string[] = [],
    { maxFileKiB }: ProcessLimits = {},
  ) {
    const program = [process.execPath, 'build', ...args];
    // The soft limit alone, so that it can be lifted again.
    const limited = [
      'bash',
      '-c',
      `ulimit -S -f ${maxFileKiB ?? 0}; exec "$@"`,
      'bash',
      ...program,
    ];
    const [command = '', ...rest] = maxFileKiB === undefined ? program : limited;
    this.#child = spawn(command, rest, {
      cwd: backendFolder,
      env: { PORT: '0', INITIAL_COUNT: '1000', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null);
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
    const { stdout, stderr } = this.#child;
    stderr?.setEncoding('utf8').on('data', (text: string) => (this.words += text));
    if (stdout === null) throw new Error('no output');
    createInterface(stdout).on('line', (line) => this.lines.push(JSON.parse(line) as LogLine));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The line that says where the backend listens. */
  ready(): Promise<LogLine> {
    return this.logged('ready');
  }

  /** The first line with this message, now or later. */
  async logged(message: string): Promise<LogLine> {
    const { stdout } = this.#child;
    for (;;) {
      const line = this.lines.find(({ msg }) => msg === message);
      if (line !== undefined) return line;
      if (stdout === null || stdout.readableEnded) throw new Error(`ended before '${message}'`);
      await Promise.race([once(stdout, 'data'), once(stdout, 'end')]);
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
