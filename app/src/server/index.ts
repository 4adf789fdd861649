/**
 * The app's server, built to `build/index.js`: adapter-node's handler, with pages compressed and security headers on every
 * answer. SvelteKit's hooks see pages alone, and a worker's policy is the one that its own script came with.
 *
 * HOST and PORT say where it listens.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { constants } from 'node:zlib';
import compression from 'compression';
import { backendSources } from '../lib/server/backend_sources.js';
import { handler } from './handler.js';

const defaultPort = 3000;

/** What requests that are being answered get to end in, once the server has been told to stop. */
const stopTimeoutMs = 5_000;

/** Of 0 to 11: a page of 130 kB takes a millisecond or two. */
const brotliQuality = 4;

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const;

/** For all that is not a page, the worker's script above all. Pages replace it by their own, with a nonce. */
function policyFor({ headers }: IncomingMessage): string {
  const scheme = headers['x-forwarded-proto'];
  const sources = backendSources(process.env['PUBLIC_BACKEND_URL'], {
    configured: process.env['ORIGIN'],
    forwardedScheme: typeof scheme === 'string' ? scheme : undefined,
    host: headers.host,
  });
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `connect-src 'self' ${sources}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A step of answering. */
type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Files are compressed already. A part of a page that is written is sent: the next may take a while. */
const compress = compression({
  flush: constants.Z_SYNC_FLUSH,
  brotli: {
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
  },
  // Its types are those of Express, of which it needs nothing.
}) as unknown as Middleware;

const server = createServer((request, response) => {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  response.setHeader('content-security-policy', policyFor(request));
  compress(request, response, () => {
    handler(request, response, () => {
      response.statusCode = 404;
      response.end();
    });
  });
});

function stop(): void {
  server.close();
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), stopTimeoutMs).unref();
}
process.once('SIGTERM', stop);
process.once('SIGINT', stop);

server.listen(Number(process.env['PORT'] ?? defaultPort), process.env['HOST'] ?? '0.0.0.0');
