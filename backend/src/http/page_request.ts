import type { EventKey } from 'eventglass';

import { compareKeys, parseBound } from '../store/bounds.js';
import { invalidParameter, readParameters } from './query_parameters.js';

/** Events: a page of about 15 MB; who wants more asks for all of a range, or page by page. */
export const maxPageLimit = 50_000;

/** What a client asks for with `GET /data`. */
export interface PageRequest {
  readonly begin: EventKey | undefined;
  readonly end: EventKey | undefined;
  readonly limit: number | undefined;
  readonly direction: 'forward' | 'backward';
}

const parameterNames = ['start', 'stop', 'limit', 'direction'] as const;

/** @throws {HttpError} 400 for parameters that make no sense, alone or together. */
export function readPageRequest(url: string): PageRequest {
  const { start, stop, limit, direction } = readParameters(url, parameterNames);
  const begin = readBound('start', start);
  const end = readBound('stop', stop);
  if (begin !== undefined && end !== undefined && compareKeys(begin, end) > 0) {
    throw invalidParameter('start', 'is after stop');
  }
  return { begin, end, limit: readLimit(limit), direction: readDirection(direction) };
}

function readBound(name: 'start' | 'stop', text: string | undefined): EventKey | undefined {
  if (text === undefined || text === 'open') return undefined;
  const bound = parseBound(text);
  if (bound === undefined) {
    const expected = 'milliseconds since 1970, ISO 8601, or a key (timestamp,id)';
    throw invalidParameter(name, `${JSON.stringify(text)} is not a time: expected ${expected}`);
  }
  return bound;
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > maxPageLimit) {
    throw invalidParameter('limit', `expected an integer from 1 to ${maxPageLimit}`);
  }
  return limit;
}

function readDirection(text: string | undefined): 'forward' | 'backward' {
  if (text === undefined || text === 'forward') return 'forward';
  if (text === 'backward') return 'backward';
  throw invalidParameter('direction', 'expected forward or backward');
}
