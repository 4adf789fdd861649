import type { DensityRequest } from '../source/event_source.js';
import { parseTime } from '../store/bounds.js';
import { readFilter } from './filter_parameter.js';
import { invalidParameter, readInteger, readParameters } from './query_parameters.js';

/** Parts: more than a screen has pixels, and an answer of some 60 KB. */
const maxBuckets = 10_000;
const defaultBuckets = 200;

const parameterNames = ['start', 'stop', 'buckets', 'filter'] as const;

/**
 * The counts that the client at `address` asks for.
 *
 * @throws {HttpError} 400 for parameters that make no sense, alone or together.
 */
export function readDensityRequest(url: string, address: string): DensityRequest {
  const parameters = readParameters(url, parameterNames);
  const start = readTime('start', parameters.start);
  const stop = readTime('stop', parameters.stop);
  if (start !== undefined && stop !== undefined && start > stop) {
    throw invalidParameter('start', 'is after stop');
  }
  return {
    start,
    stop,
    buckets: readInteger('buckets', parameters.buckets, 1, maxBuckets) ?? defaultBuckets,
    filter: readFilter(parameters.filter),
    address,
  };
}

function readTime(name: 'start' | 'stop', text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(text);
  if (time === undefined) {
    const expected = 'milliseconds since 1970 or ISO 8601';
    throw invalidParameter(name, `${JSON.stringify(text)} is not a time: expected ${expected}`);
  }
  return time;
}
