import type { FacetsRequest } from '../source/event_source.js';
import { readFilter } from './filter_parameter.js';
import { invalidParameter, readInteger, readParameters } from './query_parameters.js';

/** Values of a column: an answer of some 40 KB, more than anybody reads. */
const maxLimit = 1_000;
const defaultLimit = 50;

const parameterNames = ['columns', 'limit', 'filter'] as const;

/** Who asks, and what can be asked for. */
interface FacetsContext {
  readonly address: string;
  /** Columns whose values can be counted: each at most once, so that a request has at most as many. */
  readonly counted: readonly string[];
}

/**
 * The facets that the client at `address` asks for.
 *
 * @throws {HttpError} 400 for parameters that make no sense.
 */
export function readFacetsRequest(url: string, { address, counted }: FacetsContext): FacetsRequest {
  const parameters = readParameters(url, parameterNames);
  return {
    columns: readColumns(parameters.columns, counted),
    limit: readInteger('limit', parameters.limit, 1, maxLimit) ?? defaultLimit,
    filter: readFilter(parameters.filter),
    address,
  };
}

function readColumns(text: string | undefined, counted: readonly string[]): readonly string[] {
  if (text === undefined) return counted;
  const columns = text.split(',');
  for (const [i, column] of columns.entries()) {
    if (!counted.includes(column)) {
      const expected = `expected some of ${counted.join(',')}`;
      throw invalidParameter('columns', `${JSON.stringify(column)} is none: ${expected}`);
    }
    if (columns.indexOf(column) < i) {
      throw invalidParameter('columns', `${JSON.stringify(column)} is given more than once`);
    }
  }
  return columns;
}
