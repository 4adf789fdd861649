import { setTimeout as sleep } from 'node:timers/promises';

import type { Request, RequestHandler } from 'express';

import type { ClientAddress } from '../http/client_address.js';
import { type ErrorBody, HttpError, busy } from '../http/http_error.js';
import { ArchiveError } from '../writer/event_archive.js';
import type { EventFormat } from '../writer/event_format.js';
import type { MutationWriter } from '../writer/mutation_writer.js';
import type { Cursor } from 'eventglass';
import { BodyTaker, bodyTooLarge } from './body_taker.js';
import { IngestAccess } from './ingest_access.js';
import type { IngestLimits } from './ingest_limits.js';
import { IngestReport } from './ingest_report.js';

export interface IngestOptions {
  readonly writer: MutationWriter;
  readonly format: EventFormat;
  /** `undefined`: the route says how it is turned on. */
  readonly token: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly limits: IngestLimits;
  readonly addressOf: ClientAddress;
  readonly cursor: () => Cursor;
}

const lineTypes = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
const valueType = 'application/json';

/** `POST /data`: mutations from outside, as docs/protocol.md says. */
export function ingestRoute(options: IngestOptions): RequestHandler {
  const { limits, cursor } = options;
  const access = new IngestAccess({ ...options, now: () => performance.now() });
  let underWayCount = 0;

  return async (request, response) => {
    access.check(request);
    const isOneValue = checkType(request) === valueType;
    if (Number(request.headers['content-length'] ?? 0) > limits.maxBodyBytes) {
      throw bodyTooLarge(limits);
    }
    if (underWayCount >= limits.maxUnderWay) {
      throw busy(`${limits.maxUnderWay} requests are being read; try again`);
    }
    underWayCount++;
    const report = new IngestReport(limits.maxReported);
    try {
      const onMutations = (count: number): void => access.noteMutations(request, count);
      const taker = new BodyTaker({ ...options, report, onMutations, isOneValue });
      await takeBody(request, taker, limits);
      response.status(report.status).json(report.toJson(cursor()));
    } catch (error) {
      // Whoever has gone is not told; what was stored stays.
      if (request.destroyed && !request.complete) return;
      const { status, body, headers } = toHttpError(error);
      response
        .status(status)
        .set({ ...headers, ...(request.complete ? {} : { Connection: 'close' }) })
        .json({ error: body, ...report.toJson(cursor()) });
    } finally {
      underWayCount--;
    }
  };
}

/** Reads the body, as fast as it is written. What has come whole before a limit was passed is taken. */
async function takeBody(request: Request, taker: BodyTaker, limits: IngestLimits): Promise<void> {
  const ending = new AbortController();
  const timeout = sleep(limits.maxBodyMs, 'timeout', { signal: ending.signal }).catch(() => 'done');
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), timeout]);
      if (typeof next === 'string') throw tooSlow(limits);
      if (next.done === true) break;
      await taker.add(next.value);
    }
    await taker.end();
  } catch (error) {
    if (error instanceof HttpError) await taker.flush();
    throw error;
  } finally {
    ending.abort();
  }
}

function checkType({ headers }: Request): string {
  const encoding = headers['content-encoding'] ?? 'identity';
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const expected = `expected ${[...lineTypes, valueType].join(', ')}`;
  if (type !== valueType && !lineTypes.includes(type)) {
    const message = type === '' ? `Content-Type is missing; ${expected}` : `${type}: ${expected}`;
    throw new HttpError(415, { code: 'unsupported_type', message });
  }
  if (encoding !== 'identity') {
    const message = `Content-Encoding ${encoding} is not taken; send the body as it is`;
    throw new HttpError(415, { code: 'unsupported_encoding', message });
  }
  return type;
}

function tooSlow({ maxBodyMs }: IngestLimits): HttpError {
  const message = `the body did not end within ${maxBodyMs / 1_000} s`;
  return new HttpError(408, { code: 'request_timeout', message });
}

/** Seconds after which it is worth trying again to store something. */
const storeRetrySeconds = 2;

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (!(error instanceof ArchiveError)) throw error;
  const body: ErrorBody = { code: 'not_stored', message: error.message };
  const headers = { 'Retry-After': String(storeRetrySeconds) };
  return new HttpError(error.isFull ? 507 : 503, body, headers);
}
