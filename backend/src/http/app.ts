import compression from 'compression';
import cors from 'cors';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { constants } from 'node:zlib';

import { type DataRoutesOptions, dataRoutes, pageHeaders, rowsType } from './data_routes.js';
import { errorResponse } from './error_response.js';
import { HttpError } from './http_error.js';

/** Compression levels that shrink event JSON to a fifth and don't make a page wait. */
const gzipLevel = 1;
const brotliQuality = 1;
/** 128 KiB of compressed bytes at a time; each piece is a turn of the event loop. */
const compressedChunkBytes = 128 << 10;

export interface AppOptions extends DataRoutesOptions {
  readonly allowedOrigins: readonly string[];
  readonly logger: Logger;
  readonly clientCount: () => number;
  /** `POST /data`. */
  readonly ingest: RequestHandler;
}

/** The HTTP side: pages, density, facets, single events and health, as docs/protocol.md says. */
export function createApp(options: AppOptions): Express {
  const { source, allowedOrigins, logger, clientCount, ingest } = options;
  const app = express();
  app.disable('etag');
  app.set('query parser', false);
  app.use(requestLog(logger));
  app.use(helmet());
  app.use(
    cors({
      origin: [...allowedOrigins],
      methods: ['GET', 'HEAD', 'POST'],
      // What a page of another origin may read.
      exposedHeaders: [...pageHeaders, 'Retry-After'],
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
    // Updates and deletes reach the past as well, so no answer stays true. A page that can be asked
    // for again by its tag says so itself.
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.post('/data', ingest);
  app.use((request, _response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const message = `${request.method} is not possible here`;
      const allow = request.path === '/data' ? 'GET, HEAD, POST' : 'GET, HEAD';
      throw new HttpError(405, { code: 'method_not_allowed', message }, { Allow: allow });
    }
    next();
  });
  app.use(dataRoutes(options));
  app.get('/health', (_request, response) => {
    const { cursor, totalCount } = source;
    response.json({ status: 'ok', ...cursor, totalCount, clients: clientCount() });
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
