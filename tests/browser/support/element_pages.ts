import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { openPage, type OpenPage } from './browser.js';

const dist = new URL('../../../wasm/dist/', import.meta.url);
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Nothing inline and nothing evaluated, of scripts and of styles. */
const policy = [
  "default-src 'none'",
  "base-uri 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "worker-src 'self'",
  'img-src data:',
  "connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*",
].join('; ');

/** Loads the element; what elements fire is kept. Their events don't bubble, but they are captured. */
const script = `
globalThis.fired = [];
for (const type of ['rowselect', 'rowopen', 'placechange', 'statechange', 'columnschange'])
  document.addEventListener(type, ({ target, detail }) => fired.push({ id: target.id, type, detail }), true);
await import('/dist/element.js');
`;

/** What a test has in its page. */
export interface PageContent {
  /** HTML of what is in `<main>`. */
  readonly body?: string;
  readonly css?: string;
  /** Without it the page does not load the element. */
  readonly hasElement?: boolean;
  readonly context?: BrowserContextOptions;
}

/** Plain pages of somebody else's, without a bundler and under a strict policy, with the package beside them. */
export class ElementPages implements AsyncDisposable {
  readonly #server: Server;
  readonly #pages = new Map<string, PageContent>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '/' }, response) => {
      void this.#answer(new URL(url, this.url).pathname, response);
    });
  }

  static async start(): Promise<ElementPages> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ElementPages(server);
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async open(browser: Browser, content: PageContent): Promise<OpenPage> {
    const path = `/page${String(this.#pages.size)}`;
    this.#pages.set(path, content);
    const opened = await openPage(browser, content.context);
    await opened.page.goto(this.url + path);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(path: string, response: ServerResponse): Promise<void> {
    try {
      const body = await this.#bodyOf(path);
      response.setHeader('Content-Type', types[extname(path)] ?? 'text/html; charset=utf-8');
      response.setHeader('Content-Security-Policy', policy);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  async #bodyOf(path: string): Promise<string | Uint8Array> {
    if (path === '/page.js') return script;
    if (path.startsWith('/dist/')) return readFile(new URL(path.slice('/dist/'.length), dist));
    const content = this.#pages.get(path.replace(/\.css$/, ''));
    if (!content) throw new Error(`there is no ${path}`);
    if (path.endsWith('.css')) return content.css ?? '';
    const { body = '', hasElement = true } = content;
    return `<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${path}.css">${
      hasElement ? '<script type="module" src="/page.js"></script>' : ''
    }<main><h1>Page</h1>${body}</main></html>`;
  }
}
