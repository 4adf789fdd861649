import { FilterError } from 'eventglass';
import type { ErrorRequestHandler } from 'express';
import type { Logger } from 'pino';

import { TooManyFiltersError } from '../source/event_source.js';
import { type ErrorBody, HttpError, busy } from './http_error.js';

/** Answers what a handler threw as JSON; logs what is a fault of the backend's own. */
export function errorResponse(logger: Logger): ErrorRequestHandler {
  // Express tells error handlers by their four parameters.
  return (error: unknown, _request, response, next) => {
    const { status, body, headers } = error instanceof HttpError ? error : toHttpError(error);
    if (status >= 500 && status !== 503) logger.error({ err: error }, 'request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    const answer: { readonly error: ErrorBody } = { error: body };
    // A page may have failed after it said how it can be kept.
    response.removeHeader('ETag');
    response
      .status(status)
      .set({ 'Cache-Control': 'no-store', ...headers })
      .json(answer);
  };
}

function toHttpError(error: unknown): HttpError {
  if (error instanceof FilterError) return invalidFilter(error);
  if (error instanceof TooManyFiltersError) {
    return busy(`${error.message}; try again`, error.waitMs);
  }
  // Express reports a path that is not percent-encoded UTF-8 so.
  if (error instanceof URIError) {
    const message = 'not percent-encoded UTF-8';
    return new HttpError(400, { code: 'invalid_parameter', parameter: 'id', message });
  }
  return new HttpError(500, { code: 'internal', message: 'the backend failed at this request' });
}

function invalidFilter({ message, offset, end, expected }: FilterError): HttpError {
  const body = { code: 'invalid_filter', parameter: 'filter', message };
  return new HttpError(400, { ...body, begin: offset, end, expected });
}
