import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBackend, type Backend } from '@eventglass/backend/server';
import { CountingProxy } from './counting_proxy.js';
import { freePort } from './free_port.js';

/** Servers come up within a second or two; a busy machine takes longer. */
const startTimeoutMs = 60_000;

const appEntry = fileURLToPath(new URL('../../../app/build/index.js', import.meta.url));

export interface TimelineOptions {
  readonly initialCount?: number;
  /** Mutations a second; 0 unless told, so that nothing happens that a test does not do. */
  readonly mutationRate?: number;
  /** A file whose events stand in place of a history. */
  readonly dataFile?: string;
  /** Rows that pages hold, if not as many as is usual. */
  readonly windowRows?: number;
  /** Whether a backend runs from the beginning; otherwise `startBackend` does it. */
  readonly withBackend?: boolean;
  /** Where browsers are sent for the backend, if not to it. */
  readonly browserBackendUrl?: string;
  /** Whether browsers reach the backend itself, so that they find what they would find there where none runs. */
  readonly isDirect?: boolean;
}

type BackendSettings = Parameters<typeof createBackend>[0];

/** What browsers reach app and backend through. */
interface Proxies {
  readonly app: CountingProxy;
  readonly backend: CountingProxy;
}

/**
 * The production build of the app in a process of its own, and the real backend in this one. Browsers reach
 * both through proxies that count bytes.
 */
export class TimelineServers {
  readonly url: string;
  readonly backendUrl: string;
  /** Where browsers are sent for the backend. */
  readonly browserBackendUrl: string;
  /** The same in every life of the backend, so that each has the same history. */
  readonly backendSettings: BackendSettings;
  readonly #proxies: Proxies;
  readonly #app: ChildProcess;
  #backend: Backend | undefined;

  private constructor(
    ports: { readonly app: number; readonly backend: number },
    proxies: Proxies,
    options: TimelineOptions,
  ) {
    this.url = `http://localhost:${String(proxies.app.port)}`;
    this.backendUrl = `http://127.0.0.1:${String(ports.backend)}`;
    this.#proxies = proxies;
    this.backendSettings = {
      port: ports.backend,
      host: '127.0.0.1',
      initialCount: options.initialCount ?? 2_000,
      mutationRate: options.mutationRate ?? 0,
      dataFile: options.dataFile,
      seed: 1,
      historyEndMs: Date.now(),
      allowedOrigins: [this.url],
      ingestToken: undefined,
      storeFolder: undefined,
      logLevel: 'silent',
    };
    const wayToBackend = options.isDirect === true ? ports.backend : proxies.backend.port;
    this.browserBackendUrl =
      options.browserBackendUrl ?? `http://127.0.0.1:${String(wayToBackend)}`;
    this.#app = spawn(process.execPath, [appEntry], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: String(ports.app),
        ORIGIN: this.url,
        BACKEND_URL: this.backendUrl,
        PUBLIC_BACKEND_URL: this.browserBackendUrl,
        PUBLIC_WINDOW_ROWS: String(options.windowRows ?? ''),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  static async start(options: TimelineOptions = {}): Promise<TimelineServers> {
    const ports = { app: await freePort(), backend: await freePort() };
    const proxies = {
      app: await CountingProxy.start(() => ports.app),
      backend: await CountingProxy.start(() => ports.backend),
    };
    const servers = new TimelineServers(ports, proxies, options);
    if (options.withBackend !== false) await servers.startBackend();
    await servers.#waitForApp();
    return servers;
  }

  /** REQUIRES: a backend runs. */
  get backend(): Backend {
    if (!this.#backend) throw new Error('no backend runs');
    return this.#backend;
  }

  /** Bytes that browsers got from app and backend so far. */
  get bytes(): number {
    return this.#proxies.app.bytes + this.#proxies.backend.bytes;
  }

  /** A new life of the backend, at the same address. */
  async startBackend(): Promise<void> {
    const backend = await createBackend(this.backendSettings);
    await backend.listen();
    this.#backend = backend;
  }

  async stopBackend(): Promise<void> {
    await this.#backend?.close();
    this.#backend = undefined;
  }

  /** Breaks the way from browsers to the backend, whatever that does, until `mendBackendPath`. */
  cutBackendPath(): void {
    this.#proxies.backend.cut();
  }

  mendBackendPath(): void {
    this.#proxies.backend.mend();
  }

  async stop(): Promise<void> {
    const ended = once(this.#app, 'exit');
    this.#app.kill('SIGKILL');
    await Promise.all([ended, this.stopBackend()]);
    this.#proxies.app.stop();
    this.#proxies.backend.stop();
  }

  async #waitForApp(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs;
    while (performance.now() < deadline) {
      if (this.#app.exitCode !== null) throw new Error('the app has ended: is it built?');
      const answer = await fetch(`${this.url}/examples`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(50);
    }
    throw new Error('the app does not answer');
  }
}
