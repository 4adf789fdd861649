import type { ChangesRequest } from '../source/event_source.js';
import { readFilter } from './filter_parameter.js';
import { invalidParameter, readInteger, readParameters } from './query_parameters.js';

const parameterNames = ['epoch', 'seq', 'filter'] as const;

/**
 * The cursor and the filter that the client at `address` asks about.
 *
 * @throws {HttpError} 400 for parameters that make no sense.
 */
export function readChangesRequest(url: string, address: string): ChangesRequest {
  const { epoch, seq: text, filter } = readParameters(url, parameterNames);
  const seq = readInteger('seq', text, 0, Number.MAX_SAFE_INTEGER);
  if (epoch === undefined) throw invalidParameter('epoch', 'is missing');
  if (seq === undefined) throw invalidParameter('seq', 'is missing');
  return { since: { epoch, seq }, filter: readFilter(filter), address };
}
