import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const entry = fileURLToPath(new URL('../../../wasm/dist/terminal/main.js', import.meta.url));

/** Until a process has started and caught up, on a busy machine as well. */
const waitOptions = { timeout: 30_000 };

/** How the program has ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program, as a user starts it. It must have been built. */
export class Program {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(parameters: readonly string[], nodeParameters: readonly string[] = []) {
    this.child = spawn(process.execPath, [...nodeParameters, entry, ...parameters], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.child, 'close');
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    onTestFinished(() => {
      this.child.kill('SIGKILL');
    });
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Waits until it has printed a line with this text. */
  async printed(text: string): Promise<void> {
    await expect.poll(() => this.lines.some((line) => line.includes(text)), waitOptions).toBe(true);
  }

  /** Waits until it has said this beside the events. */
  async said(text: string): Promise<void> {
    await expect.poll(() => this.stderr, waitOptions).toContain(text);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs the program to its end. */
export function run(...parameters: readonly string[]): Promise<Ended> {
  return new Program(parameters).ended();
}
