import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';

import type { ClientAddress } from '../http/client_address.js';
import { HttpError } from '../http/http_error.js';
import { invalidParameter, readParameters } from '../http/query_parameters.js';
import type { FeedHub } from './feed_hub.js';
import type { FeedLimits } from './feed_limits.js';
import type { Opening } from './opening.js';

export interface FeedUpgradeOptions {
  readonly hub: FeedHub;
  readonly limits: FeedLimits;
  readonly allowedOrigins: readonly string[];
  readonly addressOf: ClientAddress;
  readonly logger: Logger;
}

/** Lets clients of `server` open the feed at `/data`. */
export function serveFeed(server: Server, options: FeedUpgradeOptions): void {
  const { hub, limits, logger } = options;
  // Compression would keep a context for each client; batches are short-lived and local enough.
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxMessageBytes,
  });
  server.on('upgrade', (request, socket, head) => {
    // The socket is ours until ws takes it; without a listener an error would end the process.
    const onError = (error: Error): void =>
      logger.info({ reason: error.message }, 'upgrade failed');
    socket.on('error', onError);
    try {
      const opening = checkUpgrade(request, options);
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', onError);
        hub.add(webSocket, options.addressOf(request), opening);
      });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      logger.info({ status: error.status, reason: error.message }, 'upgrade refused');
      refuse(socket, error);
    }
  });
}

/** @throws {HttpError} for an upgrade that must not go through. */
function checkUpgrade(request: IncomingMessage, options: FeedUpgradeOptions): Opening {
  const url = request.url ?? '';
  if (url.split('?', 1)[0] !== '/data') {
    throw new HttpError(404, { code: 'not_found', message: 'the feed is at /data' });
  }
  // Only browsers send an origin, and they always do.
  const { origin } = request.headers;
  if (origin !== undefined && !options.allowedOrigins.includes(origin)) {
    throw new HttpError(403, { code: 'origin_not_allowed', message: 'this origin is not allowed' });
  }
  const opening = readOpening(url);
  if (!options.hub.isOpen) {
    throw new HttpError(
      503,
      { code: 'busy', message: 'no more clients now' },
      { 'Retry-After': '5' },
    );
  }
  return opening;
}

function readOpening(url: string): Opening {
  const { epoch, seq, subscribe } = readParameters(url, ['epoch', 'seq', 'subscribe']);
  if (subscribe !== undefined) {
    if (subscribe !== 'true') throw invalidParameter('subscribe', 'expected true');
    if (epoch !== undefined || seq !== undefined) {
      throw invalidParameter('subscribe', 'a subscription names its cursor itself');
    }
    return { type: 'subscribe' };
  }
  if (epoch === undefined && seq === undefined) return { type: 'plain', cursor: undefined };
  if (epoch === undefined) throw invalidParameter('epoch', 'missing: a cursor is epoch and seq');
  if (seq === undefined) throw invalidParameter('seq', 'missing: a cursor is epoch and seq');
  if (!/^\d+$/.test(seq) || !Number.isSafeInteger(Number(seq))) {
    throw invalidParameter('seq', 'expected an integer from 0 to 2^53 - 1');
  }
  return { type: 'plain', cursor: { epoch, seq: Number(seq) } };
}

function refuse(socket: Duplex, { status, body, headers }: HttpError): void {
  const json = JSON.stringify({ error: body });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(json)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${json}`, () => socket.destroy());
}
