import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
function startScript(
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  cwd?: string,
): ChildProcess {
  const script = spawn(`${repository}/scripts/start`, args, {
    cwd,
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

test('scripts/start --data shows what a file was taken for, named from where it is called', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventglass-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'own.csv'), 'day,what\n2026-01-01,x\nsoon,y\n2026-01-02,z\n');
  const [backendPort, appPort] = [String(await freePort()), String(await freePort())];
  const environment = { BACKEND_PORT: backendPort, APP_PORT: appPort };
  const schema = '{"timestamp":{"from":"day","as":"iso"}}';
  await writeFile(join(folder, 'schema.json'), schema);
  const args = ['--data', 'own.csv', '--schema=schema.json'];
  const script = startScript(environment, args, folder);
  const exited = once(script, 'exit');

  const output = await outputUntil(script, 'Ctrl+C');
  expect(output).toContain('Times: "day", read as ISO 8601');
  expect(output).toContain(
    '2 events loaded, 1 rejected\n  line 3, column 1: no time: "day" is "soon"',
  );
  const page = await fetch(`http://localhost:${backendPort}/data`);
  expect(await page.json()).toMatchObject([{ what: 'x' }, { what: 'z' }]);
  signalGroup(script, 'SIGINT');
  expect(await exited).toEqual([0, null]);
}, 60_000);

test('scripts/start --data --store loads a file once, and shows it from the store alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'eventglass-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'own.csv'), 'day,what\n2026-01-01,x\nsoon,y\n2026-01-02,z\n');
  await writeFile(join(folder, 'schema.json'), '{"timestamp":{"from":"day"}}');
  const start = async (args: readonly string[]): Promise<string> => {
    const [backendPort, appPort] = [String(await freePort()), String(await freePort())];
    const environment = { BACKEND_PORT: backendPort, APP_PORT: appPort };
    const script = startScript(environment, args, folder);
    const exited = once(script, 'exit');
    const output = await outputUntil(script, 'Ctrl+C');
    const page = await fetch(`http://localhost:${backendPort}/data`);
    expect(await page.json()).toMatchObject([{ what: 'x' }, { what: 'z' }]);
    signalGroup(script, 'SIGINT');
    expect(await exited).toEqual([0, null]);
    return output;
  };
  expect(
    await start(['--data', 'own.csv', '--schema', 'schema.json', '--store', 'kept']),
  ).toContain('2 events loaded, 1 rejected');
  await rm(join(folder, 'own.csv'));
  const output = await start(['--store=kept']);
  expect(output).toContain(`The store in ${folder}/kept has 2 events.`);
  expect(output).not.toContain('{');
}, 120_000);

test('scripts/start --help names its options, and others are refused', async () => {
  const help = startScript({}, ['--help']);
  expect(await outputUntil(help, '--help ')).toContain('--data FILE');
  const [refused] = (await once(startScript({}, ['--date', 'x']), 'exit')) as [number];
  expect(refused).toBe(1);
});
