/** @import { MemoryFigures, Task, TimeFigures } from './types.js' */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const childPath = fileURLToPath(new URL('child.mjs', import.meta.url));
/** Of the machine's memory; what plain JavaScript needs for five million events and an oracle beside them. */
const OLD_SPACE_MB = 12_000;
const SHOWN_ERROR_LENGTH = 2_000;

/**
 * Does a task in a fresh process: nothing of another store is in its heap, nor in its compiled code.
 * @template {Task} T
 * @param {T} task
 * @param {number} timeoutMs
 * @returns {Promise<T['kind'] extends 'times' ? TimeFigures : MemoryFigures>} Rejects where the process fails or takes too long.
 */
export function runTask(task, timeoutMs) {
  return new Promise((resolve, reject) => {
    const child = fork(childPath, [JSON.stringify(task)], {
      execArgv: ['--expose-gc', `--max-old-space-size=${OLD_SPACE_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      timeout: timeoutMs,
      serialization: 'advanced', // JSON has no NaN
    });
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => (errors += text));
    /** @type {any} */
    let figures;
    child.on('message', (message) => (figures = message));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      if (figures !== undefined) return resolve(figures);
      const why = errors.slice(-SHOWN_ERROR_LENGTH);
      reject(new Error(`${task.adapter} ended with ${signal ?? status}\n${why}`));
    });
  });
}
