import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Sends `signal` to the script and everything it started, as a terminal does; false if none is left. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** `scripts/start` in a process group of its own, as a shell starts it. */
function startScript(environment: Readonly<Record<string, string>>): ChildProcess {
  const script = spawn(`${repository}/scripts/start`, {
    detached: true,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    signalGroup(script, 'SIGKILL');
  });
  return script;
}

/** All output until it contains `text`. */
function outputUntil({ stdout }: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    stdout?.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (output.includes(text)) resolve(output);
    });
    stdout?.on('end', () => {
      reject(new Error(`ended without '${text}':\n${output}`));
    });
  });
}

// The builds are those that `scripts/test` has just made; making them takes minutes.
test('scripts/start serves the app at the URL it prints, and Ctrl+C ends all of it', async () => {
  const [backendPort, appPort] = [String(await freePort()), String(await freePort())];
  const environment = { BACKEND_PORT: backendPort, APP_PORT: appPort, INITIAL_COUNT: '1000' };
  const script = startScript(environment);
  const exited = once(script, 'exit');

  const output = await outputUntil(script, 'Ctrl+C');
  expect(output).toContain(`Eventglass: http://localhost:${appPort}\n`);
  const page = await fetch(`http://localhost:${appPort}/`);
  expect(await page.text()).toContain('Eventglass');
  const health = await fetch(`http://localhost:${backendPort}/health`);
  expect(await health.json()).toMatchObject({ status: 'ok' });

  signalGroup(script, 'SIGINT');
  expect(await exited).toEqual([0, null]);
  expect(signalGroup(script, 0)).toBe(false);
  // In order: not killed, nor ended in the middle of it.
  const log = await readFile(`${repository}/build/logs/backend.log`, 'utf8');
  expect(log.trimEnd()).toMatch(/"msg":"stopped"\}$/);
}, 60_000);
