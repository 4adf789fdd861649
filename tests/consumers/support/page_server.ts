import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** An origin of somebody else's: static files, without cross-origin isolation, under a strict policy. */
export class PageServer implements AsyncDisposable {
  readonly #server: Server;
  /** What is served under `/`, unless it is undefined. */
  folder: string | undefined;
  /** Types that the server does not know. */
  unknownTypes: readonly string[] = [];
  /** Where pages may connect to. */
  backendUrl = '';

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '/' }, response) => {
      const path = new URL(url, this.url).pathname;
      void this.#answer(path === '/' ? '/index.html' : path, response);
    });
  }

  static async start(): Promise<PageServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new PageServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    const type = this.unknownTypes.includes(extname(path)) ? undefined : types[extname(path)];
    try {
      const body = await readFile(join(this.folder ?? '/nowhere', path));
      response.setHeader('Content-Type', type ?? 'application/octet-stream');
      response.setHeader('Content-Security-Policy', this.#policyOf(body.toString('utf8')));
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  #policyOf(html: string): string {
    const [, importMap] = /<script type="importmap">(.*?)<\/script>/s.exec(html) ?? [];
    const digest = createHash('sha256')
      .update(importMap ?? '')
      .digest('base64');
    const mapSource = importMap === undefined ? '' : ` 'sha256-${digest}'`;
    return [
      "default-src 'none'",
      "base-uri 'none'",
      `script-src 'self' 'wasm-unsafe-eval'${mapSource}`,
      "style-src 'self'",
      "worker-src 'self'",
      'img-src data:',
      `connect-src 'self' ${this.backendUrl} ${this.backendUrl.replace('http', 'ws')}`,
    ].join('; ');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
