import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { readSettings, type Settings } from '../../../backend/src/settings.js';
import { type Backend, createBackend } from '../../../backend/src/server.js';
import { launchBrowser } from '../../browser/support/browser.js';
import { PageServer } from '../../consumers/support/page_server.js';
import { repository } from './doc_page.js';

/** The secret of the backend that takes events. */
export const ingestToken = 'a-token-of-the-examples';

/** Commands as a reader has them after following the pages. */
const commands: Readonly<Record<string, string>> = {
  npx: `shift; exec node "${repository}wasm/dist/terminal/main.js" "$@"`,
  eventglass: `exec node "${repository}wasm/dist/terminal/main.js" "$@"`,
  esbuild: `exec node "${repository}tests/node_modules/esbuild/bin/esbuild" "$@"`,
};

/** What is started once for all examples: a demo that changes, a backend that takes events, a server of pages, a browser. */
export class Stage {
  readonly #ends: (() => Promise<unknown>)[] = [];
  #demo: Promise<string> | undefined;
  #quiet: Promise<string> | undefined;
  #fed: Promise<string> | undefined;
  #browser: Promise<Browser> | undefined;
  #pages: Promise<PageServer> | undefined;

  /** The address of a demo with 2,000 events and 200 mutations a second. */
  demo(): Promise<string> {
    return (this.#demo ??= this.startBackend({ initialCount: 2_000, mutationRate: 200 }));
  }

  /** The address of a demo in which nothing happens. */
  quiet(): Promise<string> {
    return (this.#quiet ??= this.startBackend({ initialCount: 2_000, mutationRate: 0 }));
  }

  /** The address of a backend with a store that takes events, and has none of its own. */
  fed(): Promise<string> {
    return (this.#fed ??= this.#startFed());
  }

  async #startFed(): Promise<string> {
    const storeFolder = await mkdtemp(join(tmpdir(), 'eventglass-docs-store-'));
    this.#ends.push(() => rm(storeFolder, { recursive: true, force: true }));
    return this.startBackend({ initialCount: 0, mutationRate: 0, ingestToken, storeFolder });
  }

  browser(): Promise<Browser> {
    return (this.#browser ??= launchBrowser().then((browser) => {
      this.#ends.push(() => browser.close());
      return browser;
    }));
  }

  /** Serves the pages of one example at a time. */
  pages(): Promise<PageServer> {
    return (this.#pages ??= PageServer.start().then((server) => {
      this.#ends.push(() => server[Symbol.asyncDispose]());
      return server;
    }));
  }

  /** A folder as a clone of the repository, in which commands of the pages may write. It ends with the test. */
  async folder(): Promise<string> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'eventglass-docs-')));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const made = ['bin', 'node_modules', 'scripts', 'backend'];
    await Promise.all(made.map((name) => mkdir(join(folder, name))));
    for (const name of ['backend/build', 'backend/node_modules', 'wasm', 'examples']) {
      await symlink(`${repository}${name}`, join(folder, name));
    }
    await symlink(`${repository}wasm`, join(folder, 'node_modules/eventglass'));
    await symlink(`${repository}tests/node_modules/arquero`, join(folder, 'node_modules/arquero'));
    for (const [name, script] of Object.entries(commands)) {
      await writeExecutable(join(folder, 'bin', name), script);
    }
    // The backend alone: tests/scripts has the script itself, and hands it the same options.
    await writeExecutable(join(folder, 'scripts/start'), 'exec node backend/build "$@"');
    return folder;
  }

  async startBackend(settings: Partial<Settings>): Promise<string> {
    const { url: pageOrigin } = await this.pages();
    const backend: Backend = await createBackend({
      ...readSettings({}, { initialCount: 0 }),
      port: 0,
      logLevel: 'silent',
      allowedOrigins: [pageOrigin],
      ...settings,
    });
    const { url } = await backend.listen();
    this.#ends.push(() => backend.close());
    return url;
  }

  async end(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}

function writeExecutable(path: string, script: string): Promise<void> {
  return writeFile(path, `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
}
