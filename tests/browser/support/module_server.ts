import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';

const dist = new URL('../../../wasm/dist/', import.meta.url);
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves the npm module as it is, to a page without a bundler, and beside it whatever a test wants to answer. */
export class ModuleServer {
  /** The page. */
  html = '';
  /** Answers what is not of the module. */
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => {
    response.writeHead(404).end();
  };
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  static async start(): Promise<ModuleServer> {
    const server = new ModuleServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html').end(this.html);
    } else if (pathname.startsWith('/dist/')) {
      const body = await readFile(new URL(pathname.slice('/dist/'.length), dist));
      response.setHeader('content-type', types[extname(pathname)] ?? 'text/plain').end(body);
    } else {
      this.answer(request, response);
    }
  }
}
