import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { startBackend } from '../backend/support/test_backend.js';
import { Program, run } from './support/program.js';

const printPeak = fileURLToPath(new URL('support/print_peak.mjs', import.meta.url));

/** An empty folder, which ends with the test. */
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'eventglass-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function peakOf(...parameters: readonly string[]): Promise<number> {
  const program = new Program(parameters, ['--import', printPeak]);
  const { code, stderr } = await program.ended();
  expect(code).toBe(0);
  return Number(/peak (\d+) MiB/.exec(stderr)?.[1]);
}

/**
 * 300,000 events, which are 69 MB as JSON, take as much memory as 40,000 do, and 64 MiB: what the collector of garbage leaves to
 * later. Held as objects they would take 300 MB more.
 */
test(
  'exports 300,000 events in bounded memory, as the backend has them',
  { timeout: 120_000 },
  async () => {
    const { url } = await startBackend({ initialCount: 300_000 });
    const path = join(await folder(), 'all.ndjson');
    const some = await peakOf('query', url, '--oldest', '--limit', '40000', '--format', 'ndjson');
    const all = await peakOf('export', url, '--output', path);
    const naive = (await (await fetch(`${url}/data`)).json()) as readonly object[];
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
    expect(lines).toHaveLength(naive.length);
    const different = lines.findIndex((line, i) => line !== JSON.stringify(naive[i]));
    expect([lines[different], naive[different]]).toEqual([undefined, undefined]);
    expect(all).toBeLessThan(some + 64);
  },
);

test('writes CSV by the name of the file, of what matches in a range, and says how much', async () => {
  const { url } = await startBackend({ initialCount: 2_000 });
  const path = join(await folder(), 'some.csv');
  const filter = ['--filter', '-severity:info'];
  const { code, stdout, stderr } = await run('export', url, '-o', path, ...filter);
  const query = await run('query', url, '--limit', '5000', '--format', 'csv', ...filter);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  const written = await readFile(path, 'utf8');
  expect(written).toBe(query.stdout);
  const rows = written.split('\r\n').length - 2;
  expect(stderr).toContain(`${rows.toLocaleString('en-US')} events in`);
});

test('replaces no file but with --force, and then what a link points to', async () => {
  const { url } = await startBackend();
  const inFolder = await folder();
  const path = join(inFolder, 'a.csv');
  await writeFile(path, 'precious', { mode: 0o600 });
  const refused = await run('export', url, '-o', path);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(
    /^eventglass: [^\n]* is there already\. Replace it with --force[^\n]*\n$/,
  );
  expect(await readFile(path, 'utf8')).toBe('precious');
  const linkPath = join(inFolder, 'link.csv');
  await symlink(path, linkPath);
  expect((await run('export', url, '-o', linkPath, '--force')).code).toBe(0);
  expect(await readFile(path, 'utf8')).toMatch(/^id,timestamp/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readdir(inFolder)).sort()).toEqual(['a.csv', 'link.csv']);
});

test.each([
  [(path: string) => join(path, 'none', 'a.csv'), 1, 'there is no such folder'],
  [(path: string) => path, 2, 'is no file that can be replaced'],
])('a file that can not be written is told of', async (pathIn, code, message) => {
  const { url } = await startBackend();
  const ended = await run('export', url, '--force', '-o', pathIn(await folder()));
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(message);
});

type Fate = 'pass' | 'wait' | 'refuse';

/** Hands requests on to a backend; what becomes of each page of an export, by its number from 1, is for `fateOf` to say. */
async function pagesProxy(url: string, fateOf: (page: number) => Fate) {
  let pages = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((incoming, outgoing) => {
    const pass = (): void => {
      request(`${url}${incoming.url ?? ''}`, { headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      }).end();
    };
    const isPage = incoming.url?.includes('limit=5000') === true;
    const fate = isPage ? fateOf(++pages) : 'pass';
    if (fate === 'pass') pass();
    if (fate === 'wait') waiting.push(pass);
    if (fate === 'refuse') outgoing.writeHead(400).end('{"error":{"message":"because"}}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}`, waiting };
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('on %s an export leaves no file, and says so', async (signal, code) => {
  const { url } = await startBackend({ initialCount: 30_000 });
  const proxy = await pagesProxy(url, (page) => (page < 2 ? 'pass' : 'wait'));
  const inFolder = await folder();
  const program = new Program(['export', proxy.url, '-o', join(inFolder, 'a.ndjson')]);
  await expect.poll(() => proxy.waiting.length, { timeout: 30_000 }).toBe(1);
  const [unfinished, ...others] = await readdir(inFolder);
  expect(unfinished).toMatch(/^a\.ndjson\.\w+\.part$/);
  expect(others).toEqual([]);
  program.kill(signal);
  const ended = await program.ended();
  expect(ended.code).toBe(code);
  expect(ended.stderr).toMatch(/^eventglass: Cancelled: .*a\.ndjson was not written\.\n$/);
  expect(await readdir(inFolder)).toEqual([]);
});

test('where a page can not be had an export leaves no file, and says why', async () => {
  const { url } = await startBackend({ initialCount: 30_000 });
  const proxy = await pagesProxy(url, (page) => (page < 2 ? 'pass' : 'refuse'));
  const inFolder = await folder();
  const ended = await run('export', proxy.url, '-o', join(inFolder, 'a.ndjson'));
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/400: because.*\n.*a\.ndjson was not written\.\n$/);
  expect(await readdir(inFolder)).toEqual([]);
});

test('what comes under the name meanwhile is not replaced', async () => {
  const { url } = await startBackend({ initialCount: 15_000 });
  const inFolder = await folder();
  const path = join(inFolder, 'a.ndjson');
  const proxy = await pagesProxy(url, (page) => (page === 2 ? 'wait' : 'pass'));
  const program = new Program(['export', proxy.url, '-o', path]);
  await expect.poll(() => proxy.waiting.length, { timeout: 30_000 }).toBe(1);
  await writeFile(path, 'precious');
  proxy.waiting[0]?.();
  const { code, stderr } = await program.ended();
  expect(code).toBe(2);
  expect(stderr).toContain('is there already');
  expect(await readFile(path, 'utf8')).toBe('precious');
  expect(await readdir(inFolder)).toEqual(['a.ndjson']);
});
