import compression from 'compression';
import cors from 'cors';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type Response,
} from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { constants } from 'node:zlib';

import { type DataRoutesOptions, dataRoutes, pageHeaders, rowsType } from './data_routes.js';
import { type ErrorBody, HttpError } from './http_error.js';

/** Compression levels that shrink event JSON to a fifth and don't make a page wait. */
const gzipLevel = 1;
const brotliQuality = 1;
/** 128 KiB of compressed bytes at a time; each piece is a turn of the event loop. */
const compressedChunkBytes = 128 << 10;

export interface AppOptions extends DataRoutesOptions {
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
  readonly clientCount: () => number;
}

/** The HTTP side: pages, single events and health, as docs/protocol.md says. */
export function createApp(options: AppOptions): Express {
  const { store, allowedOrigins, logger, clientCount } = options;
  const app = express();
  app.disable('etag');
  app.set('query parser', false);
  app.use(requestLog(logger));
  app.use(helmet());
  app.use(
    cors({
      origin: [...allowedOrigins],
      methods: ['GET', 'HEAD'],
      exposedHeaders: [...pageHeaders],
    }),
  );
  app.use(
    compression({
      filter: isCompressible,
      level: gzipLevel,
      chunkSize: compressedChunkBytes,
      brotli: {
        params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality },
        chunkSize: compressedChunkBytes,
      },
    }),
  );
  app.use((_request, response, next) => {
    // Updates and deletes reach the past as well, so no answer stays true.
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use((request, _response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const message = `${request.method} is not possible here`;
      throw new HttpError(405, { code: 'method_not_allowed', message }, { Allow: 'GET, HEAD' });
    }
    next();
  });
  app.use(dataRoutes(options));
  app.get('/health', (_request, response) => {
    const { cursor, rowCount } = store;
    response.json({ status: 'ok', ...cursor, totalCount: rowCount, clients: clientCount() });
  });
  app.use(() => {
    throw new HttpError(404, { code: 'not_found', message: 'there is nothing at this address' });
  });
  app.use(errorResponse(logger));
  return app;
}

/** Row blocks shrink as well as text does; nobody's list of media types knows them. */
function isCompressible(request: Request, response: Response): boolean {
  return response.get('Content-Type') === rowsType || compression.filter(request, response);
}

/** Requests at the level of their outcome: who reads the log at `info` sees what went wrong. */
function requestLog(logger: Logger) {
  return pinoHttp({
    logger,
    customLogLevel: (_request, response, error) => {
      if (error !== undefined || response.statusCode >= 500) return 'warn';
      return response.statusCode >= 400 ? 'info' : 'debug';
    },
    serializers: {
      req: ({ id, method, url }: { id: unknown; method: unknown; url: unknown }) => ({
        id,
        method,
        url,
      }),
      res: ({ statusCode }: { statusCode: unknown }) => ({ statusCode }),
    },
  });
}

function errorResponse(logger: Logger): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error: unknown, _request, response, next) => {
    const { status, body, headers } = error instanceof HttpError ? error : toHttpError(error);
    if (status >= 500 && status !== 503) logger.error({ err: error }, 'request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    const answer: { readonly error: ErrorBody } = { error: body };
    response.status(status).set(headers).json(answer);
  };
}

function toHttpError(error: unknown): HttpError {
  // Express reports a path that is not percent-encoded UTF-8 so.
  if (error instanceof URIError) {
    const message = 'not percent-encoded UTF-8';
    return new HttpError(400, { code: 'invalid_parameter', parameter: 'id', message });
  }
  return new HttpError(500, { code: 'internal', message: 'the backend failed at this request' });
}
