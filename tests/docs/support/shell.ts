import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { freePort } from '../../browser/support/free_port.js';
import { type Cover, expectCover, type Rule, type Scene } from './rule.js';

/** How a command has ended, or what it had said when it was ended. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  /** The folder that it was started in. */
  readonly folder: string;
  /** Where its backend listens. */
  readonly url: string;
}

/** How a command of a page is executed. */
export interface Run {
  /** The backend that it asks; the demo unless told. `own`: it is one, and gets a free port. */
  readonly backend?: 'demo' | 'fed' | 'own';
  /** It goes on until it is ended, which it is once its output has all of these. */
  readonly until?: readonly string[];
  /** Before it. */
  readonly before?: (folder: string, scene: Scene) => Promise<void>;
  /** After it, or while it runs once its output has `until`. */
  readonly then?: (said: Said, scene: Scene) => void | Promise<void>;
  readonly environment?: Readonly<Record<string, string>>;
}

export type Command = readonly [begin: string, how: Run | Cover];

/** Milliseconds: what hangs, hangs for longer. */
const commandTimeoutMs = 30_000;
/** Of what a command has said, where it fails. */
const maxToldCharacters = 1_000;

/** Executes each command of a block, one after the other in one folder. A command that is none of these fails. */
export function shell(...commands: readonly Command[]): Rule {
  return async (scene) => runCommands(scene, await scene.stage.folder(), commands);
}

/** The same in a folder that has been prepared. */
export async function runCommands(
  scene: Scene,
  folder: string,
  commands: readonly Command[],
): Promise<void> {
  expect(scene.block.language).toBe('sh');
  const unused = new Set(commands);
  for (const text of commandsOf(scene.block.code)) {
    const command = commands.find((each) => isOf(text, each));
    if (command === undefined) throw new Error(`no rule covers the command: ${text}`);
    unused.delete(command);
    const [, how] = command;
    if ('file' in how) await expectCover(how);
    else await execute(text, how, folder, scene);
  }
  expect([...unused].map(([begin]) => begin)).toEqual([]);
}

/** What is executed for real may be longer than what it is known by; what is covered is known by all of it. */
function isOf(text: string, [begin, how]: Command): boolean {
  if ('file' in how) return text.replace(/\s+#.*$/, '') === begin;
  return (
    text.startsWith(begin) && !/^\w[\w-]/.test(`${begin.at(-1) ?? ''}${text[begin.length] ?? ''}`)
  );
}

/** The commands of a script: lines, joined where one alone is none. */
export function commandsOf(script: string): readonly string[] {
  const commands: string[] = [];
  let text = '';
  for (const line of script.split('\n')) {
    text = text === '' ? line : `${text}\n${line}`;
    if (/^\s*(#.*)?$/.test(text)) text = '';
    if (text === '' || line.endsWith('\\') || !isWhole(text)) continue;
    commands.push(text);
    text = '';
  }
  if (text !== '') throw new Error(`the command has no end: ${text}`);
  return commands;
}

function isWhole(text: string): boolean {
  try {
    execFileSync('bash', ['-n', '-c', text], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function execute(text: string, how: Run, folder: string, scene: Scene): Promise<void> {
  const { backend = 'demo' } = how;
  await how.before?.(folder, scene);
  const port = String(await freePort());
  const url = backend === 'own' ? `http://localhost:${port}` : await scene.stage[backend]();
  const shellText = text.replaceAll('http://localhost:3000', url);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', shellText], {
    cwd: folder,
    // A group of its own, so that all of it can be ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      PORT: port,
      // A store has no made-up history, and is kept in the command's own folder.
      ...(text.includes('--store') ? { HOME: folder } : { INITIAL_COUNT: '1000' }),
      ...how.environment,
    },
  });
  const kill = (): void => {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  onTestFinished(kill);
  const timeout = setTimeout(kill, commandTimeoutMs);
  const said = { stdout: '', stderr: '', folder, url };
  const closed = once(child, 'close') as Promise<[number | null]>;
  const heard = new Promise<void>((resolve) => {
    const hear = (name: 'stdout' | 'stderr') => (part: string) => {
      said[name] += part;
      const hasSaid = (text: string) => said.stdout.includes(text) || said.stderr.includes(text);
      if (how.until?.every(hasSaid) === true) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', hear('stdout'));
    child.stderr.setEncoding('utf8').on('data', hear('stderr'));
  });
  try {
    const ended = await Promise.race([closed, heard]);
    const what = `${shellText}\n${`${said.stdout}${said.stderr}`.slice(-maxToldCharacters)}`;
    if (how.until === undefined) expect(ended?.[0], what).toBe(0);
    else expect(ended, `ended before '${how.until.join()}': ${what}`).toBeUndefined();
    await how.then?.(said, scene);
  } finally {
    clearTimeout(timeout);
    kill();
    await closed;
  }
}
