/**
 * The app's server, built to `build/index.js`: adapter-node's handler, with security headers on every
 * answer. SvelteKit's hooks see pages alone, and a worker's policy is the one that its own script came with.
 *
 * HOST and PORT say where it listens.
 */
import { createServer, type IncomingMessage } from 'node:http';
import process from 'node:process';
import { backendSources } from '../lib/server/backend_sources.js';
import { handler } from './handler.js';

const defaultPort = 3000;

/** What requests that are being answered get to end in, once the server has been told to stop. */
const stopTimeoutMs = 5_000;

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

const server = createServer((request, response) => {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  response.setHeader('content-security-policy', policyFor(request));
  handler(request, response, () => {
    response.statusCode = 404;
    response.end();
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
